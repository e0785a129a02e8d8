import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { UsageError } from "../commandLine.js";

/** A failure that the user of the demo can fix; the message says how. */
export class DemoError extends Error {
  override readonly name = "DemoError";
  /** Further fields for the output of `--json`. */
  readonly details: object;

  constructor(message: string, { details = {}, ...options }: ErrorOptions & { details?: object } = {}) {
    super(message, options);
    this.details = details;
  }
}

/** Returns an error's message as a sentence; for a contract's error, its meaning and what to do. */
export function reasonOf(error: unknown): string {
  const isOurs = error instanceof DemoError || error instanceof UsageError;
  const revert = isOurs ? undefined : decodeRevert(error);
  const { message } = revert ?? (error instanceof Error ? error : { message: String(error) });
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
