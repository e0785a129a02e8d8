import { registerHooks } from "node:module";

const PLAIN = new URL("../../typechain-types/", import.meta.url).href;
const INSTRUMENTED = new URL("../../coverage/build/types/", import.meta.url).href;

/**
 * Lets all that is imported from here on deploy contracts that report which of their lines run, although it asks for the
 * bindings of the plain ones: bindings hold the code that they deploy.
 */
export function useInstrumentedTypes(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return { ...found, url: found.url.replace(PLAIN, INSTRUMENTED) };
    },
  });
}
