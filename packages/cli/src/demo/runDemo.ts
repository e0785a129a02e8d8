import { rmSync } from "node:fs";

import { network } from "hardhat";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { runAttacks } from "./attack/runAttacks.js";
import { compileContracts } from "../compileContracts.js";
import { DemoError } from "./demoError.js";
import { checkBalances, readPayments } from "./payments.js";
import { openTranscript } from "./transcript.js";
import { reportToJson } from "./json.js";
import { reportToText } from "./report.js";
import { deploy, openScenario } from "./scenario.js";
import { runDeals } from "./runDeals.js";
import type { Terminal } from "../terminal.js";
import type { OutputOptions, DemoOptions } from "./options.js";

/** Runs the demo on a new embedded chain and prints its report. It leaves no files on disk. */
export async function runDemo(
  options: DemoOptions,
  { json, verbose, attacks }: OutputOptions,
  terminal: Terminal,
): Promise<void> {
  const transcript = openTranscript(terminal);
  transcript.step("An embedded chain, and the contracts on it");
  await terminal.during("compiling the contracts, once", compileContracts());

  const connection = await network.create();
  const hub = await terminal.during("deploying", deploy(connection, verbose ? transcript.print : () => {}));
  const { manifest } = hub;
  transcript.print(`Hardhat Ignition deployed ${countContracts(manifest)} contracts. The hub is ${manifest.poco}.`);

  const scenario = await terminal.during("making keys", openScenario(hub, options));
  // The `exit` event also follows an interrupt by the user.
  process.once("exit", () => rmSync(scenario.folder, { recursive: true, force: true }));
  try {
    if (attacks.length > 0) {
      await runAttacks(scenario, transcript, { names: attacks, options, json });
      return;
    }
    const balances = await runDeals(scenario, transcript, options);
    const report = { transcript, ...balances, payments: await readPayments(scenario, transcript.deals) };
    console.log(json ? JSON.stringify(reportToJson(report), null, 2) : reportToText(report));
    const laws = Object.values(checkBalances(report.before, report.after, report.payments));
    if (!laws.every(Boolean)) throw new DemoError("The balances do not balance: this is a bug, please report it.");
  } finally {
    await scenario.close();
    await connection.close();
  }
}

function countContracts({ facets, token, dataProtector }: Manifest): number {
  const others = ["hub", "app registry", "dataset registry", "workerpool registry"];
  const ofQuotes = ["platform registry", "quote verifier", "TEE broker"];
  const optional = [token, dataProtector].filter((address) => address !== null && address !== undefined);
  return Object.keys(facets).length + others.length + ofQuotes.length + optional.length;
}
