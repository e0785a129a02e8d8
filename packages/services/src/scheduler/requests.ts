import {
  InvalidFieldError,
  readAddress,
  readBytes,
  readBytes32,
  readObject,
  readString,
  readUint,
} from "@poco-marketplace/sdk/protocol/field.js";
import type { Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { storableText } from "../database/storableText.js";
import { readOr400 } from "./clientRoutes.js";
import {
  REPLICATE_STATUSES,
  SCHEDULER_STATUSES,
  type AuthorizationRequest,
  type DownloadReport,
  type WorkReport,
  type TaskAttempt,
  type JoinRequest,
  type LogsReport,
  type ReplicateStatus,
  type ResultReport,
  type StatusReport,
} from "@poco-marketplace/sdk/wire/scheduler.js";

/** What workers send, read field by field: whatever is wrong is answered with 400. */

const MOST_SLOTS = 64n;
const MAX_LIST_LENGTH = 1_000;
const MOST_BYTES = BigInt(Number.MAX_SAFE_INTEGER);
const MOST_ATTEMPTS = 2n ** 31n - 1n;
/** Characters of a reason that are kept. */
const LONGEST_CAUSE = 2_000;
/** Bytes that may go on chain as a result. */
const LONGEST_RESULT = 2 ** 16;

export function readJoin(body: unknown): JoinRequest {
  return readOr400(() => {
    const { slots = 1, quote } = readObject("body", body ?? {});
    const read = Number(readUint("slots", slots, MOST_SLOTS));
    if (read < 1) throw new InvalidFieldError("slots", slots, "at least 1");
    return { slots: read, ...(quote !== undefined && { quote: readSomeBytes("quote", quote) }) };
  });
}

export function readWorkReport(body: unknown): WorkReport {
  return readOr400(() => {
    const { running, revealing } = readObject("body", body);
    return {
      running: readList("running", running).map(readTaskAttempt),
      revealing: readList("revealing", revealing).map((id) => readBytes32("revealing", id)),
    };
  });
}

export function readAuthorization(body: unknown): AuthorizationRequest {
  return readOr400(() => {
    const { attempt, enclave, encryptionKey, quote } = readObject("body", body);
    return {
      attempt: readAttempt(attempt),
      ...(enclave !== undefined && { enclave: readAddress("enclave", enclave) }),
      ...(encryptionKey !== undefined && { encryptionKey: readBytes32("encryptionKey", encryptionKey) }),
      ...(quote !== undefined && { quote: readSomeBytes("quote", quote) }),
    };
  });
}

export function readStatus(body: unknown): StatusReport {
  return readOr400(() => {
    const { attempt, status, cause, exitCode } = readObject("body", body);
    const known = REPLICATE_STATUSES.find((each) => each === status);
    if (known === undefined || SCHEDULER_STATUSES.has(known)) {
      throw new InvalidFieldError("status", status, "a status that workers report");
    }
    return {
      attempt: readAttempt(attempt),
      status: known satisfies ReplicateStatus,
      ...(cause !== undefined && { cause: readText("cause", cause).slice(0, LONGEST_CAUSE) }),
      ...(exitCode !== undefined && { exitCode: Number(readUint("exitCode", exitCode, 255n)) }),
    };
  });
}

export function readDownload(body: unknown): DownloadReport {
  return readOr400(() => {
    const { attempt, done, total } = readObject("body", body);
    const most = readUint("total", total, MOST_BYTES);
    return {
      attempt: readAttempt(attempt),
      done: Number(readUint("done", done, most)),
      total: Number(most),
    };
  });
}

export function readLogs(body: unknown): LogsReport {
  return readOr400(() => {
    const { attempt, stdout, stderr } = readObject("body", body);
    return { attempt: readAttempt(attempt), stdout: readText("stdout", stdout), stderr: readText("stderr", stderr) };
  });
}

export function readResult(body: unknown): ResultReport {
  return readOr400(() => {
    const { attempt, digest, results, callbackData } = readObject("body", body);
    return {
      attempt: readAttempt(attempt),
      digest: readBytes32("digest", digest),
      results: readSomeBytes("results", results),
      ...(callbackData !== undefined && { callbackData: readSomeBytes("callbackData", callbackData) }),
    };
  });
}

function readTaskAttempt(value: unknown): TaskAttempt {
  const { taskId, attempt } = readObject("running", value);
  return { taskId: readBytes32("running.taskId", taskId) as TaskId, attempt: readAttempt(attempt) };
}

function readAttempt(value: unknown): number {
  return Number(readUint("attempt", value, MOST_ATTEMPTS));
}

function readList(field: string, value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length > MAX_LIST_LENGTH) {
    throw new InvalidFieldError(field, typeof value, `a list of at most ${MAX_LIST_LENGTH}`);
  }
  return value;
}

function readSomeBytes(field: string, value: unknown): Hex {
  if (typeof value === "string" && value.length > 2 + 2 * LONGEST_RESULT) {
    throw new InvalidFieldError(field, `${value.slice(0, 20)}…`, `at most ${LONGEST_RESULT} bytes`);
  }
  return readBytes(field, value);
}

/** Text as a database takes it: whatever an app wrote to its terminal. */
function readText(field: string, value: unknown): string {
  if (typeof value !== "string") return readString(field, value);
  return storableText(value);
}
