/**
 * Verifies a quote: the proof of an enclave that it is one.
 *
 * `npm run --silent quote -- --help` lists the options.
 */
import { defaultPolicy, judgeQuote } from "../src/attestation/verdict.js";
import { readListFile, readQuoteFile, readRoot } from "./quote/files.js";
import { HELP, readOptions, UsageError } from "./quote/options.js";
import { reportOf, writeReport } from "./quote/report.js";

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const { file, root, at, revocationLists, debugEnclaves, json } = options;
  const policy = defaultPolicy({
    rootKey: await readRoot(root),
    at,
    revocationLists: await Promise.all(revocationLists.map(readListFile)),
    debugEnclaves,
  });
  const report = reportOf(judgeQuote(await readQuoteFile(file), policy), at);
  console.log(json ? JSON.stringify(report, null, 2) : writeReport(report));
  return report.valid ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  if (process.argv.includes("--json")) console.log(JSON.stringify({ valid: false, reason: error.message }, null, 2));
  console.error(error.message);
  process.exitCode = 2;
}
