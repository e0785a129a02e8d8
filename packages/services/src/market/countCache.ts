/** Caches counts of orders until the book changes: clients turn pages, and many send the same query. */
export interface CountCache {
  /** Returns what `count` returns, or what it returned for the same question since the last {@link clear}. */
  get(question: string, count: () => Promise<number>): Promise<number>;
  /** Drops all counts, since the book has changed. */
  clear(): void;
}

/** The lifetime of a count, in milliseconds: another process may have changed the book. */
const LIFETIME = 1_000;
/** The maximum number of cached counts. */
const LIMIT = 1_000;

/** The options of a count cache. */
export interface CountCacheOptions {
  /** Returns the time, in milliseconds. */
  readonly now?: () => number;
  /** Whether the change that {@link CountCache.clear} announced is committed: nothing is cached before that. */
  readonly isSettled?: () => boolean;
}

/** Opens an empty cache. */
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
      // A count is not cached if the book changed while it was counted.
      if (before === changes) known.set(question, { count: counted, until: now() + LIFETIME });
      return counted;
    },
    clear() {
      changes++;
      known.clear();
    },
  };
}
