import { randomBytes } from "node:crypto";

import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import {
  authorizationMessage,
  signContribution,
  signedMessageHash,
  type Authorization,
} from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { encodeResultLink, fileDigest, resultHash, resultSeal } from "@poco-marketplace/sdk/protocol/result.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { sessionRequestOf } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { attestationOf, encodeAttestation } from "@poco-marketplace/enclave/evidence/brokerEvidence.js";
import type { AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { breakEnclave, type BrokenEnclave, type BrokenEnclaveOptions } from "../brokenEnclave.js";
import { WORKERS } from "../scenario.js";
import type { Attempt, Guard, Refusal, AttackedTask } from "./attack.js";

/** The attacking worker. */
export const ATTACKER = WORKERS[1];

/** Makes an enclave of the attacker, whose keys the attacker knows. */
export function breakEnclaveOf(
  { scenario, taskId }: AttackedTask,
  options?: BrokenEnclaveOptions,
): Promise<BrokenEnclave> {
  return breakEnclave(scenario, { name: ATTACKER, taskId }, options);
}

/** Starts an honest enclave of a worker for the task. The caller must run or stop it. */
export async function startEnclave(
  { scenario, dealId, taskId }: AttackedTask,
  name: (typeof WORKERS)[number],
): Promise<AttestedEnclave> {
  const { app } = await scenario.contracts.hub.viewDeal(dealId);
  return scenario.workers[WORKERS.indexOf(name)]!.startEnclave(taskId, app.pointer as Address);
}

/** Uses a broken enclave to request the data's key, and then to be paid for a made-up result. */
export async function askForDataAndPay(target: AttackedTask, enclave: BrokenEnclave): Promise<Attempt[]> {
  const { worker, taskId, enclave: address } = enclave.binding;
  // The pool owner signs for any enclave here, so that the other components have to refuse it.
  const permit = await target.scenario.poolOwner.authorize(worker, taskId, address);
  return [await askForData(target, enclave, permit), await askForPay(target, enclave, permit)];
}

/** Tries to open a session at the secret service, which would release the data's key. */
export function askForData(
  { scenario }: AttackedTask,
  shown: Pick<BrokenEnclave, "binding" | "quote">,
  { sign }: Pick<Authorization, "sign">,
  what = "asks for the data's key",
): Promise<Attempt> {
  const request = sessionRequestOf(shown, sign);
  return attempt(what, "secret service", () => scenario.secrets.openSession(request, scenario.signerOf(ATTACKER)));
}

/** Tries to end the task on chain with a made-up result, as if the enclave had computed it. */
export async function askForPay(
  { scenario, dealId, index, taskId }: AttackedTask,
  { key, quote }: BrokenEnclave,
  permit: Authorization,
): Promise<Attempt> {
  const digest = fileDigest(randomBytes(32));
  const { worker } = permit;
  const hashes = { resultHash: resultHash(taskId, digest), resultSeal: resultSeal(worker, taskId, digest) };
  const attestation = attestationOf(permit, { dealId, index }, quote);
  const hub = scenario.contracts.hub.connect(scenario.signerOf(ATTACKER));
  const results = encodeResultLink({ storage: "ipfs", location: "/ipfs/nothing" });
  const enclaveSign = await signContribution(key, hashes);
  const refused = await attempt("asks to be paid for a made-up result", "hub", () =>
    sendAndWait(
      hub.contributeAndFinalize(
        taskId,
        digest,
        results,
        "0x",
        permit.enclave,
        enclaveSign,
        encodeAttestation(attestation),
      ),
    ),
  );
  if (refused.refusal?.error !== "WorkerNotAuthorized") return refused;

  // The hub's error only shows that the TEE broker refused, so the broker is called for the reason.
  const hash: Hex = signedMessageHash(authorizationMessage(permit));
  const reason = await attempt(refused.what, "TEE broker", () => scenario.attestation.broker.check(hash, attestation));
  return reason.refusal === undefined ? refused : reason;
}

/** Runs an action, and returns the refusal if it fails. */
export async function attempt(what: string, by: Guard, action: () => Promise<unknown>): Promise<Attempt> {
  try {
    await action();
    return { what, refusal: undefined };
  } catch (error) {
    return { what, refusal: refusalOf(error, by) };
  }
}

/** Converts an error to a refusal. Errors that are not refusals, such as an unreachable node, are rethrown. */
function refusalOf(error: unknown, by: Guard): Refusal {
  if (error instanceof ServiceError && error.reason !== undefined) {
    // The message for a refused quote names the verification step that failed.
    const fault = /^The quote is refused \((\w+)\)/.exec(error.message)?.[1];
    return { by, error: fault ?? error.reason, sentence: error.message };
  }
  const revert = decodeRevert(error);
  if (revert === undefined) throw error;
  return { by, error: revert.reason, sentence: revert.message };
}
