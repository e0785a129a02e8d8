import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { ZeroHash } from "ethers";

import { DirectoryClient } from "@poco-marketplace/sdk/client/directory.js";
import {
  fetchResult,
  waitForTask,
  WrongResultError,
  type TaskClients,
} from "@poco-marketplace/sdk/client/fetchResult.js";
import type { StoreClient } from "@poco-marketplace/sdk/client/store.js";
import { zip } from "@poco-marketplace/sdk/protect/zip.js";
import { encodeResultLink } from "@poco-marketplace/sdk/protocol/result.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { rejection } from "../fixtures/rejection.js";

const TASK = { taskId: `0x${"33".repeat(32)}`, dealId: `0x${"44".repeat(32)}`, index: 0n } as const;
const ASSET = { pointer: `0x${"11".repeat(20)}`, owner: `0x${"22".repeat(20)}`, price: 0n };
const COMPLETED = { results: "0x", resultDigest: ZeroHash, resultsCallback: "0x" };

/** A hub of which only what is asked here exists: its task is completed, and its clock late, after `reads` reads. */
function chainThatCompletes(
  { reads, deadline }: { reads: number; deadline: number },
  completed: typeof COMPLETED = COMPLETED,
): TaskClients["contracts"] {
  let count = 0;
  const isOver = () => ++count > reads;
  const hub = {
    viewDeal: () => Promise.resolve({ app: ASSET, dataset: ASSET, workerpool: ASSET, startTime: 0n }),
    viewCategory: () => Promise.resolve({ workClockTimeRef: 1n }),
    viewTask: () => Promise.resolve({ ...completed, status: isOver() ? TaskStatus.COMPLETED : TaskStatus.ACTIVE }),
    runner: { provider: { getBlock: () => Promise.resolve({ timestamp: isOver() ? deadline : 0 }) } },
  };
  return { hub, domain: { chainId: 1n } } as unknown as TaskClients["contracts"];
}

describe("Waiting for a task", () => {
  let server: Server;
  let url: string;
  let answer: (path: string) => string;

  before(async () => {
    server = createServer((request, reply) => reply.end(answer(request.url!)));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  it("finds one that is completed just before its deadline, while the chain is read", async () => {
    const contracts = chainThatCompletes({ reads: 1, deadline: 1_000_000 });
    expect(await waitForTask({ contracts }, TASK, { pollMs: 1 })).to.deep.equal(COMPLETED);
  });

  for (const [what, hostile] of [
    ["a directory whose scheduler has no URL", () => JSON.stringify({ apiUrl: "a scheduler" })],
    [
      "a scheduler that knows nothing of tasks",
      (path: string) => JSON.stringify(path.startsWith("/tasks/") ? {} : { apiUrl: url }),
    ],
  ] as const) {
    it(`is not ended by ${what}`, async () => {
      answer = hostile;
      const contracts = chainThatCompletes({ reads: 2, deadline: 0 });
      const clients = { contracts, directory: new DirectoryClient(url, { chainId: 1 }) };
      expect(await waitForTask(clients, TASK, { pollMs: 1 })).to.deep.equal(COMPLETED);
    });
  }
});

describe("The result of a task", () => {
  for (const [what, files, reason] of [
    ["where it has no computed.json", {}, "it has no computed.json"],
    ["where its computed.json is not JSON", { "computed.json": "{" }, "its computed.json is not JSON"],
    ["where its computed.json is null", { "computed.json": "null" }, "names no deterministic-output-path"],
    [
      "where its file has another digest",
      { "computed.json": '{"deterministic-output-path":"a"}', a: "1" },
      "workers agreed on 0x0000",
    ],
  ] as const) {
    it(`is refused ${what}`, async () => {
      const archive = zip(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
      const results = encodeResultLink({ storage: "ipfs", location: "/ipfs/QmResult" });
      const contracts = chainThatCompletes({ reads: 0, deadline: 0 }, { ...COMPLETED, results });
      const store = { download: () => Promise.resolve(archive) } as unknown as StoreClient;

      expect((await rejection(fetchResult({ contracts, store }, TASK), WrongResultError)).message).to.include(reason);
    });
  }
});
