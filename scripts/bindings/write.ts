/** Writes what clients need of the contracts into src/: ABIs, and what every error means. `--check` only compares. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { verdict } from "../checks/verdict.js";
import { bindings } from "./bindings.js";

const root = path.join(import.meta.dirname, "..", "..");
const files = await bindings(root);
const strangers = globSync("src/abi/*", { cwd: root }).filter((file) => !files.has(file));

function isFresh(file: string, text: string): boolean {
  try {
    return readFileSync(path.join(root, file), "utf8") === text;
  } catch {
    return false;
  }
}

if (process.argv.includes("--check")) {
  const stale = [...files].filter(([file, text]) => !isFresh(file, text)).map(([file]) => file);
  verdict(
    "bindings",
    [...stale, ...strangers].map((file) => `${file} is not what \`npm run bindings\` writes.`),
    `${files.size} generated files are fresh`,
  );
} else {
  mkdirSync(path.join(root, "src/abi"), { recursive: true });
  for (const [file, text] of files) writeFileSync(path.join(root, file), text);
  for (const file of strangers) rmSync(path.join(root, file));
  console.log(`Wrote ${files.size} files.`);
}
