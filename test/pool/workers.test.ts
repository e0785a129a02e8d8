import { expect } from "chai";

import { chooseWorkers, openRoster } from "../../src/pool/roster.js";
import { openAssignments } from "../../src/pool/assignments.js";
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

describe("The choice of workers", () => {
  const present = [ANNE, BERT, CORA].map((worker) => ({ worker, slots: 2 }));
  const choose = (changes: Partial<Parameters<typeof chooseWorkers>[1]>) =>
    chooseWorkers(present, { count: 1, except: [], avoid: [], busy: () => 0, ...changes });

  it("is of those who have least to do, and of nobody who has no slot to spare", () => {
    const load = new Map([
      [ANNE, 2],
      [BERT, 1],
      [CORA, 0],
    ]);
    expect(choose({ count: 3, busy: (worker) => load.get(worker)! })).to.deep.equal([CORA, BERT]);
  });

  it("is of those who rested longest, of equals", () => {
    const open = roster();
    for (const worker of [ANNE, BERT, CORA]) open.join(worker, 1);
    const next = () => {
      const [worker] = chooseWorkers(open.present(), { count: 1, except: [], avoid: [], busy: () => 0 });
      open.give(worker!);
      return worker;
    };
    expect([next(), next(), next(), next()]).to.deep.equal([ANNE, BERT, CORA, ANNE]);
  });

  it("is of those who tried before only when nobody else is there, and never of those excepted", () => {
    expect(choose({ avoid: [ANNE, BERT] })).to.deep.equal([CORA]);
    expect(choose({ avoid: [ANNE, BERT], except: [CORA] })).to.deep.equal([ANNE]);
    expect(choose({ except: [ANNE, BERT, CORA] })).to.deep.equal([]);
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
