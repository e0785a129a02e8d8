import { expect } from "chai";

import {
  chooseWorkers,
  untriedOf,
  type Candidate,
  type Staffing,
} from "@poco-marketplace/services/scheduler/chooseWorkers.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { WorkerSessions } from "@poco-marketplace/services/scheduler/workerSessions.js";
import { Assignments } from "@poco-marketplace/services/scheduler/assignments.js";
import { addressOf } from "../fixtures/addresses.js";

const [ANNE, BERT, CORA] = [1, 2, 3].map(addressOf) as [`0x${string}`, `0x${string}`, `0x${string}`];
const TASK = `0x${"01".repeat(32)}` as const;
const OTHER = `0x${"02".repeat(32)}` as const;

/** Sessions whose clock is set by hand. */
function openSessions() {
  let time = 0;
  const sessions = new WorkerSessions({ holdMs: 60_000, graceMs: 1_000 }, () => time);
  return { sessions, pass: (ms: number) => (time += ms) };
}

describe("The sessions of workers", () => {
  it("know a worker by its newest session only", () => {
    const { sessions } = openSessions();
    const first = sessions.open(ANNE, 1);
    const second = sessions.open(ANNE, 1);
    const known = [first, second, "nonsense"].map((session) => sessions.workerOf(session));
    expect(known).to.deep.equal([undefined, ANNE, undefined]);
    sessions.close(ANNE);
    expect(sessions.workerOf(second)).to.equal(undefined);
  });

  it("have a worker connected while it asks, and a while longer", async () => {
    const { sessions, pass } = openSessions();
    sessions.open(ANNE, 1);
    const gone = new AbortController();
    const held = sessions.hold(ANNE, gone.signal);
    pass(10_000);
    expect(sessions.isConnected(ANNE)).to.equal(true);
    gone.abort();
    await held;
    pass(1_000);
    expect(sessions.isConnected(ANNE)).to.equal(true);
    pass(1);
    expect(sessions.isConnected(ANNE)).to.equal(false);
    expect(sessions.connected()).to.deep.equal([]);
  });

  it("give workers of before a restart time to join again", () => {
    const { sessions, pass } = openSessions();
    expect(sessions.isConnected(BERT)).to.equal(true);
    pass(1_001);
    expect(sessions.isConnected(BERT)).to.equal(false);
  });

  it("end the held request of a worker, and all of them in the end", async () => {
    const { sessions } = openSessions();
    const { signal } = new AbortController();
    sessions.open(ANNE, 1);
    sessions.open(BERT, 1);
    const [anne, bert] = [sessions.hold(ANNE, signal), sessions.hold(BERT, signal)];
    sessions.wake(ANNE);
    await anne;
    sessions.endHeldRequests();
    await bert;
  });
});

const candidate = (worker: Address, changes: Partial<Candidate> = {}): Candidate => ({
  worker,
  identity: worker,
  slots: 2,
  busy: 0,
  streak: 0,
  isNewcomer: false,
  isFailing: false,
  isResting: false,
  ...changes,
});

describe("The choice of workers", () => {
  const anybody = { count: 1, except: [], tried: [], mayRetry: false, forWhom: "anybody" } as const;
  const choose = (present: readonly Candidate[], changes: Partial<Staffing> = {}) =>
    chooseWorkers(present, { ...anybody, ...changes });
  const three = [ANNE, BERT, CORA].map((worker) => candidate(worker));

  it("is of those who have least to do, and of nobody who has no slot to spare", () => {
    const present = [candidate(ANNE, { busy: 2 }), candidate(BERT, { busy: 1 }), candidate(CORA)];
    expect(choose(present, { count: 3 })).to.deep.equal([CORA, BERT]);
  });

  it("is of those who rested longest, of equals", () => {
    const { sessions } = openSessions();
    for (const worker of [ANNE, BERT, CORA]) sessions.open(worker, 1);
    const next = () => {
      const [worker] = choose(sessions.connected().map(({ worker: each, slots }) => candidate(each, { slots })));
      sessions.recordAssignment(worker!);
      return worker;
    };
    expect([next(), next(), next(), next()]).to.deep.equal([ANNE, BERT, CORA, ANNE]);
  });

  it("is of those who tried before only when it may be, and of those who did not first", () => {
    expect(choose(three, { tried: [ANNE, BERT] })).to.deep.equal([CORA]);
    expect(choose(three, { tried: [ANNE, BERT], except: [CORA] })).to.deep.equal([]);
    expect(choose(three, { tried: [ANNE, BERT], except: [CORA], mayRetry: true })).to.deep.equal([ANNE]);
    expect(choose(three, { tried: [ANNE], mayRetry: true })).to.deep.equal([BERT]);
    expect(choose(three, { except: [ANNE, BERT, CORA] })).to.deep.equal([]);
  });

  it("is of nobody who comes back under another name: who answers for them has tried", () => {
    const again = [candidate(ANNE, { identity: "platform" }), candidate(BERT, { identity: "platform" })];
    expect(choose(again, { tried: ["platform"] })).to.deep.equal([]);
    expect(untriedOf(again, ["platform"])).to.deep.equal({ anybody: false, proven: false });
  });

  it("gives a newcomer one task at a time, under however many names", () => {
    const newcomer = { identity: "platform", isNewcomer: true, slots: 64 };
    const present = [candidate(ANNE, newcomer), candidate(BERT, newcomer)];
    expect(choose(present, { count: 2 })).to.deep.equal([ANNE]);
    expect(choose([candidate(ANNE, { ...newcomer, busy: 1 }), candidate(BERT, newcomer)])).to.deep.equal([]);
  });

  it("is of nobody who rests after a failure, and of those with fewest failures first", () => {
    expect(choose([candidate(ANNE, { isResting: true })])).to.deep.equal([]);
    expect(choose([candidate(ANNE, { streak: 1 }), candidate(BERT, { busy: 1 })])).to.deep.equal([BERT]);
  });

  it("is of those who are proven where it must be", () => {
    const present = [candidate(ANNE, { isNewcomer: true }), candidate(BERT, { isFailing: true }), candidate(CORA)];
    expect(choose(present, { count: 3, forWhom: "proven" })).to.deep.equal([CORA]);
  });

  it("waits for those who did not try, busy as they are, but not for those who fail whatever they try", () => {
    const busy = candidate(ANNE, { busy: 2 });
    expect(untriedOf([busy], [])).to.deep.equal({ anybody: true, proven: true });
    expect(untriedOf([{ ...busy, isNewcomer: true }], [])).to.deep.equal({ anybody: true, proven: false });
    expect(untriedOf([{ ...busy, isFailing: true }], [])).to.deep.equal({ anybody: false, proven: false });
  });
});

describe("Assignments", () => {
  it("count slots that are reserved, until they are released", () => {
    const open = new Assignments([{ task: TASK, attempt: 1, worker: ANNE }]);
    const release = open.reserve(OTHER, ANNE);
    expect(open.countOf(ANNE)).to.equal(2);
    release();
    expect(open.countOf(ANNE)).to.equal(1);
  });

  it("are of one attempt and one worker", () => {
    const open = new Assignments([{ task: TASK, attempt: 1, worker: ANNE }]);
    expect(open.isAssigned(ANNE, { taskId: TASK, attempt: 1 })).to.equal(true);
    expect(open.isAssigned(ANNE, { taskId: TASK, attempt: 2 })).to.equal(false);
    expect(open.isAssigned(BERT, { taskId: TASK, attempt: 1 })).to.equal(false);
    expect(open.remove(({ worker }) => worker === ANNE)).to.have.lengthOf(1);
    expect(open.all()).to.deep.equal([]);
  });
});
