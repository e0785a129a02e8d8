import { UsageError } from "../commandLine.js";
import type { QuoteValues } from "../commands/quote.js";

/** The options, read. */
export type QuoteOptions = {
  readonly file: string;
  readonly root: string;
  readonly at: Date;
  readonly revocationLists: readonly string[];
  readonly tcb: string | undefined;
  readonly debugEnclaves: "accepted" | "refused";
  readonly onChain: boolean;
};

/**
 * Reads the options of `poco quote verify`.
 *
 * @throws {@link UsageError}
 */
export function readQuoteOptions(file: string, values: QuoteValues): QuoteOptions {
  if (values.onChain === true && values.crl !== undefined) {
    throw new UsageError("--on-chain does not go with --crl: on chain, the owner of the registry revokes.");
  }
  return {
    file,
    root: values.root,
    at: values.at === undefined ? new Date() : readMoment(values.at),
    revocationLists: values.crl ?? [],
    tcb: values.tcb,
    debugEnclaves: values.allowDebug === true ? "accepted" : "refused",
    onChain: values.onChain === true,
  };
}

const ISO_DATE = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

function readMoment(text: string): Date {
  const moment = new Date(text);
  const day = ISO_DATE.exec(text)?.[1];
  // JavaScript reads February 31 as a day in March.
  const isReal = day !== undefined && !Number.isNaN(moment.getTime()) && new Date(day).toISOString().startsWith(day);
  if (isReal) return moment;
  throw new UsageError(`--at is ${text}: give a date such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z.`);
}
