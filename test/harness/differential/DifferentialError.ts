/** The systems could not be compared; the message says what to do. */
export class DifferentialError extends Error {
  override readonly name = "DifferentialError";
}
