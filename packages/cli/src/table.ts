import { styleText } from "node:util";

/** Formats a heading over a table. */
export function heading(title: string): string {
  return `\n${styleText("bold", title)}`;
}

/** Formats a table with its first column aligned left and the others aligned right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    `   ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}`;
  return [styleText("dim", line(header)), ...rows.map(line)].join("\n");
}
