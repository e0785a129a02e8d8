/** One thing that was read back from the chain, as text, next to what it should be. */
export interface Finding {
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
}

/** What was read back, and what it should be, as text. */
export function finding(subject: string, expected: unknown, found: unknown): Finding {
  return { subject, expected: String(expected), found: String(found) };
}
