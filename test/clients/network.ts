import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Wallet } from "ethers";
import { IExec, utils } from "iexec";

import type { NetworkDescription } from "../../scripts/network/descriptor.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** How long a network may take to start on a machine that has much else to do, in milliseconds. */
export const START_TIMEOUT = 240_000;

let started: Promise<RunningNetwork> | undefined;

/** A network that `npm run network` started. */
export interface RunningNetwork extends NetworkDescription {
  /** The file that describes it. */
  readonly file: string;
  /** What the command said on its standard error. */
  said(): string;
  stop(): Promise<number | null>;
}

/**
 * The network of these tests: started for the first who asks, on ports that are free, and stopped after the last test; or
 * one that runs already, whose network.json `POCO_NETWORK` names.
 */
export function theNetwork(): Promise<RunningNetwork> {
  const file = process.env["POCO_NETWORK"];
  started ??= file === undefined ? startNetwork() : Promise.resolve(runningNetwork(file));
  return started;
}

function runningNetwork(file: string): RunningNetwork {
  const description = JSON.parse(readFileSync(file, "utf8")) as NetworkDescription;
  return { ...description, file, said: () => "", stop: () => Promise.resolve(null) };
}

after(async function () {
  this.timeout(60_000);
  // One that did not start has stopped already.
  const network = await started?.catch(() => undefined);
  await network?.stop();
});

/** Starts a network as somebody at a terminal would, in a folder that is gone when it stops. */
export async function startNetwork(...args: readonly string[]): Promise<RunningNetwork> {
  const state = mkdtempSync(join(tmpdir(), "network-test-"));
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "scripts/network.ts", "--json", "--port=0", `--state=${state}`, ...args],
    { cwd: ROOT, stdio: ["ignore", "pipe", "pipe", "ipc"] },
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

/** The official client in the hands of whoever has a role on a network. */
export function clientOf(network: RunningNetwork, role: string): IExec {
  const { privateKey } = accountOf(network, role);
  return new IExec({ ethProvider: utils.getSignerFromPrivateKey(network.rpc, privateKey) }, optionsOf(network));
}

/** The official client of somebody who was never seen before, has nothing, and has pushed nothing. */
export function newcomerAt(network: RunningNetwork): { client: IExec; address: string } {
  const { privateKey, address } = Wallet.createRandom();
  const ethProvider = utils.getSignerFromPrivateKey(network.rpc, privateKey);
  return { client: new IExec({ ethProvider }, optionsOf(network)), address };
}

/** What the official client has to be told of a network. */
export function optionsOf({ hub, market, sms, compass, pocoSubgraph, ipfsNode, ipfsGateway }: RunningNetwork) {
  return {
    hubAddress: hub,
    iexecGatewayURL: market,
    compassURL: compass,
    pocoSubgraphURL: pocoSubgraph,
    smsURL: sms,
    ipfsNodeURL: ipfsNode,
    ipfsGatewayURL: ipfsGateway,
  };
}

/** Whoever has a role on a network. */
export function accountOf({ accounts }: RunningNetwork, role: string) {
  return accounts.find((account) => account.role === role)!;
}
