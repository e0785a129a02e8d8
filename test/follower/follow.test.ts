import { expect } from "chai";

import { follow, type Follower, type FollowOptions } from "@poco-marketplace/services/follower/follow.js";
import {
  DeepReorgError,
  FollowerClosedError,
  FollowerLateError,
} from "@poco-marketplace/services/follower/followerErrors.js";
import { rejection } from "../fixtures/rejection.js";
import { wordHandlers, openWordTables, type WordTables } from "./wordTables.js";
import { fakeChain, type FakeChain } from "./fakeChain.js";

/** Longer than any test runs: blocks are looked for when `catchUp` asks. */
const NEVER = 3_600_000;

describe("A follower of a chain", () => {
  let store: Awaited<ReturnType<typeof openWordTables>>;
  let chain: FakeChain;
  let followers: Follower[];

  before(async () => {
    store = await openWordTables();
  });
  beforeEach(async () => {
    await store.empty();
    chain = fakeChain();
    followers = [];
  });
  afterEach(async () => {
    await Promise.all(followers.map((follower) => follower.close()));
  });
  after(() => store.close());

  function start(options: Partial<FollowOptions<WordTables, undefined>> = {}): Follower {
    const { database } = store;
    const common = { provider: chain, database, addresses: [], from: 1, maxReorgDepth: 8, pollInterval: NEVER };
    const follower = follow<WordTables>({ ...common, ...wordHandlers, ...options });
    followers.push(follower);
    return follower;
  }

  it("applies logs in their order, and has the newest when it says so", async () => {
    const follower = start();
    chain.mine("a", "b");
    chain.mine();
    chain.mine("c");
    await follower.catchUp();
    expect(await store.words()).to.equal("a b c");

    chain.mine("d");
    await follower.catchUp();

    expect(await store.words()).to.equal("a b c d");
    expect(follower.tip?.number).to.equal(4);
  });

  it("notices new blocks by itself", async () => {
    const arrived = Promise.withResolvers<void>();
    const onLogs: typeof wordHandlers.onLogs = async (...args) => {
      await wordHandlers.onLogs(...args);
      arrived.resolve();
    };
    const follower = start({ pollInterval: 1, onLogs });
    await follower.catchUp();
    chain.mine("a");

    await arrived.promise;
    await follower.close();

    expect(await store.words()).to.equal("a");
  });

  it("begins with the block that it is given", async () => {
    for (const word of ["a", "b", "c"]) chain.mine(word);

    await start({ from: 2 }).catchUp();

    expect(await store.words()).to.equal("b c");
  });

  it("reads old blocks in ranges, and only the newest one by one", async () => {
    for (let number = 1; number <= 100; number++) chain.mine(...(number % 30 === 0 ? [`w${number}`] : []));

    await start().catchUp();

    expect(await store.words()).to.equal("w30 w60 w90");
    expect(chain.requests).to.include("logs 1-92");
    expect(chain.requests.filter((request) => request === "logs of a block")).to.have.lengthOf(8);
  });

  it("goes on where another one stopped, without reading what that one read", async () => {
    for (const word of ["a", "b", "c"]) chain.mine(word);
    const first = start();
    await first.catchUp();
    await first.close();
    chain.requests.length = 0;
    chain.mine("d");

    await start().catchUp();

    expect(await store.words()).to.equal("a b c d");
    expect(chain.requests).to.deep.equal(["block latest", "logs of a block", "block latest"]);
  });

  it("tells of each block with logs when it came to be, and with what was prepared for it", async () => {
    const told: unknown[] = [];
    chain.mine();
    chain.mine("a", "b");
    const follower = follow<WordTables, string>({
      provider: chain,
      database: store.database,
      addresses: [],
      from: 1,
      prepare: (logs) => Promise.resolve(logs.map(({ data }) => data).join("+")),
      onLogs: async (_logs, { number, timestamp }, _transaction, facts) => {
        await Promise.resolve();
        told.push({ number, timestamp, facts });
      },
      onRollback: () => Promise.resolve(),
    });
    followers.push(follower);

    await follower.catchUp();

    expect(told).to.deep.equal([{ number: 2, timestamp: 1_002, facts: "a+b" }]);
  });

  for (const depth of [1, 3, 7]) {
    it(`takes back ${depth} blocks that the chain replaces`, async () => {
      for (let number = 1; number <= 10; number++) chain.mine(`a${number}`);
      const follower = start();
      await follower.catchUp();
      const unchanged = Array.from({ length: 10 - depth }, (_, index) => `a${index + 1}`);

      chain.replace(depth, ...Array.from({ length: depth + 1 }, (_, index) => [`b${index}`]));
      await follower.catchUp();

      const added = Array.from({ length: depth + 1 }, (_, index) => `b${index}`);
      expect(await store.words()).to.equal([...unchanged, ...added].join(" "));
    });
  }

  it("takes back blocks that were replaced by fewer, or while nobody followed", async () => {
    for (const word of ["a", "b", "c", "d"]) chain.mine(word);
    const first = start();
    await first.catchUp();
    await first.close();
    chain.replace(3, ["e"]);

    const second = start();
    await second.catchUp();
    expect(await store.words()).to.equal("a e");

    chain.mine("f");
    await second.catchUp();
    expect(await store.words()).to.equal("a e f");
  });

  it("takes everything back when all that was ever applied is replaced", async () => {
    for (const word of ["a", "b"]) chain.mine(word);
    const follower = start();
    await follower.catchUp();

    chain.replace(2, ["c"], ["d"], ["e"]);
    await follower.catchUp();

    expect(await store.words()).to.equal("c d e");
  });

  it("says so when more was replaced than it remembers, and changes nothing", async () => {
    for (let number = 1; number <= 20; number++) chain.mine(`a${number}`);
    const follower = start();
    await follower.catchUp();
    const words = await store.words();

    chain.replace(9, ...Array.from({ length: 10 }, () => ["b"]));
    const error = await rejection(follower.catchUp(), DeepReorgError);

    expect(error.message).to.match(/^The chain was followed up to block 20 .* newest block is 21 .* from 13 on/);
    expect(await store.words()).to.equal(words);
  });

  it("keeps what it has while a node lags behind", async () => {
    for (const word of ["a", "b", "c"]) chain.mine(word);
    const follower = start();
    await follower.catchUp();

    chain.lag(1);
    await follower.catchUp();
    expect(await store.words()).to.equal("a b c");

    chain.lag();
    chain.mine("d");
    await follower.catchUp();
    expect(await store.words()).to.equal("a b c d");
  });

  it("asks again for a block that a node does not have yet, and after errors", async () => {
    const follower = start();
    await follower.catchUp();
    chain.mine("a");
    chain.mine("b");
    chain.mine("c");
    chain.hide(2);
    chain.failWith("connection refused", "connection refused");

    await follower.catchUp();

    expect(await store.words()).to.equal("a b c");
  });

  it("reads anew when the chain changes while it is read, and applies nothing that is to be taken back", async () => {
    for (const word of ["a", "b", "c"]) chain.mine(word);
    const replaceOnce = once(() => chain.replace(2, ["d"], ["e"], ["f"]));
    const provider: FakeChain = {
      ...chain,
      getBlock: async (tag) => {
        const block = await chain.getBlock(tag);
        replaceOnce();
        return block;
      },
    };

    await start({ provider, onRollback: () => Promise.reject(new Error("nothing to take back")) }).catchUp();

    expect(await store.words()).to.equal("a d e f");
  });

  it("reads a range anew whose blocks are replaced meanwhile", async () => {
    for (let number = 1; number <= 20; number++) chain.mine("a");
    const replaceOnce = once(() => chain.replace(20, ...Array.from({ length: 21 }, () => ["b"])));
    const provider: FakeChain = {
      ...chain,
      getLogs: async (filter) => {
        const logs = await chain.getLogs(filter);
        replaceOnce();
        return logs;
      },
    };

    await start({ provider }).catchUp();

    expect(await store.words()).to.equal(Array.from({ length: 21 }, () => "b").join(" "));
  });

  it("applies a block once, though its database breaks off just after having committed it", async () => {
    chain.mine("a");
    const breakOnce = once(() => {
      throw new Error("connection lost");
    });
    const { database } = store;
    const flaky = {
      selectFrom: database.selectFrom.bind(database),
      transaction: () => ({
        execute: async (write: Parameters<ReturnType<typeof database.transaction>["execute"]>[0]) => {
          await database.transaction().execute(write);
          breakOnce();
        },
      }),
    };

    await start({ database: flaky as unknown as typeof database }).catchUp();

    expect(await store.words()).to.equal("a");
  });

  it("leaves nothing of a block that could not be applied to its end, and applies it once", async () => {
    for (const word of ["a", "b", "c"]) chain.mine(word);
    let crashes = 2;
    const onLogs: typeof wordHandlers.onLogs = async (logs, block, ...rest) => {
      await wordHandlers.onLogs(logs, block, ...rest);
      if (block.number === 2 && crashes-- > 0) throw new Error("power cut");
    };
    const broken = start({ onLogs: (logs, block, ...rest) => ((crashes = 1), onLogs(logs, block, ...rest)) });
    const late = await rejection(broken.catchUp(200), FollowerLateError);
    expect(late.message).to.match(/up to block 1 was applied, .* The last attempt failed: power cut$/);
    await broken.close();
    expect(await store.words()).to.equal("a");

    crashes = 2;
    await start({ onLogs }).catchUp();

    expect(await store.words()).to.equal("a b c");
  });

  it("says that it is late when a node stays silent, and closes all the same", async () => {
    const provider: FakeChain = { ...chain, getBlock: () => Promise.withResolvers<never>().promise };
    const follower = start({ provider });

    const late = await rejection(follower.catchUp(20), FollowerLateError);
    expect(late.message).to.equal("After 20 ms, no block was applied, but not the newest. Wait, and ask again.");

    const waiting = rejection(follower.catchUp(), FollowerClosedError);
    await follower.close();
    await waiting;
    await rejection(follower.catchUp(), FollowerClosedError);
  });

  it("tells its log once of a failure that lasts, and when it is over", async () => {
    const told: string[] = [];
    const tell = (_details: object, message: string) => void told.push(message);
    chain.failWith(...Array.from({ length: 4 }, () => "connection refused"));

    await start({ log: { info: tell, warn: tell, error: tell } }).catchUp();

    expect(told).to.deep.equal(["chain sync failed; retrying", "chain sync resumed"]);
  });
});

/** Does something the first time only. */
function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
