import { isError } from "ethers";

import { HttpError } from "../http/HttpError.js";
import { InvalidFieldError } from "../protocol/field.js";

/** What went wrong, as a client should hear it: what it wrote wrongly is 400, a node that does not answer 503. */
export function refusal(error: unknown): unknown {
  if (error instanceof InvalidFieldError) return new HttpError(400, `${error.message}.`, { cause: error });
  if (isError(error, "SERVER_ERROR") || isError(error, "NETWORK_ERROR") || isError(error, "TIMEOUT")) {
    return new HttpError(503, "The chain cannot be asked right now: try again in a moment.", { cause: error });
  }
  return error;
}
