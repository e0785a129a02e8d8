import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { network } from "hardhat";

import { DeployError } from "../../deploy/DeployError.js";
import { sentenceOf } from "../../deploy/failures.js";
import { checkMeans, survey } from "../../deploy/preflight.js";
import { readParameters } from "../../deploy/parameters.js";
import arbitrumOne from "../../deploy/parameters/arbitrumOne.json" with { type: "json" };
import embedded from "../../deploy/parameters/embedded.json" with { type: "json" };
import type { Address } from "../../src/index.js";
import { rejection } from "../fixtures/rejection.js";

const KEY = `0x${"11".repeat(32)}`;

/** A connection to Sepolia whose RPC address and key are these. */
function sepolia(url: string, key: string = KEY) {
  return network.create({ network: "sepolia", override: { url, accounts: [key] } });
}

/** What is said of an attempt. */
async function reasonOf(attempt: Promise<unknown>): Promise<string | undefined> {
  return sentenceOf(await rejection(attempt, Error));
}

describe("A deployment that cannot be", () => {
  it("says which network there is not", async () => {
    expect(await reasonOf(network.create("moon"))).to.equal(
      'There is no network "moon": use one of those in hardhat.config.ts, as in `--network sepolia`.',
    );
  });

  it("says that no node answers", async () => {
    expect(await reasonOf(survey(await sepolia("http://127.0.0.1:1")))).to.equal(
      'No node answers for "sepolia": check its RPC address, and that you are online.',
    );
  });

  it("says that what answers is no node", async () => {
    const server = createServer((_, response) => response.writeHead(403).end("go away")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await reasonOf(survey(await sepolia(url)))).to.match(
        /^The node does not say which chain it serves on "sepolia": /,
      );
    } finally {
      server.close();
    }
  });

  it("says that the RPC address leads to another chain", async () => {
    const server = await network.createServer();
    const { address, port } = await server.listen();
    try {
      expect(await reasonOf(survey(await sepolia(`http://${address}:${port}`)))).to.equal(
        "The RPC address leads to chain 31337, but this network is chain 11155111: correct the address.",
      );
    } finally {
      await server.close();
    }
  });

  it("says that the key is none", async () => {
    const server = await network.createServer({ override: { chainId: 11_155_111 } });
    const { address, port } = await server.listen();
    try {
      expect(await reasonOf(survey(await sepolia(`http://${address}:${port}`, `0x${"ff".repeat(32)}`)))).to.match(
        /^The key to deploy with cannot be used on "sepolia": .+\.$/,
      );
    } finally {
      await server.close();
    }
  });

  it("says what is lacking of its costs, before anything is sent", async () => {
    const connection = await network.create();
    const deployer = "0x1111111111111111111111111111111111111111";
    await connection.networkHelpers.setBalance(deployer, 10n ** 15n);

    const attempt = checkMeans(connection, readParameters(embedded), { deployer, isFirstRun: true });

    expect(await reasonOf(attempt)).to.match(
      /^The deployer 0x1{40} has 0\.001 coins on "default", but deploying takes about 0\.0\d+ at the present gas price: send it some first\.$/,
    );
    expect(await connection.ethers.provider.getBlockNumber()).to.equal(0);
  });

  it("lets an interrupted one go on with what is left", async () => {
    const connection = await network.create();
    const deployer = "0x1111111111111111111111111111111111111111";
    await connection.networkHelpers.setBalance(deployer, 10n ** 15n);

    await checkMeans(connection, readParameters(embedded), { deployer, isFirstRun: false });
    await connection.networkHelpers.setBalance(deployer, 0n);

    const attempt = checkMeans(connection, readParameters(embedded), { deployer, isFirstRun: false });
    expect(await reasonOf(attempt)).to.include("has 0.0 coins");
  });

  it("says that the coins ran out on the way", () => {
    const error = new Error("while sending", { cause: new Error("Sender doesn't have enough funds to send tx.") });

    expect(sentenceOf(error)).to.equal(
      "The deployer ran out of coins: send it some and run the same command again, what is deployed stays.",
    );
  });

  it("says that there is no token where the parameters say", async () => {
    const connection = await network.create();
    const { deployer } = await survey(connection);
    const attempt = checkMeans(connection, readParameters(arbitrumOne), { deployer, isFirstRun: true });

    expect(await reasonOf(attempt)).to.equal(
      'There is no token at 0xe649e6a1F2afc63ca268C2363691ceCAF75CF47C on "default": correct deploy/parameters.',
    );
  });

  it("leaves to the stack trace what nobody foresaw", () => {
    expect(sentenceOf(new TypeError("undefined is not a function"))).to.equal(undefined);
    expect(sentenceOf(new Error("outer", { cause: new DeployError("Do this.") }))).to.equal("Do this.");
  });
});

describe("An account to deploy from", () => {
  it("is the first of the network's", async () => {
    const connection = await network.create();
    const [first] = await connection.ethers.getSigners();

    expect(await survey(connection)).to.deep.equal({ chainId: 31_337, deployer: first!.address as Address });
  });
});
