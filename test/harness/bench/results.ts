import { floorOf, floorOfDeployment, sum } from "./floor.js";
import { LIVES } from "./lives.js";
import type { Measured } from "./measure.js";
import { SCENARIOS } from "./scenarios.js";

/** The name under which deploying and setting up a whole system is reported. */
export const DEPLOYMENT = "deployment of everything";
const DEPLOYMENT_BAR = 0.6;

/** One line of the report: what something costs there, here, and at least, in gas. */
export interface Row {
  readonly name: string;
  readonly peer: bigint;
  readonly ours: bigint;
  readonly floor: bigint;
  /** Our gas may be at most this part of the peer's. */
  readonly bar: number;
}

/** All that there is to report. */
export interface Results {
  readonly scenarios: readonly Row[];
  readonly lives: readonly Row[];
}

/** Puts both sides together, with the floor. */
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

/** Our gas as a part of the peer's. */
export function ratioOf({ ours, peer }: Pick<Row, "ours" | "peer">): number {
  return Number(ours) / Number(peer);
}

/** Whether a row keeps its bar. */
export function holds(row: Row): boolean {
  return ratioOf(row) <= row.bar;
}

/** Our own figures by name, in gas, as they are kept to be compared with. */
export function figuresOf(ours: Measured): Record<string, number> {
  const calls = [...ours.calls].map(([name, { gas }]) => [name, Number(gas)] as const);
  return Object.fromEntries([...calls, [DEPLOYMENT, Number(sum(ours.deployment.map(({ gas }) => gas)))]]);
}
