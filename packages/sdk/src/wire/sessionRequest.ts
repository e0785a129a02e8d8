import { concat, id, keccak256 } from "ethers";

import type { EnclaveBinding } from "./reportData.js";
import { authorizationMessage, type Authorization } from "../protocol/authorization.js";
import type { Address, Hex, TaskId } from "../protocol/ids.js";

/** What the worker of an enclave asks with for the secrets of a task. */
export interface SessionRequest {
  /** The pool's permit for this worker to do this task from within this enclave. */
  readonly authorization: Authorization;
  readonly quote: Uint8Array;
  /** The X25519 key that the quote vouches for, 32 bytes. */
  readonly encryptionKey: Uint8Array;
}

/** A dataset of a slice whose key stays here. */
export interface Withheld {
  readonly dataset: Address;
  readonly reason: string;
}

/** What a worker gets for its enclave. */
export interface SessionAnswer {
  /** All secrets and the task, sealed for the enclave. */
  readonly session: Hex;
  /** What is in there, in the words of people. */
  readonly released: readonly string[];
  /** The datasets of the task's slice that are not in there, and why. */
  readonly withheld: readonly Withheld[];
}

/** The enclave that does a worker's part of a task from now on, as the pool's owner says. */
export interface Appointment {
  readonly worker: Address;
  readonly taskId: TaskId;
  /** The address of the enclave's key; zero for none. */
  readonly enclave: Address;
  /** Higher than that of the appointment before. */
  readonly sequence: bigint;
}

const SESSION = id("PoCo secret session 1");
const APPOINTMENT = id("PoCo enclave appointment 1");

/** The request of an enclave, by what it shows of itself and the signature of who authorized it. */
export function sessionRequestOf(
  { binding, quote }: { readonly binding: EnclaveBinding; readonly quote: Uint8Array },
  sign: Hex,
): SessionRequest {
  const { worker, taskId, enclave, encryptionKey } = binding;
  return { authorization: { worker, taskId, enclave, sign }, quote, encryptionKey };
}

/** What the quote must bind. */
export function bindingOf({ authorization, encryptionKey }: SessionRequest): EnclaveBinding {
  const { worker, taskId, enclave } = authorization;
  return { worker, taskId, enclave, encryptionKey };
}

/** What the worker signs, as an Ethereum message, to ask with a request. */
export function sessionChallenge({ authorization, quote, encryptionKey }: SessionRequest): Hex {
  const parts = [SESSION, authorizationMessage(authorization), keccak256(encryptionKey), keccak256(quote)];
  return keccak256(concat(parts)) as Hex;
}

/** What the owner of the pool signs, as an Ethereum message, to appoint an enclave. */
export function appointmentChallenge(appointment: Appointment): Hex {
  const sequence = `0x${appointment.sequence.toString(16).padStart(64, "0")}`;
  return keccak256(concat([APPOINTMENT, authorizationMessage(appointment), sequence])) as Hex;
}
