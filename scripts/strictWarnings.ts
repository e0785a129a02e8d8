import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Compiler warnings that are understood, by code and file. Everything else that solc warns of in our contracts fails
 * the build.
 *
 * 2394: solc reminds everyone who uses transient storage that it lives until the end of the transaction. CodeStore
 * clears its slot right after use.
 */
const UNDERSTOOD: readonly { readonly errorCode: string; readonly file: string }[] = [
  { errorCode: "2394", file: "contracts/core/CodeStore.sol" },
];

/** The file that solc speaks of, as in "--> ./contracts/Poco.sol:17:1:". */
function fileOf(formattedMessage: string | undefined): string {
  return /--> (?:\.\/)?(.+?):\d+:\d+:/.exec(formattedMessage ?? "")?.[1] ?? "";
}

/**
 * Makes every compiler warning in `contracts/` an error, except those that are understood. Those of packages are not
 * ours to mend.
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
                  !(severity === "warning" && fileOf(formattedMessage).startsWith("node_modules/")) &&
                  !UNDERSTOOD.some((known) => known.errorCode === errorCode && known.file === fileOf(formattedMessage)),
              );
              const strict = left.filter(
                ({ severity, formattedMessage }) =>
                  severity === "warning" && fileOf(formattedMessage).startsWith("contracts/"),
              );
              if (strict.length > 0) {
                throw new Error(
                  `Warnings in contracts/ count as errors here:\n\n${strict.map((found) => found.formattedMessage).join("\n")}`,
                );
              }
              return left;
            },
          }),
      }),
  },
};
