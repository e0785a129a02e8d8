import { expect } from "chai";

import {
  chooseWorkers,
  untriedOf,
  type Candidate,
  type Staffing,
} from "@poco-marketplace/services/scheduler/chooseWorkers.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { openRoster } from "@poco-marketplace/services/scheduler/roster.js";
import { openAssignments } from "@poco-marketplace/services/scheduler/assignments.js";
import { addressOf } from "../fixtures/addresses.js";

const [ANNE, BERT, CORA] = [1, 2, 3].map(addressOf) as [`0x${string}`, `0x${string}`, `0x${string}`];
const TASK = `0x${"01".repeat(32)}` as const;
const OTHER = `0x${"02".repeat(32)}` as const;

/** A roster whose clock is set by hand. */
function roster() {
  let time = 0;
  const open = openRoster({ holdMs: 60_000, graceMs: 1_000 }, () => time);
  return { ...open, pass: (ms: number) => (time += ms) };
}

describe("The roster of a pool", () => {
  it("knows a worker by its session, and by the newest only", () => {
    const open = roster();
    const first = open.join(ANNE, 1);
    const second = open.join(ANNE, 1);
    const known = [first, second, "nonsense"].map((session) => open.workerOf(session));
    expect(known).to.deep.equal([undefined, ANNE, undefined]);
    open.leave(ANNE);
    expect(open.workerOf(second)).to.equal(undefined);
  });

  it("holds that a worker is there while it asks, and a while longer", async () => {
    const open = roster();
    open.join(ANNE, 1);
    const gone = new AbortController();
    const held = open.hold(ANNE, gone.signal);
    open.pass(10_000);
    expect(open.isThere(ANNE)).to.equal(true);
    gone.abort();
    await held;
    open.pass(1_000);
    expect(open.isThere(ANNE)).to.equal(true);
    open.pass(1);
    expect(open.isThere(ANNE)).to.equal(false);
    expect(open.present()).to.deep.equal([]);
  });

  it("gives workers of before a restart time to join again", () => {
    const open = roster();
    expect(open.isThere(BERT)).to.equal(true);
    open.pass(1_001);
    expect(open.isThere(BERT)).to.equal(false);
  });

  it("wakes a worker that waits, and all of them in the end", async () => {
    const open = roster();
    const { signal } = new AbortController();
    open.join(ANNE, 1);
    open.join(BERT, 1);
    const [anne, bert] = [open.hold(ANNE, signal), open.hold(BERT, signal)];
    open.wake(ANNE);
    await anne;
    open.dismiss();
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
  const anybody = { count: 1, except: [], tried: [], mayRetry: "no", forWhom: "anybody" } as const;
  const choose = (present: readonly Candidate[], changes: Partial<Staffing> = {}) =>
    chooseWorkers(present, { ...anybody, ...changes });
  const three = [ANNE, BERT, CORA].map((worker) => candidate(worker));

  it("is of those who have least to do, and of nobody who has no slot to spare", () => {
    const present = [candidate(ANNE, { busy: 2 }), candidate(BERT, { busy: 1 }), candidate(CORA)];
    expect(choose(present, { count: 3 })).to.deep.equal([CORA, BERT]);
  });

  it("is of those who rested longest, of equals", () => {
    const open = roster();
    for (const worker of [ANNE, BERT, CORA]) open.join(worker, 1);
    const next = () => {
      const [worker] = choose(open.present().map(({ worker: each, slots }) => candidate(each, { slots })));
      open.give(worker!);
      return worker;
    };
    expect([next(), next(), next(), next()]).to.deep.equal([ANNE, BERT, CORA, ANNE]);
  });

  it("is of those who tried before only when it may be, and of those who did not first", () => {
    expect(choose(three, { tried: [ANNE, BERT] })).to.deep.equal([CORA]);
    expect(choose(three, { tried: [ANNE, BERT], except: [CORA] })).to.deep.equal([]);
    expect(choose(three, { tried: [ANNE, BERT], except: [CORA], mayRetry: "yes" })).to.deep.equal([ANNE]);
    expect(choose(three, { tried: [ANNE], mayRetry: "yes" })).to.deep.equal([BERT]);
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
  it("count places that are kept, until they are given back", () => {
    const open = openAssignments([{ task: TASK, attempt: 1, worker: ANNE }]);
    const giveBack = open.keep(OTHER, ANNE);
    expect(open.busy(ANNE)).to.equal(2);
    giveBack();
    expect(open.busy(ANNE)).to.equal(1);
  });

  it("are of one attempt and one worker", () => {
    const open = openAssignments([{ task: TASK, attempt: 1, worker: ANNE }]);
    expect(open.isAt(ANNE, { taskId: TASK, attempt: 1 })).to.equal(true);
    expect(open.isAt(ANNE, { taskId: TASK, attempt: 2 })).to.equal(false);
    expect(open.isAt(BERT, { taskId: TASK, attempt: 1 })).to.equal(false);
    expect(open.remove(({ worker }) => worker === ANNE)).to.have.lengthOf(1);
    expect(open.all()).to.deep.equal([]);
  });
});
