import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { UsageError } from "./commandLine.js";

/**
 * Calls a function that reads options with the SDK, whose errors for invalid fields are then those of the command line.
 *
 * @throws {@link UsageError} where `read` throws `InvalidFieldError`; whatever else it throws
 */
export function readCommandLine<Options>(read: () => Options): Options {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidFieldError) throw new UsageError(`${error.message}.`, { cause: error });
    throw error;
  }
}
