import type { FastifyInstance } from "fastify";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { INTEL_ROOT_KEY } from "@poco-marketplace/enclave/attestation/root.js";
import { appointEnclave, releaseSecrets, type SessionContext } from "./sessions.js";
import { parseAppointment, parseSessionRequest } from "./readRequest.js";
import { readSignature } from "./signedChallenge.js";

/** In bytes: a request holds one quote and one authorization, both in hex. */
const BODY_LIMIT = 160 * 1024;
const FRAMEWORKS = ["SGX", "TDX"] as const;

/**
 * Adds the routes with which workers get the secrets of a task for their enclave, and schedulers say which enclave that
 * is.
 */
export function addEnclaveRoutes(server: FastifyInstance, context: SessionContext): void {
  const options = { bodyLimit: BODY_LIMIT };
  server.get("/tee/framework", () => JSON.stringify(FRAMEWORKS.at(-1)));
  server.get("/tee/frameworks", () => {
    const rootKey = toHex(context.policy().rootKey);
    return { frameworks: FRAMEWORKS, rootKey, isSimulated: rootKey !== toHex(INTEL_ROOT_KEY) };
  });

  server.post<{ Params: { taskId: string } }>("/tee/challenges/:taskId", options, async ({ params, body, log }) => {
    const { appointment, sign } = parseAppointment(params.taskId, body);
    await appointEnclave(context, appointment, sign);
    const { taskId, worker, enclave } = appointment;
    log.info({ taskId, worker, enclave }, "enclave appointed");
    return { enclave };
  });

  server.post("/tee/sessions", options, async ({ body, headers, log }) => {
    const request = parseSessionRequest(body);
    const { answer, release } = await releaseSecrets(context, request, readSignature(headers.authorization));
    log.info({ release }, "secrets released");
    return answer;
  });
}
