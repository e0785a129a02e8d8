/** Remembers what was counted until the book changes: clients turn pages, and many ask the same. */
export interface CountCache {
  /** What `count` answers, or answered since the last {@link clear} for the same question. */
  get(question: string, count: () => Promise<number>): Promise<number>;
  /** The book has changed. */
  clear(): void;
}

/** How long a count is good for, in milliseconds: another process may have changed the book. */
const LIFETIME = 1_000;
/** How many are remembered. */
const LIMIT = 1_000;

/** What a cache depends on. */
export interface CountCacheOptions {
  /** The time, in milliseconds. */
  readonly now?: () => number;
  /** Whether the book is as it was after the last {@link CountCache.clear}: until then nothing is remembered. */
  readonly isSettled?: () => boolean;
}

/** Opens one that remembers nothing yet. */
export function openCountCache({ now = Date.now, isSettled = () => true }: CountCacheOptions = {}): CountCache {
  const known = new Map<string, { readonly count: number; readonly until: number }>();
  let changes = 0;
  return {
    async get(question, count) {
      const last = known.get(question);
      if (last !== undefined && last.until > now()) return last.count;
      const before = isSettled() ? changes : -1;
      const counted = await count();
      if (known.size >= LIMIT) known.clear();
      // Unless the book changed while it was counted.
      if (before === changes) known.set(question, { count: counted, until: now() + LIFETIME });
      return counted;
    },
    clear() {
      changes++;
      known.clear();
    },
  };
}
