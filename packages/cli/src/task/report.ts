import { describePayout, type TaskEvent, type TaskStory } from "./taskStory.js";
import { formatMoment } from "@poco-marketplace/sdk/protocol/format.js";
import type { PoolStory } from "./poolStory.js";

/** Formats a task's story as JSON. */
export function storyToJson(story: TaskStory, pool: PoolStory | undefined): string {
  return JSON.stringify(
    { ...story, replicates: pool?.replicates ?? [], causes: pool?.causes ?? [], logs: pool?.logs ?? [] },
    plain,
    2,
  );
}

/** Formats a task's story as text. */
export function writeStory(story: TaskStory, pool: PoolStory | undefined): string {
  const { deadlines } = story;
  return [
    `Task ${story.taskId}`,
    `  ${story.status}, number ${story.index} of deal ${story.dealId}`,
    `  app ${story.app}, workerpool ${story.workerpool}, requester ${story.requester}`,
    "",
    ...(story.timeline.length === 0 ? [] : ["Timeline", ...story.timeline.map(writeEvent), ""]),
    "Deadlines",
    `  contributions until ${formatMoment(deadlines.contribution)}`,
    ...(deadlines.reveal === 0n ? [] : [`  reveals until       ${formatMoment(deadlines.reveal)}`]),
    `  claimable from      ${formatMoment(deadlines.final)}`,
    ...section("Enclaves", story.contributions.flatMap(describeEnclave)),
    ...section("Payouts", story.payouts.map(describePayout)),
    ...section("Result", story.result === undefined ? [] : [story.result]),
    ...section("Workers", describeReplicates(pool)),
    ...section("Causes that workers reported", describeCauses(pool)),
    ...section("Logs", describeLogs(pool)),
    "",
    ...writeDiagnosis(story),
  ].join("\n");
}

/** Formats an event as a line. */
export function writeEvent({ at, sentence }: TaskEvent): string {
  return `  ${formatMoment(at)}  ${sentence}`;
}

/** Formats a task's diagnosis as lines. */
export function writeDiagnosis({ diagnosis: { sentence, advice } }: TaskStory): string[] {
  return advice === undefined ? [sentence] : [sentence, advice];
}

function describeEnclave({ worker, enclave, verifiedBy, quote }: TaskStory["contributions"][number]): string[] {
  if (enclave === undefined) return [];
  if (verifiedBy === undefined) return [`${enclave} of worker ${worker}: vouched for by a signature`];
  const kind = quote === undefined ? "quote" : `${quote.tee} quote`;
  const verdict = `${enclave} of worker ${worker}: its ${kind} was verified on chain by ${verifiedBy}`;
  if (quote === undefined) return [verdict];
  const { measured, certificate, model, isSimulated } = quote;
  const platform = model === undefined ? "" : ` of a platform of model ${model}`;
  return [
    verdict,
    measured.kind === "package"
      ? `  it measured the deal's app, ${measured.measurement}`
      : `  it runs the image of the deal's app, ${measured.digest}, by the approved runtime ${measured.runtime}`,
    `  certificate ${certificate}${platform}${isSimulated === true ? ", under a SIMULATED root" : ""}`,
  ];
}

function describeReplicates(pool: PoolStory | undefined): string[] {
  return (pool?.replicates ?? []).flatMap(({ worker, status, exitCode, notes }) => [
    `${worker} ${status}${exitCode === null ? "" : `, exit code ${exitCode}`}`,
    ...notes.map((note) => `  ${note}`),
  ]);
}

function describeCauses(pool: PoolStory | undefined): string[] {
  return (pool?.causes ?? []).flatMap(({ worker, status, cause }) => [`${worker} ${status}:`, ...indent(cause)]);
}

function describeLogs(pool: PoolStory | undefined): string[] {
  if (pool === undefined) return [];
  if (pool.noLogs !== undefined) return [pool.noLogs];
  return pool.logs.flatMap(({ worker, stdout, stderr }) => [
    `${worker}:`,
    ...indent(stdout),
    ...(stderr === "" ? [] : ["  to stderr:", ...indent(stderr)]),
  ]);
}

function indent(text: string): string[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `  ${line}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
