import type { RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { during, failureOf } from "./attemptFailure.js";
import type { WorkerContext } from "./context.js";
import type { Finding } from "./hubCalls.js";
import type { StatusReporter } from "./statusReporter.js";

/** Seconds after a task's time for which what it takes to reveal is kept. */
const KEEP_SECONDS = 30 * 86_400;

/** Tells the chain what was found: all at once where one worker ends the task, else what takes part in a consensus. */
export async function contribute(
  duty: RunDuty,
  { hub, scheduler, reveals }: WorkerContext,
  {
    finding,
    verdict,
    results,
    callbackData,
    reporter,
  }: {
    finding: Finding;
    verdict: string | undefined;
    results: Hex;
    callbackData: Hex | undefined;
    reporter: StatusReporter;
  },
): Promise<void> {
  const { taskId, attempt: number } = duty;
  const about = verdict === undefined ? {} : { cause: verdict };
  if (duty.isSolo) {
    reporter.report("CONTRIBUTE_AND_FINALIZE_ONGOING", about);
    const told = { results, callbackData: callbackData ?? "0x" } as const;
    await during(failureOf(duty), () => hub.contributeAndFinalize(finding, told));
    reporter.report("CONTRIBUTE_AND_FINALIZE_DONE");
    return;
  }
  // Before it says anything on chain: what it takes to reveal and to finalize is safe.
  const { digest } = finding;
  await reveals.write(taskId, { digest, until: Math.floor(Date.now() / 1000) + KEEP_SECONDS });
  await reporter.flush();
  const report = { attempt: number, digest, results, ...(callbackData !== undefined && { callbackData }) };
  await scheduler.result(taskId, report, reporter.signal);
  reporter.report("CONTRIBUTING", about);
  await during(failureOf(duty), () => hub.contribute(finding));
  reporter.report("CONTRIBUTED");
}
