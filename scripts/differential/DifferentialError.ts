/** Why the systems could not be compared, in a sentence that says what to do. */
export class DifferentialError extends Error {
  override readonly name = "DifferentialError";
}

/** Options that make no sense. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
