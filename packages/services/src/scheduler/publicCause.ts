import { FAILURES, REFUSALS, SCHEDULER_STATUSES, type ReplicateStatus } from "@poco-marketplace/sdk/wire/scheduler.js";

/** The public reasons why an attempt failed. */
const SENTENCES: Partial<Readonly<Record<ReplicateStatus, string>>> = {
  APP_DOWNLOAD_FAILED: "The app could not be fetched, or is not what was published.",
  APP_REFUSED: "The worker does not offer what the app asks for.",
  DATA_DOWNLOAD_FAILED: "A file of the deal could not be fetched.",
  COMPUTE_FAILED: "The app gave no result.",
  RESULT_UPLOAD_FAILED: "The result could not be delivered.",
  CONTRIBUTE_FAILED: "The enclave or its contribution was not accepted.",
  CONTRIBUTE_AND_FINALIZE_FAILED: "The enclave or its contribution was not accepted.",
  FAILED: "The worker could not do the task.",
};
const FOR_THE_REQUESTER = "The task's logs, which are for its requester, say why.";

/** A status of an attempt as it is recorded. */
export interface NotedStatus {
  readonly status: ReplicateStatus;
  readonly cause: string | null;
}

/**
 * The public reason of a status. Words of a worker, which may quote what the app printed or name a file of
 * the requester, are not among them: a failure is one of a few sentences, with the exit code if the app ended with one.
 */
export function publicCause({ status, cause }: NotedStatus, exitCode: number | null): string | undefined {
  if (SCHEDULER_STATUSES.has(status)) return cause ?? undefined;
  if (REFUSALS.has(status)) return SENTENCES[status];
  if (!FAILURES.has(status)) return undefined;
  const isExit = status === "COMPUTE_FAILED" && exitCode !== null && exitCode !== 0;
  const what = isExit ? `The app ended with exit code ${exitCode}.` : SENTENCES[status]!;
  return `${what} ${FOR_THE_REQUESTER}`;
}
