import { CommandError } from "../commandLine.js";

/** A failure that the user of the demo can fix; the message says how. */
export class DemoError extends CommandError {
  override readonly name = "DemoError";
  /** Further fields for the output of `--json`. */
  readonly details: object;

  constructor(message: string, { details = {}, ...options }: ErrorOptions & { details?: object } = {}) {
    super(message, options);
    this.details = details;
  }
}
