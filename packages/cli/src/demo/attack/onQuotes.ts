import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { WORKERS } from "../scenario.js";
import type { Attack } from "./attack.js";
import { askForDataAndPay, breakEnclaveOf, startEnclave } from "./attempts.js";

/** A worker runs a modified app, whose measurement differs. */
export const otherApp: Attack = {
  description:
    "A worker runs the app with one byte changed, on a genuine platform: its version gives the enclave's keys away.",
  expected: [
    ["secret service", "WrongMeasurement"],
    ["TEE broker", "WrongMeasurement"],
  ],
  ending: "refund",
  async run(target) {
    const { files } = target.scenario.app;
    const changed = files.map((file, i) => (i === 0 ? { ...file, content: withOtherByte(file.content) } : file));
    return askForDataAndPay(target, await breakEnclaveOf(target, { measurement: measureApp({ files: changed }) }));
  },
};

/** A worker reuses the quote of an earlier task, which is public on chain. */
export const replayedQuote: Attack = {
  description: "An enclave did a task honestly, and was paid. A worker shows its quote again, for the next task.",
  expected: [
    ["secret service", "WrongReportData"],
    ["TEE broker", "WrongReportData"],
  ],
  ending: "honest worker",
  needsEarlierTask: true,
  async run(target) {
    const quote = target.earlierQuote!;
    return askForDataAndPay(target, { ...(await breakEnclaveOf(target)), quote });
  },
};

/** A worker front-runs an honest one with its quote, which is readable in the pending transaction. */
export const stolenQuote: Attack = {
  description: "An honest worker's enclave is about to do the task. Another worker shows its quote first, for itself.",
  expected: [
    ["secret service", "WrongReportData"],
    ["TEE broker", "WrongReportData"],
  ],
  ending: "honest worker",
  async run(target) {
    const victim = await startEnclave(target, WORKERS[0]);
    await victim.stop();
    const { quote } = victim.identity;
    return askForDataAndPay(target, { ...(await breakEnclaveOf(target)), quote });
  },
};

function withOtherByte(content: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(content);
  changed[changed.length - 1]! ^= 1;
  return changed;
}
