import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { sealSession } from "@poco-marketplace/enclave/session/session.js";
import { assertApp, assertPlatform } from "@poco-marketplace/enclave/trust/admission.js";
import type { PlatformPolicy } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { demandAuthorized, openTask } from "./admission.js";
import type { EnclaveBook, Release } from "./enclaveBook.js";
import { proveEnclave } from "./evidence.js";
import { gatherSession, type Sources } from "./gathering.js";
import { demandSignature } from "./signer.js";
import {
  appointmentChallenge,
  bindingOf,
  sessionChallenge,
  type Appointment,
  type SessionAnswer,
  type SessionRequest,
} from "@poco-marketplace/sdk/wire/sessionRequest.js";

/** What secrets are released on, and where they are. */
export interface SessionDesk extends Sources, PlatformPolicy {
  readonly book: EnclaveBook;
}

/**
 * Releases the secrets of a task to an enclave, or says why not. docs/reference/secrets.md lists the steps.
 *
 * @param sign the worker's signature of {@link sessionChallenge}
 * @throws SecretRefusal
 */
export async function releaseSecrets(
  desk: SessionDesk,
  request: SessionRequest,
  sign: Hex | undefined,
): Promise<{ answer: SessionAnswer; release: Release }> {
  const { authorization } = request;
  const { worker, taskId, enclave } = authorization;
  const { chain, registries } = desk;
  await demandSignature(chain, { signer: worker, challenge: sessionChallenge(request), sign });
  const policy = desk.policy();
  const proven = proveEnclave(request, policy);

  const task = await openTask(chain, taskId, BigInt(Math.floor(policy.at.getTime() / 1000)));
  await assertApp(chain, task.app, proven);
  await demandAuthorized(chain, task, authorization);
  await assertPlatform(chain, proven, { registries, rootKey: policy.rootKey });

  const { session, names, withheld } = await gatherSession(desk, task, worker);
  const sealed = await sealSession(bindingOf(request), session);
  const { dealId, app, requester } = task;
  const { measurement, model, platform } = proven;
  const release: Release = {
    taskId,
    dealId,
    app,
    requester,
    worker,
    enclave,
    measurement,
    model,
    names,
    platform: `0x${platform.serial.toString(16)}`,
  };
  await desk.book.release({ taskId, worker, trust: task.trust }, release);
  return { answer: { session: sealed, released: names, withheld }, release };
}

/**
 * Makes an enclave the one at its post, as the pool's owner says.
 *
 * @param sign the signature of {@link appointmentChallenge} by the pool's owner when the deal was made
 * @throws SecretRefusal
 */
export async function appointEnclave(
  { chain, book, policy }: SessionDesk,
  appointment: Appointment,
  sign: Hex,
): Promise<void> {
  const { taskId, worker } = appointment;
  const { poolOwner, trust } = await openTask(chain, taskId, BigInt(Math.floor(policy().at.getTime() / 1000)));
  await demandSignature(chain, { signer: poolOwner, challenge: appointmentChallenge(appointment), sign });
  await book.appoint({ taskId, worker, trust }, appointment);
}
