/** The options of `npm run test:faults` make no sense. Its message says what would. */
export class FaultsUsageError extends Error {
  override readonly name = "FaultsUsageError";
}
