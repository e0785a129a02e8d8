import { concat, getBytes, id, keccak256 } from "ethers";

import type { EnclaveBinding } from "../attestation/reportData.js";
import { authorizationMessage, type Authorization } from "../protocol/authorization.js";
import { InvalidFieldError, readAddress, readBytes, readBytes32, readObject, readUint } from "../protocol/field.js";
import type { Address, Hex, TaskId } from "../protocol/ids.js";
import { SecretRefusal } from "./refusal.js";

/** What the worker of an enclave asks with for the secrets of a task. */
export interface SessionRequest {
  /** The pool's leave for this worker to do this task from within this enclave. */
  readonly authorization: Authorization;
  readonly quote: Uint8Array;
  /** The X25519 key that the quote vouches for, 32 bytes. */
  readonly encryptionKey: Uint8Array;
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

/** A quote has some 5,000 bytes, a broker's evidence 2,000. */
const MAX_BYTES = 32_768;
const SESSION = id("PoCo secret session 1");
const APPOINTMENT = id("PoCo enclave appointment 1");

/** @throws SecretRefusal when it is no such request */
export function parseSessionRequest(body: unknown): SessionRequest {
  return readingRequest(() => {
    const { authorization, quote, encryptionKey } = readObject("body", body);
    const { worker, taskId, enclave, sign } = readObject("body.authorization", authorization);
    return {
      authorization: {
        worker: readAddress("body.authorization.worker", worker),
        taskId: readBytes32("body.authorization.taskId", taskId),
        enclave: readAddress("body.authorization.enclave", enclave),
        sign: readSomeBytes("body.authorization.sign", sign),
      },
      quote: getBytes(readSomeBytes("body.quote", quote)),
      encryptionKey: getBytes(readBytes32("body.encryptionKey", encryptionKey)),
    };
  });
}

/** @throws SecretRefusal when it is no such request */
export function parseAppointment(taskId: unknown, body: unknown): { appointment: Appointment; sign: Hex } {
  return readingRequest(() => {
    const { worker, enclave, sequence, sign } = readObject("body", body);
    const appointment = {
      worker: readAddress("body.worker", worker),
      taskId: readBytes32("taskId", taskId),
      enclave: readAddress("body.enclave", enclave),
      sequence: readUint("body.sequence", sequence),
    };
    return { appointment, sign: readSomeBytes("body.sign", sign) };
  });
}

/** The request of an enclave, by what it shows of itself and the signature of who authorised it. */
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

/** Runs a reader, and says what could not be read as a refusal. */
export function readingRequest<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidFieldError)) throw error;
    throw new SecretRefusal("MalformedRequest", { problem: error.message }, { cause: error });
  }
}

function readSomeBytes(field: string, value: unknown): Hex {
  const isTooLong = typeof value === "string" && value.length > 2 + 2 * MAX_BYTES;
  if (isTooLong) throw new InvalidFieldError(field, `${value.slice(0, 20)}…`, `at most ${MAX_BYTES} bytes`);
  return readBytes(field, value);
}
