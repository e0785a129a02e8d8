import type { DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Scenario } from "../scenario.js";

/** A component that refuses attacks. */
export type Guard = "secret service" | "platform registry" | "quote verifier" | "TEE broker" | "hub" | "enclave";

/** One attempt of an attack, and its outcome. */
export interface Attempt {
  /** The attempt in words, without a subject. */
  readonly what: string;
  readonly refusal: Refusal | undefined;
}

/** A refused attempt: the component that refused it, and its error by name and as a sentence. */
export interface Refusal {
  readonly by: Guard;
  readonly error: string;
  readonly sentence: string;
}

/** The attacked task. It is open, and its deal requires enclaves and is paid for. */
export interface AttackedTask {
  readonly scenario: Scenario;
  readonly dealId: DealId;
  readonly taskId: TaskId;
  readonly index: bigint;
  /** The quote of the honest enclave that did the preceding task, for attacks that reuse it. */
  readonly earlierQuote: Uint8Array | undefined;
}

/** An attack, with the expected refusals and the expected ending of the task. */
export interface Attack {
  /** The attacker's actions in a sentence or two. */
  readonly description: string;
  /** For each attempt in order, the component that must refuse it and the name of the error. */
  readonly expected: readonly (readonly [Guard, string])[];
  /** The ending: the requester claims a refund, or an honest worker does the task and is paid. */
  readonly ending: "refund" | "honest worker";
  /** Whether an honest worker does a task of the same deal first. */
  readonly needsEarlierTask?: boolean;
  /** The app of the deal: the packed app of the demo by default, or a container image. */
  readonly app?: "package" | "image";
  readonly run: (target: AttackedTask) => Promise<readonly Attempt[]>;
}
