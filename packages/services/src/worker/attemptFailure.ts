import type { ReplicateStatus, RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";
import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";

/** Why an attempt came to nothing, with the status to tell the scheduler. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly status: ReplicateStatus;
  readonly exitCode: number | undefined;

  constructor(status: ReplicateStatus, cause: Error) {
    super(cause.message, { cause });
    this.status = status;
    this.exitCode = cause instanceof EnclaveFailedError ? cause.exitCode : undefined;
  }
}

/** Does something, and says with which status it failed if it does. */
export async function during<Result>(status: ReplicateStatus, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof AttemptFailure ? error : new AttemptFailure(status, error as Error);
  }
}

/** The status of a worker that cannot contribute. */
export function failureOf({ isSolo }: RunDuty): ReplicateStatus {
  return isSolo ? "CONTRIBUTE_AND_FINALIZE_FAILED" : "CONTRIBUTE_FAILED";
}
