import { floorOf, floorOfDeployment, sum } from "./floor.js";
import { LIVES } from "./lives.js";
import type { Measured } from "./measure.js";
import { SCENARIOS } from "./scenarios.js";

/** The name of the row for deploying and setting up a whole system. */
export const DEPLOYMENT = "deployment of everything";
const DEPLOYMENT_BAR = 0.6;

/** A row of the report: the peer's gas, ours, and the floor. */
export interface Row {
  readonly name: string;
  readonly peer: bigint;
  readonly ours: bigint;
  readonly floor: bigint;
  /** The largest allowed ratio of our gas to the peer's. */
  readonly bar: number;
}

/** The whole report. */
export interface Results {
  readonly scenarios: readonly Row[];
  readonly lives: readonly Row[];
}

/** Combines both sides with the floor. */
export function resultsOf(peer: Measured, ours: Measured): Results {
  const calls = SCENARIOS.map(({ name, bar = 1, needs }): Row => {
    const [theirs, own] = [peer.calls.get(name)!, ours.calls.get(name)!];
    return { name, peer: theirs.gas, ours: own.gas, floor: floorOf(own, needs), bar };
  });
  const rowOf = new Map(calls.map((row) => [row.name, row]));
  const lives = LIVES.map(({ name, bar = 1, calls: names }): Row => {
    const rows = names.map((call) => rowOf.get(call)!);
    const total = (column: "peer" | "ours" | "floor") => sum(rows.map((row) => row[column]));
    return { name, peer: total("peer"), ours: total("ours"), floor: total("floor"), bar };
  });
  const deployment: Row = {
    name: DEPLOYMENT,
    peer: sum(peer.deployment.map(({ gas }) => gas)),
    ours: sum(ours.deployment.map(({ gas }) => gas)),
    floor: floorOfDeployment(ours.deployment),
    bar: DEPLOYMENT_BAR,
  };
  return { scenarios: [...calls, deployment], lives };
}

/** The ratio of our gas to the peer's. */
export function ratioOf({ ours, peer }: Pick<Row, "ours" | "peer">): number {
  return Number(ours) / Number(peer);
}

/** Whether a row is within its limit. */
export function holds(row: Row): boolean {
  return ratioOf(row) <= row.bar;
}

/** Our own figures by name, in gas, for the snapshot. */
export function figuresOf(ours: Measured): Record<string, number> {
  const calls = [...ours.calls].map(([name, { gas }]) => [name, Number(gas)] as const);
  return Object.fromEntries([...calls, [DEPLOYMENT, Number(sum(ours.deployment.map(({ gas }) => gas)))]]);
}
