import { CommandError } from "../../commandLine.js";

/** An image that cannot be pushed. The message says what to do. */
export class PushError extends CommandError {
  override readonly name = "PushError";
}
