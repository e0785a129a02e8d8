import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { UsageError } from "../commandLine.js";

/** Something went wrong that whoever runs the demo can mend. Its message says how. */
export class DemoError extends Error {
  override readonly name = "DemoError";
  /** What a program that reads JSON would like to know besides. */
  readonly details: object;

  constructor(message: string, { details = {}, ...options }: ErrorOptions & { details?: object } = {}) {
    super(message, options);
    this.details = details;
  }
}

/** What an error says, as a sentence; of a contract's error, what it means and what to do. */
export function reasonOf(error: unknown): string {
  const isOurs = error instanceof DemoError || error instanceof UsageError;
  const revert = isOurs ? undefined : decodeRevert(error);
  const { message } = revert ?? (error instanceof Error ? error : { message: String(error) });
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
