import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { append } from "./repeatable.js";

/** Verifies a quote, by which an enclave proves that it is one. */
export function defineQuote({ finish }: CommandContext) {
  return new Command("quote")
    .description("Verifies quotes, by which enclaves prove that they are enclaves.")
    .addCommand(defineVerify({ finish }));
}

/** The options of `poco quote verify`. */
export type QuoteValues = ReturnType<ReturnType<typeof defineVerify>["opts"]>;

function defineVerify({ finish }: Pick<CommandContext, "finish">) {
  return new Command("verify")
    .summary("verifies one quote")
    .description(
      "Verifies an Intel DCAP quote (SGX version 3, TDX versions 4 and 5), as docs/reference/quotes.md says. The report also " +
        'says whether the host is kept out of what the quote is about ("isolation"), and what was not judged.',
    )
    .argument(
      "<FILE>",
      "the quote: as bytes; or as text, in hex digits, a list of bytes, base64, or JSON with any of these",
    )
    .option(
      "--root <ROOT>",
      'whom to trust: "intel", or a file with a root\'s certificate or public key, PEM or DER',
      "intel",
    )
    .option(
      "--at <ISO-DATE>",
      "when certificates and revocation lists must be valid, such as 2026-01-31 or 2026-01-31T12:00:00Z (default: now)",
    )
    .option(
      "--crl <FILE>",
      "revocation lists: DER, PEM, hex, base64, or JSON with any of these; may be repeated; where there is one, every CA of " +
        "the chain must have one",
      append,
    )
    .option(
      "--tcb <FILE>",
      "the minimum security versions by platform model, in JSON as docs/reference/quotes.md shows",
    )
    .option("--allow-debug", "accept debug enclaves, whose memory their host can read")
    .option(
      "--on-chain",
      "ask contracts on an embedded chain too, and say what that costs in gas; not with --crl, since on chain the owner of " +
        "the registry revokes",
    )
    .option("--json", "print one JSON object")
    .action(async (file, values) => {
      const { runQuoteCommand } = await import("../quote/quoteCommand.js");
      finish(await runQuoteCommand(file, values));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco quote verify quote.bin", "judges a quote by Intel's root, as of now"],
          ["poco quote verify quote.hex --at 2026-06-01 --json", "as of that day, for programs"],
        ],
        exitCodes: "0: the quote is valid. 1: it is not; the report says why. 2: invalid options, or unreadable files.",
      }),
    );
}
