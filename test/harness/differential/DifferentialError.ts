/** Why the systems could not be compared, in a sentence that says what to do. */
export class DifferentialError extends Error {
  override readonly name = "DifferentialError";
}
