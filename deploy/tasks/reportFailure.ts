import { sentenceOf } from "../failures.js";

/** Runs a task; a failure that has a sentence is printed as that, and any other is thrown. */
export async function reportFailure(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  }
}
