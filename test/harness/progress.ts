/**
 * Prints the progress of a run on standard error: on a terminal in one line that changes, elsewhere in ten lines.
 *
 * @param what - The counted things, in the plural.
 */
export function showProgress(done: number, total: number, what: string): void {
  const { isTTY } = process.stderr;
  if (!isTTY && done % Math.ceil(total / 10) !== 0 && done !== total) return;
  process.stderr.write(isTTY ? `\r${done} of ${total} ` : `${done} of ${total} ${what}\n`);
}
