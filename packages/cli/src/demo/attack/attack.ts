import type { DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Scenario } from "../scenario.js";

/** Who says no to an attack. */
export type Guard = "secret service" | "platform registry" | "quote verifier" | "TEE broker" | "hub" | "enclave";

/** One thing that an attacker tried. */
export interface Attempt {
  /** In the words of people. */
  readonly what: string;
  readonly refusal: Refusal | undefined;
}

/** Who refused, by which error, and that error as a sentence. */
export interface Refusal {
  readonly by: Guard;
  readonly error: string;
  readonly sentence: string;
}

/** The task that is attacked: open, of a deal that asks for enclaves and has been paid for. */
export interface AttackedTask {
  readonly scenario: Scenario;
  readonly dealId: DealId;
  readonly taskId: TaskId;
  readonly index: bigint;
  /** The quote of an enclave that did the task before this one honestly, for attacks that build on it. */
  readonly earlierQuote: Uint8Array | undefined;
}

/** An attack: what is done, who must refuse it, and where the money must go then. */
export interface Attack {
  /** What the attacker does, in a sentence. */
  readonly description: string;
  /** Every attempt in order: who must refuse it, and the name of the error. */
  readonly expected: readonly (readonly [Guard, string])[];
  /** Whether the requester claims its money back afterwards, or an honest worker does the task and is paid. */
  readonly ending: "refund" | "honest worker";
  /** Whether a task of the same deal is done honestly before. */
  readonly needsEarlierTask?: boolean;
  readonly run: (target: AttackedTask) => Promise<readonly Attempt[]>;
}
