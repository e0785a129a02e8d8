/** The interval between checks of the used memory, in milliseconds: tests take some gigabytes a second at most. */
const INTERVAL = 100;

const GIGABYTE = 2 ** 30;

/** The limited process, which tests replace. */
export interface Memory {
  /** The bytes that this process uses, including those outside of JavaScript's heap. */
  readonly held: () => number;
  readonly end: (sentence: string) => void;
}

const OWN: Memory = {
  held: () => process.memoryUsage.rss(),
  end(sentence) {
    console.error(sentence);
    process.exit(1);
  },
};

/**
 * Ends this process with a sentence once it uses too much memory: a mutant can make a test allocate more and more until
 * the machine kills some process. EDR's memory is outside of JavaScript's heap, which Node's own limit is for.
 *
 * @param gigabytes - The limit.
 * @param doing - The current activity, for the sentence.
 * @returns Removes the limit.
 */
export function limitMemory(gigabytes: number, doing: () => string, { held, end }: Memory = OWN): () => void {
  const timer = setInterval(() => {
    const bytes = held();
    if (bytes <= gigabytes * GIGABYTE) return;
    clearInterval(timer);
    end(
      `Stopped, since it held ${(bytes / GIGABYTE).toFixed(1)} GB of memory at this point: ${doing()}. ` +
        `Allow more than ${gigabytes} GB with --memory, or try that mutant alone with --id.`,
    );
  }, INTERVAL).unref();
  return () => clearInterval(timer);
}
