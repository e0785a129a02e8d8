/**
 * Returns a text as PostgreSQL stores it: U+0000, which no text of it may have, and halves of surrogate pairs, which its
 * JSON may not have, are replaced with U+FFFD.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
