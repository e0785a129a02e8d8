import { defaultPolicy, judgeQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { readListFile, readQuoteFile, readRoot, readRootCertificate, readTcbFile } from "./files.js";
import { verifyOnChain } from "./onChain.js";
import { UsageError, type CommandOutcome } from "../commandLine.js";
import type { QuoteValues } from "../commands/quote.js";
import { readQuoteOptions, type QuoteOptions } from "./options.js";
import { reportOf, withChain, writeQuoteReport, type QuoteReport } from "./report.js";

/** Verifies the quote in a file. */
export async function runQuoteCommand(file: string, values: QuoteValues): Promise<CommandOutcome> {
  try {
    const report = await verify(readQuoteOptions(file, values));
    const stdout = values.json ? JSON.stringify(report, null, 2) : writeQuoteReport(report);
    return { code: report.valid ? 0 : 1, stdout, stderr: "" };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const reason = error.message;
    const stdout = values.json ? JSON.stringify({ valid: false, reason }, null, 2) : "";
    return { code: 2, stdout, stderr: reason };
  }
}

async function verify({
  file,
  root,
  at,
  revocationLists,
  tcb,
  debugEnclaves,
  onChain,
}: QuoteOptions): Promise<QuoteReport> {
  const policy = defaultPolicy({
    rootKey: await readRoot(root),
    at,
    tcb: await readTcbFile(tcb),
    revocationLists: (await Promise.all(revocationLists.map(readListFile))).flat(),
    missingLists: revocationLists.length === 0 ? "accepted" : "refused",
    debugEnclaves,
    // A genuine quote is valid even without isolation from the host, which the report shows separately.
    isolation: "any",
  });
  const quote = await readQuoteFile(file);
  const report = reportOf(judgeQuote(quote, policy), policy);
  if (!onChain) return report;
  const verdict = await verifyOnChain(quote, { root: await readRootCertificate(root), policy });
  return withChain(report, verdict);
}
