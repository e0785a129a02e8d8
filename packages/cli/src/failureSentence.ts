import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { CommandError, UsageError } from "./commandLine.js";

/** Returns an error's message as a sentence; for a contract's error, its meaning and what to do. */
export function failureSentence(error: unknown): string {
  if (isTakenPort(error))
    return `Port ${error.port} is taken by another program: stop that, or give another --port (0 for any that is free).`;
  const isOurs = error instanceof CommandError || error instanceof UsageError;
  const revert = isOurs ? undefined : decodeRevert(error);
  const { message } = revert ?? (error instanceof Error ? error : { message: String(error) });
  const sentence = message.trim();
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function isTakenPort(error: unknown): error is { port: number } {
  const { code, port } = Object(error) as { code?: unknown; port?: unknown };
  return code === "EADDRINUSE" && typeof port === "number";
}
