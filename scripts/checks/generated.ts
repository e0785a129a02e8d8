/**
 * What is generated and committed is what the sources generate. Each generator runs again, into an emptied place; what
 * then differs from what git has staged or committed was stale, or is new. (So `git add` first.) The fresh files stay,
 * to be committed.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";

import { verdict } from "./verdict.js";

export type Generated = { readonly places: readonly string[]; readonly command: readonly [string, ...string[]] };

/** Everything that is both generated and committed. */
const GENERATED: readonly Generated[] = [
  { places: ["typechain-types"], command: ["hardhat", "build", "--no-tests"] },
  {
    places: ["abi", "chain/errors/errorCatalog.ts", "chain/readableAbis.ts"].map(
      (place) => `packages/sdk/src/${place}`,
    ),
    command: ["tsx", "scripts/bindings/write.ts"],
  },
  { places: ["docs/reference/errors.md"], command: ["tsx", "scripts/docs/errors.ts"] },
];

/** Generates anew what belongs into the places, and tells what changed. */
export function staleFiles(root: string, generated: readonly Generated[]): string[] {
  const bin = path.join(import.meta.dirname, "..", "..", "node_modules", ".bin");
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}` };
  return generated.flatMap(({ places, command: [program, ...args] }) => {
    for (const place of places) rmSync(path.join(root, place), { recursive: true, force: true });
    execFileSync(program, args, { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });

    const status = execFileSync("git", ["status", "--porcelain", "--untracked-files=all", "--", ...places], {
      cwd: root,
    });
    // XY path: X is what is staged, Y what differs from that.
    const changed = status
      .toString()
      .split("\n")
      .filter((line) => line !== "" && line[1] !== " ");
    return changed.map((line) => `${line.slice(3)} is not what \`${[program, ...args].join(" ")}\` writes`);
  });
}

if (import.meta.main) {
  verdict("generated", staleFiles(process.cwd(), GENERATED), "as fresh as the sources");
}
