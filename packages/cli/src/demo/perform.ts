import { rmSync } from "node:fs";

import { network, tasks } from "hardhat";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { performAttacks } from "./attack/performAttacks.js";
import { DemoError } from "./demoError.js";
import { checkBooks, readPayments } from "./earnings.js";
import { openJournal } from "./journal.js";
import { toJson } from "./json.js";
import { toText } from "./report.js";
import { deploy, setStage } from "./stage.js";
import { play } from "./story.js";
import type { Terminal } from "./terminal.js";
import type { Manner, Wish } from "./wish.js";

/** From an empty chain to the report, which is printed; leaves nothing on disk. */
export async function perform(wish: Wish, { json, verbose, attacks }: Manner, terminal: Terminal): Promise<void> {
  const journal = openJournal(terminal);
  journal.step("An embedded chain, and the contracts on it");
  await terminal.during("compiling the contracts, once", build());

  const connection = await network.create();
  const hub = await terminal.during("deploying", deploy(connection, verbose ? journal.tell : () => {}));
  const { manifest } = hub;
  journal.tell(`Hardhat Ignition deployed ${countContracts(manifest)} contracts. The hub is ${manifest.poco}.`);

  const stage = await terminal.during("making keys", setStage(hub, wish));
  // Also when somebody interrupts: `exit` comes after that.
  process.once("exit", () => rmSync(stage.folder, { recursive: true, force: true }));
  try {
    if (attacks.length > 0) {
      await performAttacks(stage, journal, { names: attacks, wish, json });
      return;
    }
    const books = await play(stage, journal, wish);
    const account = { journal, ...books, payments: await readPayments(stage, journal.deals) };
    console.log(json ? JSON.stringify(toJson(account), null, 2) : toText(account));
    const laws = Object.values(checkBooks(account.before, account.after, account.payments));
    if (!laws.every(Boolean)) throw new DemoError("The books do not balance: this is a bug, please report it.");
  } finally {
    await stage.close();
    await connection.close();
  }
}

/** Compiles what is not compiled yet. */
async function build(): Promise<void> {
  await tasks.getTask("build").run({ noTests: true, quiet: true });
}

function countContracts({ facets, token, dataProtector }: Manifest): number {
  const others = ["hub", "app registry", "dataset registry", "workerpool registry"];
  const ofQuotes = ["platform registry", "quote verifier", "TEE broker"];
  const optional = [token, dataProtector].filter((address) => address !== null && address !== undefined);
  return Object.keys(facets).length + others.length + ofQuotes.length + optional.length;
}
