import { CommandError } from "../../commandLine.js";

/** An image that cannot be built. The message says what to change. */
export class BuildError extends CommandError {
  override readonly name = "BuildError";
}
