import { expect } from "chai";
import { Interface } from "ethers";
import { network } from "hardhat";

import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { follow } from "@poco-marketplace/services/follower/follow.js";
import { SILENT } from "@poco-marketplace/services/log.js";
import type { Address } from "@poco-marketplace/sdk/index.js";
import { Rlc__factory } from "../../typechain-types/index.js";
import { serveChain } from "../fixtures/chainServer.js";
import { openWordTables, type WordTables } from "./wordTables.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const TRANSFER = new Interface(["event Transfer(address indexed from, address indexed to, uint256 amount)"]);

describe("A follower of the embedded chain", () => {
  it("has every event at once, through a reorg of three blocks and while the node is away", async () => {
    const owner = (await ethers.getSigners())[0]!;
    const rlc = await new Rlc__factory(owner).deploy();
    const from = await ethers.provider.getBlockNumber();
    let node = await serveChain(connection);
    const provider = openProvider(node.url, 31_337);
    const store = await openWordTables();
    const away = Promise.withResolvers<void>();
    const follower = follow<WordTables>({
      provider,
      database: store.database,
      addresses: [(await rlc.getAddress()) as Address],
      from,
      onLogs: async (logs, block, transaction) => {
        const rows = logs.map(({ topics, data, index }) => {
          const word = String(TRANSFER.decodeEventLog("Transfer", data, topics)[2]);
          return { block: block.number, place: index, word };
        });
        await transaction.insertInto("word").values(rows).execute();
      },
      onRollback: async (number, transaction) => {
        await transaction.deleteFrom("word").where("block", ">", number).execute();
      },
      log: {
        ...SILENT,
        warn: (_details, message) => {
          if (message === "chain sync failed; retrying") away.resolve();
        },
      },
    });
    try {
      await rlc.faucet(1n);
      await follower.catchUp();
      expect(await store.words()).to.equal("1");

      const snapshot = await networkHelpers.takeSnapshot();
      for (const amount of [2n, 3n, 4n]) await rlc.faucet(amount);
      await follower.catchUp();
      expect(await store.words()).to.equal("1 2 3 4");
      await snapshot.restore();
      for (const amount of [5n, 6n, 7n, 8n]) await rlc.faucet(amount);
      await follower.catchUp();
      expect(await store.words()).to.equal("1 5 6 7 8");

      const { port } = new URL(node.url);
      await node.close();
      await rlc.faucet(9n);
      await away.promise;
      node = await serveChain(connection, Number(port));
      await follower.catchUp();
      expect(await store.words()).to.equal("1 5 6 7 8 9");
    } finally {
      await follower.close();
      provider.destroy();
      await node.close();
      await store.close();
    }
  });
});
