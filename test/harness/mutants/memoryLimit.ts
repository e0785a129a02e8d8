/** How often the memory that is held is looked at, in milliseconds: tests take some gigabytes a second at most. */
const INTERVAL = 100;

const GIGABYTE = 2 ** 30;

/** What the limit is about; given by tests. */
export interface Memory {
  /** How many bytes this process holds, those outside of JavaScript's heap included. */
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
 * Ends this process with a sentence once it holds too much memory: a mutant can make a test ask for more and more until
 * the machine kills whatever it likes. EDR keeps its memory outside of JavaScript's heap, which Node's own limit is about.
 *
 * @param gigabytes - How much it may hold.
 * @param doing - What it is at, for the sentence.
 * @returns Ends the limit.
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
