import type { DataObject } from "@poco-marketplace/sdk/protect/schema.js";
import type { TemplateName } from "../project/templates.js";

/** Mocks by their names. */
export type Mocks = Readonly<Record<string, DataObject>>;

const TEXTS: Mocks = {
  default: { secretText: "a text that only the app sees" },
  data1: { secretText: "one of several" },
  data2: { secretText: "another one" },
  data3: { secretText: "and the last of them" },
};

/** Returns the mocks of protected data that a new project has. */
export function mocksOf(template: TemplateName): Mocks {
  if (template !== "train") return TEXTS;
  return Object.fromEntries(
    ["default", "data1", "data2", "data3"].map((name, seed) => [name, { table: tableOf(seed) }]),
  );
}

/** A table of forty customers: whoever waits long and pays much tends to leave. */
function tableOf(seed: number): Uint8Array {
  const rows = Array.from({ length: 40 }, (_, index) => {
    const [wait, price] = [(index * 7 + seed * 3) % 30, (index * 11 + seed * 5) % 50];
    return `${wait},${price},${wait * 2 + price > 55 ? "yes" : "no"}`;
  });
  return new TextEncoder().encode(`${["wait,price,leaves", ...rows].join("\n")}\n`);
}
