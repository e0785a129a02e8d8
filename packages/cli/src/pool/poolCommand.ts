import { SchedulerClient } from "@poco-marketplace/sdk/client/scheduler.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { UsageError, type CommandContext, type CommandOutcome } from "../commandLine.js";
import type { PoolValues } from "../commands/pool.js";
import { readPoolOptions, type PoolOptions } from "./options.js";

/** Lists the denials of a pool, or lifts that of an app and requester. */
export async function runPoolCommand(
  forgive: { readonly app: string; readonly requester: string } | undefined,
  values: PoolValues,
  { environment, print }: Pick<CommandContext, "environment" | "print">,
): Promise<CommandOutcome> {
  try {
    print(await act(readPoolOptions(forgive, values, environment)));
    return { code: 0, stdout: "", stderr: "" };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ServiceError)) throw error;
    if (values.json) print(JSON.stringify({ error: error.message }, null, 2));
    const isRefusal = error instanceof ServiceError && error.statusCode !== undefined;
    return { code: isRefusal ? 1 : 2, stdout: "", stderr: error.message };
  }
}

async function act({ scheduler: url, owner, forgive, json }: PoolOptions): Promise<string> {
  // The chain is for the logs of tasks only.
  const scheduler = new SchedulerClient(url, { chainId: 0, signer: owner });
  if (forgive !== undefined) {
    const { app, requester } = forgive;
    await scheduler.forgive(forgive);
    return json
      ? JSON.stringify({ forgiven: forgive }, null, 2)
      : `Deals of requester ${requester} for app ${app} are accepted again.`;
  }
  const denials = await scheduler.denials();
  if (json) return JSON.stringify({ denials }, null, 2);
  if (denials.length === 0) return "No requester is denied.";
  return denials
    .map(({ app, requester, until, reason }) => {
      return `App ${app}, requester ${requester}, until ${until.toISOString()}: ${reason}.`;
    })
    .join("\n");
}
