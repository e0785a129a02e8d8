import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { NetworkDescription } from "@poco-marketplace/cli/network/descriptor.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A network that `npm run network` started. */
export interface RunningNetwork extends NetworkDescription {
  /** The file that describes it. */
  readonly file: string;
  /** What the command said on its standard error. */
  said(): string;
  stop(): Promise<number | null>;
}

/** Starts a network as somebody at a terminal would, in a folder that is gone when it stops. */
export async function startNetwork(...args: readonly string[]): Promise<RunningNetwork> {
  return startNetworkWith({}, ...args);
}

/** The same, with something in its environment besides. */
export async function startNetworkWith(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<RunningNetwork> {
  return startNetworkIn(mkdtempSync(join(tmpdir(), "network-test-")), environment, ...args);
}

/** Starts a network that goes on from a state folder. The folder is removed when the network stops. */
export async function startNetworkIn(
  state: string,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<RunningNetwork> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "packages/cli/src/poco.ts", "network", "--json", "--port=0", `--state=${state}`, ...args],
    { cwd: ROOT, env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  let errors = "";
  child.stderr!.on("data", (text: Buffer) => (errors += text.toString()));
  const description = await firstLine(child, () => errors);
  return {
    ...(JSON.parse(description) as NetworkDescription),
    file: join(state, "network.json"),
    said: () => errors,
    async stop() {
      const gone = once(child, "close") as Promise<[number | null]>;
      if (child.exitCode === null) child.kill("SIGINT");
      const [code] = await gone;
      rmSync(state, { recursive: true, force: true });
      return code;
    },
  };
}

function firstLine(child: ChildProcess, errors: () => string): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stdout!.on("data", (text: Buffer) => {
      output += text.toString();
      if (output.endsWith("\n")) resolve(output);
    });
    child.once("exit", (code) => reject(new Error(`The network ended with ${code}: ${errors()}`)));
  });
}

/** Whoever has a role on a network. */
export function accountOf({ accounts }: Pick<NetworkDescription, "accounts">, role: string) {
  return accounts.find((account) => account.role === role)!;
}
