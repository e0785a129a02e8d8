import { concat, id, keccak256 } from "ethers";

import type { EnclaveBinding } from "./reportData.js";
import { authorizationMessage, type Authorization } from "../protocol/authorization.js";
import type { Address, Hex, TaskId } from "../protocol/ids.js";

/** A worker's request for the secrets of a task, for its enclave. */
export interface SessionRequest {
  /** The pool's permit for this worker to run this task from within this enclave. */
  readonly authorization: Authorization;
  readonly quote: Uint8Array;
  /** The enclave's X25519 key, 32 bytes, which the quote attests. */
  readonly encryptionKey: Uint8Array;
}

/** A dataset of a bulk slice whose key is not released. */
export interface Withheld {
  readonly dataset: Address;
  readonly reason: string;
}

/** The answer to a {@link SessionRequest}. */
export interface SessionAnswer {
  /** All secrets and the task, sealed for the enclave. */
  readonly session: Hex;
  /** Descriptions of the released secrets, for people. */
  readonly released: readonly string[];
  /** The datasets of the task's slice that are withheld, with reasons. */
  readonly withheld: readonly Withheld[];
}

/** The pool owner's assignment of an enclave to a worker's part of a task. */
export interface Appointment {
  readonly worker: Address;
  readonly taskId: TaskId;
  /** The address of the enclave's key; zero for none. */
  readonly enclave: Address;
  /** A number above that of the previous appointment. */
  readonly sequence: bigint;
}

const SESSION = id("PoCo secret session 1");
const APPOINTMENT = id("PoCo enclave appointment 1");

/** Builds the request of an enclave from its quote and the signature that authorizes it. */
export function sessionRequestOf(
  { binding, quote }: { readonly binding: EnclaveBinding; readonly quote: Uint8Array },
  sign: Hex,
): SessionRequest {
  const { worker, taskId, enclave, encryptionKey } = binding;
  return { authorization: { worker, taskId, enclave, sign }, quote, encryptionKey };
}

/** Returns the binding that the quote of a request must attest. */
export function bindingOf({ authorization, encryptionKey }: SessionRequest): EnclaveBinding {
  const { worker, taskId, enclave } = authorization;
  return { worker, taskId, enclave, encryptionKey };
}

/** Computes the bytes whose Ethereum message the worker signs for a request. */
export function sessionChallenge({ authorization, quote, encryptionKey }: SessionRequest): Hex {
  const parts = [SESSION, authorizationMessage(authorization), keccak256(encryptionKey), keccak256(quote)];
  return keccak256(concat(parts)) as Hex;
}

/** Computes the bytes whose Ethereum message the pool's owner signs to appoint an enclave. */
export function appointmentChallenge(appointment: Appointment): Hex {
  const sequence = `0x${appointment.sequence.toString(16).padStart(64, "0")}`;
  return keccak256(concat([APPOINTMENT, authorizationMessage(appointment), sequence])) as Hex;
}
