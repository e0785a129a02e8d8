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

/** What is not as it should be, in words; subjects of which the same is true are named together. */
export function describeFaults(faults: readonly Finding[]): string {
  const groups = new Map<string, string[]>();
  for (const { subject, expected, found } of faults) {
    const text = `${found}, expected ${expected}`;
    groups.set(text, [...(groups.get(text) ?? []), subject.replace(/\(.+\)$/, "(…)")]);
  }
  const sentences = [...groups].map(
    ([text, subjects]) => `${subjects.join(", ")} ${subjects.length > 1 ? "are" : "is"} ${text}`,
  );
  return sentences.join("; ");
}
