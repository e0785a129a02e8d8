import { expect } from "chai";

import { diagnose, type TaskSituation } from "@poco-marketplace/cli/task/diagnosis.js";
import { TaskStatus } from "@poco-marketplace/sdk/index.js";
import { OTHER } from "../fixtures/deal.js";

const SITUATION: TaskSituation = {
  status: TaskStatus.ACTIVE,
  contributionDeadline: 700n,
  revealDeadline: 0n,
  finalDeadline: 1_000n,
  trust: 3n,
  contributions: 0,
  winners: 0n,
  revealed: 0n,
  agreed: false,
  reopened: false,
  sponsor: OTHER,
};
const AGREED = {
  status: TaskStatus.REVEALING,
  agreed: true,
  contributions: 3,
  winners: 3n,
  revealDeadline: 500n,
} as const;
const T700 = "1970-01-01 00:11:40 UTC";
const T1000 = "1970-01-01 00:16:40 UTC";
const CLAIM = `From ${T1000} on anyone can call claim, and ${OTHER} gets the price back.`;
const CLAIM_NOW = `Call claim now, as anyone may: ${OTHER} gets the price back.`;

const SITUATIONS: [what: string, now: bigint, Partial<TaskSituation>, ...said: (string | undefined)[]][] = [
  [
    "not begun with",
    699n,
    { status: TaskStatus.UNSET },
    "waiting",
    `The workerpool has not initialized the task; it has until ${T700}.`,
    undefined,
  ],
  [
    "never begun with",
    700n,
    { status: TaskStatus.UNSET },
    "stuck",
    "The workerpool never initialized the task.",
    `From ${T1000} on anyone can call initializeAndClaimArray, and ${OTHER} gets the price back.`,
  ],
  ["new", 699n, {}, "waiting", `No worker has contributed yet; there is time until ${T700}.`, undefined],
  [
    "short of workers",
    699n,
    { contributions: 1 },
    "waiting",
    `1 worker contributed, not enough yet for a trust of 3; there is time until ${T700}.`,
    undefined,
  ],
  ["left by everyone", 700n, {}, "stuck", "No worker contributed before the deadline.", CLAIM],
  [
    "disputed",
    1_000n,
    { contributions: 2 },
    "stuck",
    "2 workers contributed, but did not agree with the weight that a trust of 3 takes.",
    CLAIM_NOW,
  ],
  [
    "reopened in vain",
    1_000n,
    { reopened: true },
    "stuck",
    "Workers agreed once, but none revealed its result, and nobody tried again.",
    CLAIM_NOW,
  ],
  [
    "agreed on",
    499n,
    { ...AGREED, revealed: 1n },
    "waiting",
    "1 of 3 workers that agree have revealed their result; there is time until 1970-01-01 00:08:20 UTC.",
    undefined,
  ],
  [
    "revealed",
    499n,
    { ...AGREED, revealed: 3n },
    "stuck",
    "3 of 3 workers that agree have revealed their result; the workerpool's owner can finalize.",
    `The workerpool's owner has to finalize it before ${T1000}; then anyone can claim it.`,
  ],
  [
    "revealed in part",
    500n,
    { ...AGREED, revealed: 1n },
    "stuck",
    "1 of 3 workers that agree have revealed their result; the workerpool's owner can finalize.",
    `The workerpool's owner has to finalize it before ${T1000}; then anyone can claim it.`,
  ],
  [
    "not revealed",
    500n,
    AGREED,
    "stuck",
    "Workers agreed, but none revealed its result in time.",
    `The workerpool's owner has to reopen it before ${T1000}; then anyone can claim it.`,
  ],
  [
    "not revealed until the end",
    1_000n,
    AGREED,
    "stuck",
    "Workers agreed, but none revealed its result in time.",
    CLAIM_NOW,
  ],
  ["completed", 800n, { status: TaskStatus.COMPLETED }, "done", "The task is completed: everyone was paid.", undefined],
  [
    "claimed",
    2_000n,
    { ...AGREED, status: TaskStatus.FAILED },
    "failed",
    "Workers agreed, but none revealed its result.",
    `Its price was refunded to ${OTHER}: send the request again.`,
  ],
  [
    "claimed before it was finalized",
    2_000n,
    { ...AGREED, status: TaskStatus.FAILED, revealed: 3n },
    "failed",
    "Workers agreed and revealed, but the workerpool's owner did not finalize the task in time.",
    `Its price was refunded to ${OTHER}: send the request again.`,
  ],
];

describe("A diagnosis of a task", () => {
  for (const [what, now, situation, ...said] of SITUATIONS) {
    it(`that is ${what}, ${now} s`, () => {
      const { state, sentence, advice } = diagnose({ ...SITUATION, ...situation }, now);
      expect([state, sentence, advice]).to.deep.equal(said);
    });
  }
});
