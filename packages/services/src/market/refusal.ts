import { HttpError } from "../http/HttpError.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";

/**
 * Error codes of an unreachable server: of ethers and of Node's sockets, and of PostgreSQL while it stops or starts.
 */
const ABSENT_NODE =
  /^(?:SERVER_ERROR|NETWORK_ERROR|TIMEOUT|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE)$/;
const ABSENT_DATABASE = /^(?:08\w{3}|57P\w\d)$/;

/** Converts an error for clients: invalid input becomes status 400, an unreachable chain or database 503. */
export function refusal(error: unknown): unknown {
  if (error instanceof InvalidFieldError) return new HttpError(400, `${error.message}.`, { cause: error });
  if (isAbsence(error)) {
    const message = "The market cannot reach its chain or its database right now: try again in a moment.";
    return new HttpError(503, message, { cause: error });
  }
  return error;
}

function isAbsence(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return ABSENT_NODE.test(code) || ABSENT_DATABASE.test(code);
  return error.message === "Connection terminated unexpectedly";
}
