/** The benchmark could not be run; the message says what to do. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
