/**
 * Runs half of the TypeScript tests, so that a machine of two cores is done sooner: `services`, those of what runs around
 * the chain and of the network that it makes, or `rest`, all others.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";

const SERVICES = new Set([
  "clients",
  "database",
  "explain",
  "follower",
  "indexer",
  "market",
  "network",
  "pool",
  "sms",
  "store",
]);
const HARDHAT = join(dirname(createRequire(import.meta.url).resolve("hardhat/package.json")), "dist/src/cli.js");

const [half] = process.argv.slice(2);
if (half !== "services" && half !== "rest") throw new Error(`Say services or rest, not ${half}.`);

const files = globSync("test/**/*.test.ts").filter(
  (file) => SERVICES.has(file.split(sep)[1]!) === (half === "services"),
);
// V8 falls over its own bookkeeping now and then when it throws compiled WebAssembly away, of which PGlite has much.
const tests = spawn(process.execPath, ["--no-wasm-code-gc", HARDHAT, "test", "mocha", "--no-compile", ...files], {
  stdio: "inherit",
});
const [code] = (await once(tests, "exit")) as [number | null];
process.exitCode = code ?? 1;
