import type { Wallet } from "ethers";

import { answerChallenge } from "@poco-marketplace/sdk/login/answerChallenge.js";
import type { Challenge } from "@poco-marketplace/sdk/login/challenge.js";
import { UsageError, type CommandContext, type CommandOutcome } from "../commandLine.js";
import type { PoolValues } from "../commands/pool.js";
import { readPoolOptions, type PoolOptions } from "./options.js";

/** A denial in the scheduler's response. */
interface ToldDenial {
  readonly app: string;
  readonly requester: string;
  readonly until: string;
  readonly reason: string;
}

/** An error response of the scheduler. */
class SchedulerSays extends Error {}

const PATIENCE_MS = 10_000;

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
    if (!(error instanceof UsageError || error instanceof SchedulerSays)) throw error;
    if (values.json) print(JSON.stringify({ error: error.message }, null, 2));
    return { code: error instanceof UsageError ? 2 : 1, stdout: "", stderr: error.message };
  }
}

async function act({ scheduler, owner, forgive, json }: PoolOptions): Promise<string> {
  if (forgive !== undefined) {
    const { app, requester } = forgive;
    await ask(scheduler, owner, { method: "DELETE", path: `/denials/${app}/${requester}` });
    return json
      ? JSON.stringify({ forgiven: forgive }, null, 2)
      : `Deals of requester ${requester} for app ${app} are taken again.`;
  }
  const told = await ask<{ denials: readonly ToldDenial[] }>(scheduler, owner, { method: "GET", path: "/denials" });
  if (json) return JSON.stringify(told, null, 2);
  if (told.denials.length === 0) return "No requester is denied.";
  return told.denials
    .map(({ app, requester, until, reason }) => `App ${app}, requester ${requester}, until ${until}: ${reason}.`)
    .join("\n");
}

async function ask<Told>(
  scheduler: string,
  owner: Wallet,
  { method, path }: { method: "GET" | "DELETE"; path: string },
): Promise<Told> {
  const challenge = await fetched<Challenge>(`${scheduler}/denials/challenge?address=${owner.address}`);
  const authorization = await answerChallenge(owner, challenge);
  return fetched<Told>(`${scheduler}${path}`, { method, headers: { authorization } });
}

async function fetched<Told>(url: string, init: RequestInit = {}): Promise<Told> {
  const { response, body } = await attempt(url, init);
  if (!response.ok) throw new SchedulerSays(body.error ?? body.message ?? `${url} answers ${response.status}.`);
  return body as Told;
}

async function attempt(url: string, init: RequestInit) {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { response, body: (await response.json()) as { error?: string; message?: string } };
  } catch (cause) {
    throw new UsageError(`The scheduler at ${new URL(url).origin} does not answer: check --scheduler.`, { cause });
  }
}
