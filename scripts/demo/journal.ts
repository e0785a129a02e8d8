import { styleText } from "node:util";

import type { ContractTransactionReceipt } from "ethers";

/** A deal, as the report names it. */
export interface DealEntry {
  readonly dealId: string;
  readonly name: string;
  readonly volume: bigint;
  readonly trust: bigint;
}

/** A task that ended. */
export interface TaskEntry {
  readonly taskId: string;
  readonly dealId: string;
  readonly status: "COMPLETED" | "FAILED";
  /** What the beneficiary read. */
  readonly result?: string;
  /** SHA-256 of the decrypted zip. */
  readonly resultSha256?: string;
}

/** Tells the story while it happens, and remembers what the report needs. */
export interface Journal {
  readonly step: (title: string) => void;
  readonly tell: (line: string) => void;
  readonly gas: (call: string, receipt: ContractTransactionReceipt) => void;
  readonly deal: (entry: DealEntry) => void;
  readonly task: (entry: TaskEntry) => void;
  readonly deals: readonly DealEntry[];
  readonly tasks: readonly TaskEntry[];
  /** Every transaction's gas, in order. */
  readonly transactions: readonly { readonly call: string; readonly gas: bigint }[];
}

/** A journal that writes its story with `print`. */
export function openJournal(print: (line: string) => void): Journal {
  const startedAt = performance.now();
  const deals: DealEntry[] = [];
  const tasks: TaskEntry[] = [];
  const transactions: { call: string; gas: bigint }[] = [];
  let steps = 0;
  return {
    deals,
    tasks,
    transactions,
    step(title) {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      print(`\n${styleText("bold", `${++steps}. ${title}`)}  ${styleText("dim", `${seconds} s`)}`);
    },
    tell: (line) => print(`   ${line}`),
    gas(call, receipt) {
      transactions.push({ call, gas: receipt.gasUsed });
    },
    deal: (entry) => deals.push(entry),
    task: (entry) => tasks.push(entry),
  };
}
