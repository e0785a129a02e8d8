import { CommandError } from "../commandLine.js";

/** A failure of the network that the user can fix; the message says how. */
export class NetworkError extends CommandError {
  override readonly name = "NetworkError";
}
