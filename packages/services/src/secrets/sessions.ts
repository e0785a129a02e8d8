import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { sealSession } from "@poco-marketplace/enclave/session/session.js";
import { assertApp, assertPlatform } from "@poco-marketplace/enclave/trust/verifyEnclave.js";
import type { PlatformPolicy } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { verifyEnclaveQuote } from "@poco-marketplace/enclave/trust/verifyEnclaveQuote.js";
import { assertAuthorized, readOpenTask } from "./accessChecks.js";
import type { EnclaveAssignments, Release } from "./enclaveAssignments.js";
import { collectSecrets, type SecretSources } from "./collectSecrets.js";
import { assertSignedBy } from "./signedChallenge.js";
import {
  appointmentChallenge,
  bindingOf,
  sessionChallenge,
  type Appointment,
  type SessionAnswer,
  type SessionRequest,
} from "@poco-marketplace/sdk/wire/sessionRequest.js";

/** What releasing secrets depends on: the chain, where secrets are kept, and the policy for platforms. */
export interface SessionContext extends SecretSources, PlatformPolicy {
  readonly assignments: EnclaveAssignments;
}

/**
 * Releases the secrets of a task to an enclave. docs/reference/secrets.md lists the steps.
 *
 * @param sign - The worker's signature of {@link sessionChallenge}.
 * @throws {@link SecretRefusal} or {@link EnclaveRefusal}, which says why the enclave gets nothing.
 */
export async function releaseSecrets(
  context: SessionContext,
  request: SessionRequest,
  sign: Hex | undefined,
): Promise<{ answer: SessionAnswer; release: Release }> {
  const { authorization } = request;
  const { worker, taskId, enclave } = authorization;
  const { chain, registries } = context;
  await assertSignedBy(chain, { signer: worker, challenge: sessionChallenge(request), sign });
  const policy = context.policy();
  const proven = verifyEnclaveQuote({ binding: bindingOf(request), quote: request.quote }, policy);

  const task = await readOpenTask(chain, taskId, BigInt(Math.floor(policy.at.getTime() / 1000)));
  await assertApp(chain, task.app, proven);
  await assertAuthorized(chain, task, authorization);
  await assertPlatform(chain, proven, { registries, rootKey: policy.rootKey });

  const { session, names, withheld } = await collectSecrets(context, task, worker);
  const sealed = await sealSession(bindingOf(request), session);
  const { dealId, app, requester } = task;
  const { model, platform } = proven;
  const release: Release = {
    taskId,
    dealId,
    app,
    requester,
    worker,
    enclave,
    measurement: proven.kind === "image" ? proven.digest : proven.measurement,
    model,
    names,
    platform: `0x${platform.serial.toString(16)}`,
  };
  await context.assignments.recordRelease({ taskId, worker, trust: task.trust }, release);
  return { answer: { session: sealed, released: names, withheld }, release };
}

/**
 * Assigns an enclave to a task, as the pool's owner decides.
 *
 * @param sign - The signature of {@link appointmentChallenge} by the account that owned the pool when the deal was
 * made.
 * @throws {@link SecretRefusal}
 */
export async function appointEnclave(
  { chain, assignments, policy }: SessionContext,
  appointment: Appointment,
  sign: Hex,
): Promise<void> {
  const { taskId, worker } = appointment;
  const { poolOwner, trust } = await readOpenTask(chain, taskId, BigInt(Math.floor(policy().at.getTime() / 1000)));
  await assertSignedBy(chain, { signer: poolOwner, challenge: appointmentChallenge(appointment), sign });
  await assignments.appoint({ taskId, worker, trust }, appointment);
}
