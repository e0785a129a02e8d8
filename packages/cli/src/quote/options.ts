import { parseCommandLine, UsageError } from "../commandLine.js";

export const QUOTE_HELP = `npm run --silent quote -- verify FILE [options]

Verifies an Intel DCAP quote (SGX version 3, TDX versions 4 and 5), as docs/reference/quotes.md says.

  FILE            the quote: as bytes; or as text, in hex digits, a list of bytes, base64, or JSON with any of these
  --root ROOT     whom to trust: "intel" (default), or a file with a root's certificate or public key, PEM or DER
  --at ISO-DATE   when certificates and revocation lists must be valid, such as 2026-01-31 or 2026-01-31T12:00:00Z
                  (default: now)
  --crl FILE      revocation lists: DER, PEM, hex, base64, or JSON with any of these; one or several, and --crl may be
                  repeated; where there is one, every CA of the chain must have one
  --tcb FILE      the least security versions, by model of platform, in JSON as docs/reference/quotes.md shows
  --allow-debug   take enclaves that their owner can look into
  --on-chain      ask contracts on an embedded chain too, and say what that costs in gas; not with --crl, since on chain
                  the owner of the registry revokes
  --json          print one JSON object
  --help          print this

The report also says whether the host is kept out of what the quote is about ("isolation"), and what was not judged.

Exit code 0: the quote is valid, which is to say genuine. 1: it is not; the reason says why. 2: the options or the files cannot be used.`;

/** The parsed command line. */
export type QuoteOptions = {
  readonly file: string;
  readonly root: string;
  readonly at: Date;
  readonly revocationLists: readonly string[];
  readonly tcb: string | undefined;
  readonly debugEnclaves: "accepted" | "refused";
  readonly onChain: boolean;
  readonly json: boolean;
};

/** Reads the command line; returns `undefined` for `--help`. */
export function readQuoteOptions(args: readonly string[]): QuoteOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [command, file, ...more] = positionals;
  if (command !== "verify") {
    throw new UsageError(
      `There is ${command === undefined ? "no command" : `no command "${command}"`}: use verify FILE.`,
    );
  }
  if (file === undefined) throw new UsageError("The quote is missing: use verify FILE.");
  if (more.length > 0) throw new UsageError(`Only one quote is verified at a time: remove "${more.join(" ")}".`);
  if (values["on-chain"] === true && values.crl !== undefined) {
    throw new UsageError("--on-chain does not go with --crl: on chain, the owner of the registry revokes.");
  }
  return {
    file,
    root: values.root ?? "intel",
    at: values.at === undefined ? new Date() : readMoment(values.at),
    revocationLists: values.crl ?? [],
    tcb: values.tcb,
    debugEnclaves: values["allow-debug"] === true ? "accepted" : "refused",
    onChain: values["on-chain"] === true,
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    root: text,
    at: text,
    crl: { type: "string", multiple: true },
    tcb: text,
    "allow-debug": flag,
    "on-chain": flag,
    json: flag,
    help: flag,
  } as const;
  return parseCommandLine("npm run quote --", args, { allowPositionals: true, options });
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
