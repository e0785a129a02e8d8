import { holds, type Results, ratioOf, type Row } from "./results.js";

/** The verdict on a row in a few words; empty for a row without a limit that is cheaper than the peer. */
export function verdictOn(row: Row): string {
  if (holds(row)) return row.bar < 1 ? `≤ ${row.bar.toFixed(2)} met` : "";
  return row.bar < 1 ? `≤ ${row.bar.toFixed(2)} MISSED` : "DEARER";
}

/** The columns of the report. */
export const HEADER = ["", "peer", "ours", "ratio", "floor", "ours/floor", "bar"] as const;

/** The cells of a row, for {@link HEADER}. */
export function cellsOf(row: Row): string[] {
  const toFloor = (Number(row.ours) / Number(row.floor)).toFixed(2);
  return [
    row.name,
    ...[row.peer, row.ours].map((gas) => gas.toLocaleString("en")),
    ratioOf(row).toFixed(3),
    row.floor.toLocaleString("en"),
    toFloor,
    verdictOn(row),
  ];
}

/** The rows that miss their limit. */
export function missesOf({ scenarios, lives }: Results): Row[] {
  return [...scenarios, ...lives].filter((row) => !holds(row));
}

/** The report as JSON. */
export function toJson({ scenarios, lives }: Results): string {
  return JSON.stringify({ scenarios: scenarios.map(plain), lives: lives.map(plain) }, null, 2);
}

function plain(row: Row) {
  const { name, peer, ours, floor, bar } = row;
  const figures = { name, peer: Number(peer), ours: Number(ours), floor: Number(floor) };
  return { ...figures, ratio: Number(ratioOf(row).toFixed(4)), bar, met: holds(row) };
}
