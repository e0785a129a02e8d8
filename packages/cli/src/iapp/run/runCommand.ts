import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { fetchResult, type TaskResult } from "@poco-marketplace/sdk/client/fetchResult.js";
import { quoteRun, runApp, type DealTask, type RunQuote, type RunTerms } from "@poco-marketplace/sdk/client/runApp.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import { formatRlc, parseRlc } from "@poco-marketplace/sdk/protocol/format.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { depositToEscrow, readFunding, type Funding } from "../../account/escrow.js";
import { withClients, type Connected } from "../../account/withClients.js";
import { CommandError, UsageError, wholeNumber, type CommandContext, type CommandOutcome } from "../../commandLine.js";
import type { RunValues } from "../../commands/iapp.js";
import { askConsent } from "../../prompt.js";
import { readCommandLine } from "../../readCommandLine.js";
import { writeStory } from "../../task/report.js";
import { viewTask, watchTask, type TaskSources } from "../../task/taskView.js";
import { readProject } from "../project/project.js";
import { readSecrets } from "../secretValues.js";
import { storeBulkRequest } from "./bulkRequest.js";
import { openResultKey } from "./resultKey.js";

/** The options of a run, read. */
interface Wanted {
  readonly app: Address;
  readonly datasets: readonly Address[];
  readonly tasks: number;
  readonly workerpool: Address | undefined;
  readonly category: number | undefined;
  /** The most that a task may cost, in nRLC; undefined for any price that is confirmed. */
  readonly maxPrice: bigint | undefined;
  readonly output: string;
}

/** A task that ended, as `--json` prints it. */
interface EndedTask {
  readonly taskId: string;
  readonly index: string;
  /** Where its result is; undefined if it has none. */
  readonly output?: string;
  readonly files?: Readonly<Record<string, number>>;
  readonly callbackData?: string;
  /** Why there is no result. */
  readonly reason?: string;
}

/**
 * Runs an app: shows the cost, makes a deal, follows its tasks, and fetches their results.
 *
 * @throws {@link UsageError}; {@link CommandError}; the errors of the SDK
 */
export async function runRunCommand(
  address: string | undefined,
  values: RunValues,
  context: CommandContext,
): Promise<CommandOutcome> {
  const requesterSecrets = await readSecrets(values.secret ?? []);
  return withClients(values, "requester", context, async (connected) => {
    const wanted = await readWanted(address, values, connected);
    await assertEmpty(wanted.output);
    const terms = await termsOf(wanted, values, connected);
    const quote = await context.progress.during("looking for orders", quoteRun(connected.clients, terms));
    const funding = await agree(wanted, quote, connected, { ...context, isAgreed: values.yes === true });
    const privateKey = values.encrypt === true ? await openResultKey(connected.clients, values.resultKey) : undefined;
    const { cost, orders } = quote;
    if (funding.missing > 0n) {
      await context.progress.during("depositing", depositToEscrow(connected, funding.missing, funding.wallet));
    }
    const run = runApp(connected.clients, { ...terms, orders, maxPrice: cost.perTask, secrets: requesterSecrets });
    const deal = await context.progress.during("making the deal", run);
    context.progress.print(`Deal     ${deal.dealId}`);
    const options = { privateKey, output: wanted.output, isAlone: deal.tasks.length === 1 };
    const ended = [];
    for (const task of deal.tasks) ended.push(await endOf(task, connected, options, context));
    const isDone = ended.every(({ reason }) => reason === undefined);
    const json = { dealId: deal.dealId, cost: `${cost.perTask * BigInt(deal.tasks.length)}`, tasks: ended };
    return {
      code: isDone ? 0 : 1,
      stdout: values.json === true ? JSON.stringify(json, null, 2) : ended.map(describe).join("\n"),
      stderr: ended.flatMap(({ reason }) => reason ?? []).join("\n"),
    };
  });
}

async function readWanted(
  address: string | undefined,
  values: RunValues,
  { clients, network }: Connected,
): Promise<Wanted> {
  const app = address ?? (await lastDeployment(values.project ?? ".", clients.contracts.domain.chainId));
  const { workerpool = network.workerpool, category, maxPrice } = values;
  return readCommandLine(() => ({
    app: readAddress("APP", app),
    datasets: (values.data ?? []).map((dataset) => readAddress("--data", dataset)),
    tasks: wholeNumber("--tasks", values.tasks, 1, 1000),
    workerpool: workerpool === undefined ? undefined : readAddress("--workerpool", workerpool),
    category: category === undefined ? undefined : wholeNumber("--category", category),
    maxPrice: maxPrice === undefined ? undefined : parseRlc(maxPrice),
    output: resolve(values.output),
  }));
}

/** Returns the app that was deployed last from the project in a folder. */
async function lastDeployment(folder: string, chainId: bigint): Promise<string> {
  const project = await readProject(folder);
  const file = join(project.folder, "cache", `${chainId}`, "deployments.json");
  const known = existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as { app: string }[]) : [];
  const [newest] = known;
  if (newest !== undefined) return newest.app;
  throw new UsageError(`The app is missing: ${project.name} was not deployed on chain ${chainId}. Give its address.`);
}

async function assertEmpty(folder: string): Promise<void> {
  const found = existsSync(folder) ? await readdir(folder) : [];
  if (found.length > 0) throw new UsageError(`${folder} is not empty: give --output with another folder.`);
}

async function termsOf(
  { app, datasets, tasks, workerpool, category }: Wanted,
  values: RunValues,
  { clients, signer }: Connected,
): Promise<RunTerms> {
  const { args, inputFile, encrypt } = values;
  const isBulk = datasets.length > 1 || values.bulk === true;
  const requester = signer.address as Address;
  const bulkCid = isBulk ? await storeBulkRequest(clients, { datasets, app, requester, tasks }) : undefined;
  const [dataset] = datasets;
  return {
    app,
    volume: BigInt(tasks),
    ...(!isBulk && dataset !== undefined && { dataset }),
    ...(workerpool !== undefined && { workerpool }),
    ...(category !== undefined && { category }),
    params: {
      ...(args !== undefined && { args }),
      ...(inputFile !== undefined && { inputFiles: inputFile }),
      ...(encrypt === true && { resultEncryption: true }),
      ...(bulkCid !== undefined && { bulkCid }),
    },
  };
}

/** Tells the cost, and asks whether to go on. */
async function agree(
  { app, maxPrice }: Wanted,
  { cost: { perTask, volume } }: RunQuote,
  connected: Connected,
  { isTerminal, progress, isAgreed }: Pick<CommandContext, "isTerminal" | "progress"> & { isAgreed: boolean },
): Promise<Funding> {
  const price = perTask * volume;
  const funding = await readFunding(connected, price);
  if (maxPrice !== undefined && perTask > maxPrice) {
    throw new CommandError(
      `A task costs ${formatRlc(perTask)} RLC at least, and --max-price is ${formatRlc(maxPrice)}: raise it, or wait for other orders.`,
    );
  }
  progress.print(
    [
      `App      ${app}`,
      `Account  ${connected.signer.address}`,
      `Cost     ${volume} task${volume === 1n ? "" : "s"} at ${formatRlc(perTask)} RLC: ${formatRlc(price)} RLC and the gas`,
      ...(funding.missing === 0n ? [] : [`Deposit  ${formatRlc(funding.missing)} RLC, which are missing in escrow`]),
    ].join("\n"),
  );
  if (!isAgreed && price > 0n) {
    await askConsent({ isTerminal, missing: "Nobody can be asked to confirm the cost: give --yes." }, "Run it?");
  }
  return funding;
}

/** Follows a task to its end, and saves its result. */
async function endOf(
  task: DealTask,
  { clients, network, signer, provider }: Connected,
  { privateKey, output, isAlone }: { privateKey: string | undefined; output: string; isAlone: boolean },
  { progress }: Pick<CommandContext, "progress">,
): Promise<EndedTask> {
  const { taskId, dealId, index } = task;
  const name = { taskId, dealId, index };
  const fromBlock = Math.max(0, (await provider.getBlockNumber()) - 1000);
  const { contracts } = clients;
  const sources: TaskSources = { contracts, compass: network.compass, readerOf: () => signer, fromBlock };
  const ended = { taskId, index: `${index}` };
  progress.print(`Task     ${taskId}`);
  const first = await viewTask(sources, name);
  const following = watchTask(sources, name, first, (line) => progress.print(`         ${line.trim()}`));
  const { story, pool } = await progress.during("waiting for the result", following);
  if (story.diagnosis.state !== "done") {
    return { ...ended, reason: writeStory(story, pool) };
  }
  const result = await fetchResult(clients, task, privateKey === undefined ? {} : { privateKey });
  const folder = isAlone ? output : join(output, `${index}`);
  return { ...ended, ...(await save(result, folder)) };
}

async function save({ files, callbackData }: TaskResult, folder: string): Promise<Omit<EndedTask, "taskId" | "index">> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return {
    output: folder,
    files: Object.fromEntries([...files].map(([path, content]) => [path, content.length])),
    ...(callbackData !== undefined && { callbackData }),
  };
}

function describe({ taskId, output, files = {}, callbackData }: EndedTask): string {
  if (output === undefined) return `Task ${taskId} has no result.`;
  const listed = Object.entries(files).map(([path, size]) => `  ${join(relative("", output), path)} (${size} bytes)`);
  const callback = callbackData === undefined ? [] : [`  callback data ${callbackData}`];
  return [`The result of task ${taskId}:`, ...listed, ...callback].join("\n");
}
