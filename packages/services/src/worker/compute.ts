import type { Wallet } from "ethers";

import type { RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { DealParams } from "@poco-marketplace/sdk/protocol/params.js";
import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { sessionRequestOf, type SessionRequest } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import type { EnclaveResult } from "@poco-marketplace/enclave/task/enclave.js";
import type { ProgramLogs } from "@poco-marketplace/enclave/task/program.js";
import { EnclaveFailedError, type AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import type { SealedTask } from "@poco-marketplace/enclave/runtime/messages.js";
import { during } from "./attemptFailure.js";
import type { WorkerContext } from "./context.js";
import type { WorkerDeal } from "./hubCalls.js";
import { retryWhile } from "./retry.js";
import type { TaskFiles } from "./taskFiles.js";
import type { StatusReporter } from "./statusReporter.js";

type SessionAnswer = Awaited<ReturnType<SecretsClient["openSession"]>>;

/** How long a service may be away, in milliseconds. */
const ABSENCE_MS = 30_000;

/** Has an enclave do a task, with its secrets if it may have any, and passes on what the app said. */
export async function compute(
  duty: RunDuty,
  { wallet, sms }: WorkerContext,
  {
    enclave,
    deal,
    params,
    brought,
    permit,
    seconds,
    reporter,
  }: {
    enclave: AttestedEnclave;
    deal: WorkerDeal;
    params: DealParams;
    brought: TaskFiles;
    permit: Authorization;
    seconds: number;
    reporter: StatusReporter;
  },
): Promise<EnclaveResult> {
  const task: SealedTask = {
    taskId: duty.taskId,
    dealId: duty.dealId,
    index: BigInt(duty.index),
    botFirst: deal.botFirst,
    botSize: deal.botSize,
    worker: wallet.address as Address,
    ...brought,
    ...(params.args !== undefined && { args: params.args }),
  };
  return during("COMPUTE_FAILED", async () => {
    const request = sessionRequestOf(enclave.identity, permit.sign);
    const opened =
      duty.isTee && sms !== undefined
        ? await openSession(sms, request, { wallet, signal: reporter.signal })
        : undefined;
    const secrets = opened === undefined ? {} : { session: opened.session };
    const log = (logs: ProgramLogs) => reporter.logs(withWithheld(logs, opened?.withheld));
    const alarm = setTimeout(() => void enclave.stop(), Math.max(seconds, 0) * 1000);
    try {
      const result = await enclave.run(task, secrets);
      reporter.report("COMPUTED", { exitCode: 0 });
      log(result.logs);
      return result;
    } catch (error) {
      if (error instanceof EnclaveFailedError && error.logs !== undefined) log(error.logs);
      throw error;
    } finally {
      clearTimeout(alarm);
    }
  });
}

/** The secrets of a task. A service that is away for half a minute is waited for. */
async function openSession(
  sms: SecretsClient,
  request: SessionRequest,
  { wallet, signal }: { wallet: Wallet; signal: AbortSignal },
): Promise<SessionAnswer> {
  return retryWhile(() => sms.openSession(request, wallet), { isPassing: isAway, forMs: ABSENCE_MS, signal });
}

/** What an app said, after what it could not know: which datasets of its slice it was not given, and why. */
function withWithheld({ stdout, stderr }: ProgramLogs, withheld: SessionAnswer["withheld"] = []): ProgramLogs {
  const lines = withheld.map(({ dataset, reason }) => `Dataset ${dataset} was left out: ${reason}\n`);
  return { stdout, stderr: `${lines.join("")}${stderr}` };
}

function isAway(error: unknown): boolean {
  return !(error instanceof ServiceError) || error.isPassing;
}
