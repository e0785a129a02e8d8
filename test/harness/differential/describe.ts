/** Describes in words what was compared as bytes. */
import type { Step } from "./sequence.js";
import { interfaceOf } from "./world.js";

/** The ABIs that declare the events. */
const DECLARED = ["hub", "token", "apps", "pool1"];

/** Lists logs, one per line: contract, event, and the words of its arguments. */
export function describeLogs(logs: readonly (readonly string[])[]): string {
  return logs.map(describeLog).join("\n");
}

/** The return value of a function. */
export function describeWords({ call }: Step, words: readonly string[]): string {
  return `${call} → ${words.map(short).join(" ")}`;
}

/** The name of a log's event, or its first topic. */
export function eventOf(log: readonly string[]): string {
  const [, topic] = log;
  for (const name of DECLARED) {
    const event = topic === undefined ? null : interfaceOf(name).getEvent(`0x${topic}`);
    if (event !== null) return event.name;
  }
  return topic ?? "";
}

function describeLog(log: readonly string[]): string {
  const [contract, , ...words] = log;
  return `${contract} ${eventOf(log)}(${words.map(short).join(", ")})`;
}

/** A word, as a number if it is small. */
function short(word: string): string {
  return /^0{32}/.test(word) && word.length === 64 ? String(BigInt(`0x${word}`)) : word;
}
