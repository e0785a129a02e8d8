import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider, type TransactionResponse } from "ethers";
import { network } from "hardhat";

import { deployHub } from "../../deploy/deployHub.js";
import { sentenceOf } from "../../deploy/failures.js";
import { readParameters } from "../../deploy/parameters.js";
import embedded from "../../deploy/parameters/embedded.json" with { type: "json" };
import { startChain } from "../fixtures/chainServer.js";
import { rejection } from "../fixtures/rejection.js";

const DEPLOYER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const SEPOLIA = 11_155_111;

/** RLC, three registries, four bundles of facets and the hub. */
const CREATIONS = 9;

/** How the line to the node fails: the transaction never gets there, or it does and the answer never comes back. */
type Failure = "before" | "after";

/** A node behind a line that fails once, at the transaction with this number. */
async function nodeBehindBadLine(failure: Failure, at: number) {
  const chain = await startChain(SEPOLIA);

  let sent = 0;
  let isCut = false;
  const forward = async (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await request.toArray()).toString();
    if (body.includes("eth_sendRawTransaction") && ++sent === at) isCut = true;
    if (isCut && failure === "before") {
      request.socket.destroy();
      return;
    }
    const answer = await fetch(chain.url, { method: "POST", body, headers: { "content-type": "application/json" } });
    const text = await answer.text();
    if (isCut) request.socket.destroy();
    else response.setHeader("content-type", "application/json").end(text);
  };
  const line = createServer({ keepAliveTimeout: 0 }, (request, response) => void forward(request, response)).listen(
    0,
    "127.0.0.1",
  );
  await once(line, "listening");

  const provider = new JsonRpcProvider(chain.url, SEPOLIA, { staticNetwork: true, cacheTimeout: -1 });
  return {
    provider,
    url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    repair: () => (isCut = false),
    async stop() {
      provider.destroy();
      line.closeAllConnections();
      line.close();
      await chain.close();
    },
  };
}

async function creations(provider: JsonRpcProvider): Promise<TransactionResponse[]> {
  const all: TransactionResponse[] = [];
  for (let number = 1; number <= (await provider.getBlockNumber()); number++) {
    all.push(...(await provider.getBlock(number, true))!.prefetchedTransactions);
  }
  return all.filter(({ to }) => to === null);
}

describe("A deployment whose line to the node breaks while a transaction is sent", () => {
  const parameters = readParameters(embedded);
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "poco-deploy-"));
  });

  afterEach(() => rm(directory, { recursive: true }));

  for (const [failure, at, mined] of [
    ["before", 5, 4],
    ["after", 5, 5],
    ["after", 1, 1],
  ] as const) {
    it(`goes on where it was, ${failure} transaction ${at} got there`, async () => {
      const node = await nodeBehindBadLine(failure, at);
      const { provider, url } = node;
      try {
        const connection = await network.create({ network: "sepolia", override: { url, accounts: [DEPLOYER_KEY] } });
        const options = { strategy: "basic", journal: `${directory}/chain-${SEPOLIA}` } as const;
        const error = await rejection(deployHub(connection, parameters, options), Error);

        expect(sentenceOf(error)).to.equal(
          "The line to the node broke: run the same command again, what is deployed stays.",
        );
        expect(await provider.getBlockNumber()).to.equal(mined);

        node.repair();
        const { poco } = await deployHub(connection, parameters, options);

        const created = await creations(provider);
        expect(created).to.have.lengthOf(CREATIONS);
        expect(new Set(created.map(({ data }) => data)).size).to.equal(CREATIONS);
        expect(await provider.getCode(poco)).to.not.equal("0x");
      } finally {
        await node.stop();
      }
    });
  }

  it("goes on where it was, when the list of addresses was cut off as well", async () => {
    const node = await nodeBehindBadLine("before", 7);
    const { provider, url } = node;
    try {
      const connection = await network.create({ network: "sepolia", override: { url, accounts: [DEPLOYER_KEY] } });
      const options = { strategy: "basic", journal: `${directory}/chain-${SEPOLIA}` } as const;
      await rejection(deployHub(connection, parameters, options), Error);
      node.repair();
      const list = `${options.journal}/deployed_addresses.json`;
      const whole = await readFile(list, "utf8").catch(() => "{}");
      await writeFile(list, whole.slice(0, whole.length / 2));

      const { poco } = await deployHub(connection, parameters, options);

      expect(await creations(provider)).to.have.lengthOf(CREATIONS);
      expect(JSON.parse(await readFile(list, "utf8"))).to.include({ "Poco#Poco": poco });
      expect(JSON.parse(await readFile(list, "utf8"))).to.include(JSON.parse(whole));
    } finally {
      await node.stop();
    }
  });
});
