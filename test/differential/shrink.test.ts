import { expect } from "chai";

import { printTest } from "../harness/differential/printTest.js";
import type { Difference } from "../harness/differential/run.js";
import type { Sequence, Step } from "../harness/differential/sequence.js";
import { shrinkWith } from "../harness/differential/shrink.js";

/** Fails at the first withdrawal after a deposit of 3. */
function failureOf({ steps }: Sequence): Promise<Difference | undefined> {
  const cause = steps.findIndex((step) => step.call === "deposit" && step.args[0] === 3n);
  const last = cause < 0 ? -1 : steps.findIndex((step, index) => index > cause && step.call === "withdraw");
  return Promise.resolve(last < 0 ? undefined : { step: last, what: "success", peer: "accepted", ours: "refused" });
}

/** Fails as above as long as much is left; then at the first withdrawal, whatever was deposited. */
async function failsTwice(sequence: Sequence): Promise<Difference | undefined> {
  const failure = await failureOf(sequence);
  const first = sequence.steps.findIndex((step) => step.call === "withdraw");
  const other = { step: first, what: "events", peer: "", ours: "" };
  return failure !== undefined && sequence.steps.length > 30 ? failure : first < 0 ? undefined : other;
}

/** Fails in the end once more than 500 is deposited. */
function inTheEnd({ steps: left }: Sequence): Promise<Difference | undefined> {
  const sum = left.filter((step) => step.call === "deposit").reduce((all, step) => all + (step.args[0] as bigint), 0n);
  const difference = { step: left.length, what: "a view", peer: "", ours: "" };
  return Promise.resolve(sum > 500n ? difference : undefined);
}

function call(name: string, amount: bigint): Step {
  return { at: 0, from: "requester", to: "hub", call: name, args: [amount] };
}

const BROADCAST: Step = { at: 0, from: "owner", to: "hub", call: "broadcastAppOrder", args: [{ order: "a1" }] };
const ORDERS = { a1: { kind: "app", fields: { app: "app1", volume: 5n } }, a2: { kind: "app", fields: {} } } as const;

describe("A failing sequence", () => {
  const noise = Array.from({ length: 20 }, (_, index) => call("deposit", BigInt(index + 10)));
  const steps = [...noise, call("deposit", 3n), BROADCAST, ...noise, call("withdraw", 1n), call("withdraw", 2n)];

  it("is left with the calls that it takes, and without the orders that nothing speaks of any more", async () => {
    const sequence = { orders: ORDERS, steps };
    const shrunk = await shrinkWith(failureOf, sequence, (await failureOf(sequence))!);

    expect(shrunk.sequence.steps).to.deep.equal([call("deposit", 3n), call("withdraw", 1n)]);
    expect(shrunk.sequence.orders).to.deep.equal({});
    expect(shrunk.difference.step).to.equal(1);
  });

  it("keeps the orders that its calls speak of", async () => {
    const failsAlways = ({ steps: left }: Sequence) =>
      Promise.resolve(
        left.includes(BROADCAST) ? { step: left.indexOf(BROADCAST), what: "events", peer: "", ours: "" } : undefined,
      );
    const sequence = { orders: ORDERS, steps };
    const shrunk = await shrinkWith(failsAlways, sequence, (await failsAlways(sequence))!);

    expect(shrunk.sequence).to.deep.equal({ orders: { a1: ORDERS.a1 }, steps: [BROADCAST] });
  });

  it("ends where it fails, though what is left fails earlier and otherwise", async () => {
    const sequence = { orders: ORDERS, steps };
    const shrunk = await shrinkWith(failsTwice, sequence, (await failsTwice(sequence))!);

    expect(shrunk.sequence.steps.map((step) => step.call)).to.deep.equal(["withdraw"]);
    expect(shrunk.difference.what).to.equal("events");
  });

  it("loses a call that could only go once an earlier one was gone", async () => {
    const [unpaired, cause, pair] = [call("deposit", 7n), call("deposit", 3n), call("withdraw", 7n)];
    const failsUnlessUnpaired = ({ steps: left }: Sequence) => {
      const fails = left.includes(cause) && (!left.includes(unpaired) || left.includes(pair));
      return Promise.resolve(fails ? { step: left.length, what: "a view", peer: "", ours: "" } : undefined);
    };
    const sequence = { orders: {}, steps: [unpaired, cause, pair] };
    const shrunk = await shrinkWith(failsUnlessUnpaired, sequence, (await failsUnlessUnpaired(sequence))!);

    expect(shrunk.sequence.steps).to.deep.equal([cause]);
  });

  it("that fails only in the end, when everything is looked at, loses what does not matter all the same", async () => {
    const sequence = { orders: ORDERS, steps };
    const shrunk = await shrinkWith(inTheEnd, sequence, (await inTheEnd(sequence))!);

    expect(await inTheEnd(shrunk.sequence)).to.deep.equal(shrunk.difference);
    for (const index of shrunk.sequence.steps.keys()) {
      expect(await inTheEnd({ orders: {}, steps: shrunk.sequence.steps.toSpliced(index, 1) })).to.equal(undefined);
    }
  });

  it("is printed as a test, numbers as bigints", async () => {
    const sequence = { orders: { a1: ORDERS.a1 }, steps: [BROADCAST] };
    const test = await printTest(sequence, { step: 0, what: "events", peer: "", ours: "" });

    expect(test).to.contain("volume: 5n").and.to.contain('from "../harness/differential/run.js"');
    expect(test).to.contain("expect(await replay(scene, SEQUENCE)).to.equal(undefined)");
  });
});
