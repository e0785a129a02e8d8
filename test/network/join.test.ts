import { expect } from "chai";
import { network } from "hardhat";

import { join } from "@poco-marketplace/cli/network/join.js";
import { NetworkError } from "@poco-marketplace/cli/network/networkError.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { serveChain, type ChainServer } from "../fixtures/chainServer.js";
import { UNDEPLOYED } from "../fixtures/undeployedManifest.js";
import { rejection } from "../fixtures/rejection.js";

describe("A chain that a network is to join", () => {
  let node: ChainServer;

  before(async () => {
    node = await serveChain(await network.create());
  });
  after(async () => {
    await node.close();
  });

  it("is refused when it is another one than the manifest's, and says which it is", async () => {
    expect(await refusal(node.url, { ...UNDEPLOYED, chainId: 421_614 })).to.equal(
      "--rpc is a node of chain 31337, and deployed.json describes chain 421614: give the manifest of that chain, or another node.",
    );
  });

  it("is refused when the manifest's hub is not there", async () => {
    expect(await refusal(node.url, UNDEPLOYED)).to.equal(
      `On the chain of --rpc there is no contract at ${UNDEPLOYED.poco}, where deployed.json has the hub: give the manifest of that chain's deployment, or wait until the node has caught up.`,
    );
  });

  it("is refused when its node does not answer, without a word of what the URL may hide", async () => {
    const gone = await serveChain(await network.create());
    await gone.close();

    const said = await refusal(`${gone.url}/v3/secret-of-the-operator`, UNDEPLOYED);

    expect(said).to.equal(
      `The node at --rpc ${gone.url} does not answer eth_chainId: check that it runs, and its URL.`,
    );
  });
});

/** Why a network does not join. */
async function refusal(rpc: string, manifest: Manifest): Promise<string> {
  const { message } = await rejection(join({ rpc, deployment: { file: "deployed.json", manifest } }), NetworkError);
  return message;
}
