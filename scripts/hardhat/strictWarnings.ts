import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Compiler warnings that are understood, by code and file. Everything else that solc warns of in our files fails the
 * build.
 *
 * 2394: solc reminds everyone who uses transient storage that it lives until the end of the transaction. CodeStore
 * clears its slot right after use.
 */
const UNDERSTOOD: readonly { readonly errorCode: string; readonly file: string }[] = [
  { errorCode: "2394", file: "contracts/core/CodeStore.sol" },
];

/** Solc lists 256 warnings and then says so. The test library alone makes more than that. */
const MORE_WARNINGS = "4591";

/** Where warnings are ours to mend. */
const OURS = /^(?:contracts|test)\//;

/** The file that solc speaks of, as in "--> ./contracts/Poco.sol:17:1:". */
function fileOf(formattedMessage: string | undefined): string {
  return /--> (?:\.\/)?(.+?):\d+:\d+:/.exec(formattedMessage ?? "")?.[1] ?? "";
}

/**
 * Makes every compiler warning in `contracts/` and `test/` an error, except those that are understood. Those of
 * packages are not ours to mend.
 */
export const strictWarnings: HardhatPlugin = {
  id: "strict-warnings",
  hookHandlers: {
    solidity: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            async getCompilationJobErrors(context, compilationJob, compilerOutput, next) {
              const errors = await next(context, compilationJob, compilerOutput);
              const left = errors.filter(
                ({ errorCode, severity, formattedMessage }) =>
                  errorCode !== MORE_WARNINGS &&
                  !(severity === "warning" && fileOf(formattedMessage).startsWith("node_modules/")) &&
                  !UNDERSTOOD.some((known) => known.errorCode === errorCode && known.file === fileOf(formattedMessage)),
              );
              const strict = left.filter(
                ({ severity, formattedMessage }) => severity === "warning" && OURS.test(fileOf(formattedMessage)),
              );
              // What coverage adds makes contracts too large for a chain; they never go on one.
              if (strict.length > 0 && !context.globalOptions.coverage) {
                throw new Error(
                  `Warnings in contracts/ and test/ count as errors here:\n\n${strict.map((found) => found.formattedMessage).join("\n")}`,
                );
              }
              return left;
            },
          }),
      }),
  },
};
