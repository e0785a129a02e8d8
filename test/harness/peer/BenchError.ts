/** Why the benchmark could not be run, in a sentence that says what to do. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
