/** Something went wrong that the visitor can mend. Its message says how. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}

/** What an error says, as a sentence. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
