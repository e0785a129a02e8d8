import { styleText } from "node:util";

import type { TransactionReceipt } from "ethers";

import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Terminal } from "../terminal.js";

/** A deal in the report. */
export interface DealEntry {
  readonly dealId: DealId;
  readonly name: string;
  readonly volume: bigint;
  readonly trust: bigint;
}

/** A task that ended. */
export interface TaskEntry {
  readonly taskId: TaskId;
  readonly dealId: DealId;
  readonly index: bigint;
  readonly status: "COMPLETED" | "FAILED";
  /** The result that the beneficiary decrypted. */
  readonly answer?: Answer;
}

/** A decrypted result. */
export interface Answer {
  /** The name of the file that the program declared as its result. */
  readonly file: string;
  readonly text: string;
  readonly sha256: Hex;
  /** The digest on chain, which is the file's SHA-256 if the result is one file. */
  readonly digest: Hex;
}

/** The gas of a transaction. */
export interface GasEntry {
  readonly step: string;
  readonly call: string;
  readonly gas: bigint;
}

/** A platform that was registered. */
export interface PlatformEntry {
  readonly worker: string;
  /** The serial number of the platform's certificate. */
  readonly serial: Hex;
  /** The FMSPC. */
  readonly model: Hex;
  readonly gas: bigint;
}

/** A quote that the contracts accepted. */
export interface QuoteEntry {
  readonly taskId: TaskId;
  readonly worker: string;
  readonly enclave: Address;
  readonly measurement: Hex;
  /** The gas of a transaction that verifies the quote with all its certificates. */
  readonly gas: bigint;
}

/** Prints the demo's events as they happen, and records them for the report. */
export interface Transcript extends Pick<Terminal, "during"> {
  readonly step: (title: string) => void;
  readonly print: (line: string) => void;
  readonly gas: (call: string, receipt: TransactionReceipt) => void;
  readonly deal: (entry: DealEntry) => void;
  readonly task: (entry: TaskEntry) => void;
  readonly platform: (entry: PlatformEntry) => void;
  readonly quote: (entry: QuoteEntry) => void;
  readonly deals: readonly DealEntry[];
  readonly platforms: readonly PlatformEntry[];
  readonly quotes: readonly QuoteEntry[];
  readonly tasks: readonly TaskEntry[];
  readonly transactions: readonly GasEntry[];
}

/** Opens an empty transcript. */
export function openTranscript({ print, during }: Terminal): Transcript {
  const startedAt = performance.now();
  const deals: DealEntry[] = [];
  const tasks: TaskEntry[] = [];
  const platforms: PlatformEntry[] = [];
  const quotes: QuoteEntry[] = [];
  const transactions: GasEntry[] = [];
  let steps = 0;
  let step = "";
  return {
    deals,
    tasks,
    platforms,
    quotes,
    transactions,
    during,
    step(title) {
      step = title;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      print(`\n${styleText("bold", `${++steps}. ${title}`)}  ${styleText("dim", `${seconds} s`)}`);
    },
    print: (line) => print(`   ${line}`),
    gas(call, receipt) {
      transactions.push({ step, call, gas: receipt.gasUsed });
    },
    deal: (entry) => deals.push(entry),
    task: (entry) => tasks.push(entry),
    platform: (entry) => platforms.push(entry),
    quote: (entry) => quotes.push(entry),
  };
}

/** Formats gas with thousands separators. */
export function formatGas(gas: bigint): string {
  return gas.toLocaleString("en");
}
