import { getBytes } from "ethers";

import {
  InvalidFieldError,
  readAddress,
  readBytes,
  readBytes32,
  readObject,
  readUint,
} from "@poco-marketplace/sdk/protocol/field.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { InvalidSecretNameError } from "@poco-marketplace/sdk/wire/secretRef.js";
import type { Appointment, SessionRequest } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { SecretRefusal } from "./refusal.js";

/** The longest value in bytes: a quote has some 5,000, the evidence for a TEE broker 2,000. */
const MAX_BYTES = 32_768;

/**
 * Reads the request for a session.
 *
 * @throws {@link SecretRefusal} when it is malformed
 */
export function parseSessionRequest(body: unknown): SessionRequest {
  return readOrRefuse(() => {
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

/**
 * Reads the appointment of an enclave.
 *
 * @throws {@link SecretRefusal} when it is malformed
 */
export function parseAppointment(taskId: unknown, body: unknown): { appointment: Appointment; sign: Hex } {
  return readOrRefuse(() => {
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

/** Runs a reader, and turns what it could not read into a refusal. */
export function readOrRefuse<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidSecretNameError) {
      const { given, expected } = error;
      throw new SecretRefusal("InvalidSecretName", { given, expected }, { cause: error });
    }
    if (!(error instanceof InvalidFieldError)) throw error;
    throw new SecretRefusal("MalformedRequest", { problem: error.message }, { cause: error });
  }
}

function readSomeBytes(field: string, value: unknown): Hex {
  const isTooLong = typeof value === "string" && value.length > 2 + 2 * MAX_BYTES;
  if (isTooLong) throw new InvalidFieldError(field, `${value.slice(0, 20)}…`, `at most ${MAX_BYTES} bytes`);
  return readBytes(field, value);
}
