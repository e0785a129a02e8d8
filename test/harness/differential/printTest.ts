/** Prints a sequence as a test. */
import { format, resolveConfig } from "prettier";

import type { Difference } from "./run.js";
import type { Sequence } from "./sequence.js";

/** Writes a test for `test/regression/` that fails as long as the systems differ on `sequence`. */
export async function printTest(sequence: Sequence, { what }: Difference): Promise<string> {
  const last = sequence.steps.at(-1)!;
  const code = `
    import { expect } from "chai";

    import { replay } from "../harness/differential/run.js";
    import { setScene } from "../harness/differential/scene.js";
    import type { Sequence } from "../harness/differential/sequence.js";

    /** Found by \`npm run test:diff\`: ${what.replaceAll("*/", "* /")}. */
    const SEQUENCE: Sequence = ${literal(sequence)};

    describe(${JSON.stringify(`After ${sequence.steps.length} calls, the last of which is ${last.to}.${last.call}, the hub`)}, () => {
      it("is as the deployed peer is", async () => {
        const scene = await setScene("cache/peer");
        try {
          expect(await replay(scene, SEQUENCE)).to.equal(undefined);
        } finally {
          await scene.close();
        }
      });
    });
  `;
  const config = await resolveConfig("test/regression/new.test.ts");
  return format(code, { ...config, parser: "typescript" });
}

/** A value as TypeScript source. */
export function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{ ${entries.map(([name, member]) => `${JSON.stringify(name)}: ${literal(member)}`).join(", ")} }`;
}
