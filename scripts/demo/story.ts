import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import type { Worker } from "../../src/actors/Worker.js";
import { formatRlc, ONE_RLC } from "../../src/protocol/amount.js";
import { DEFAULT_CATEGORIES, FINAL_DEADLINE_RATIO } from "../../src/protocol/category.js";
import { taskId, type Address, type Hex, type TaskId } from "../../src/protocol/ids.js";
import { resultHash } from "../../src/protocol/result.js";
import { buildParams } from "../../src/protocol/params.js";
import { parseTag } from "../../src/protocol/tag.js";
import type { Journal } from "./journal.js";
import { DemoError, reasonOf } from "./demoError.js";
import type { Stage } from "./stage.js";

/** What the visitor asked for. */
export interface Wish {
  readonly data: string;
  readonly app: string;
  readonly args: string | undefined;
  /** How many tasks the bag has. */
  readonly tasks: bigint;
  /** What the requester puts into escrow, in nRLC. */
  readonly deposit: bigint;
}

const PRICES = { app: ONE_RLC / 10n, dataset: (ONE_RLC * 3n) / 10n, workerpool: ONE_RLC };
const MAX_PRICES = { appmaxprice: PRICES.app, datasetmaxprice: PRICES.dataset, workerpoolmaxprice: PRICES.workerpool };
const POOL_FUNDS = 10n * ONE_RLC;
const WORKER_FUNDS = ONE_RLC;
const TEE = parseTag(["tee"]);

/** What there is to buy. */
interface Offer {
  readonly app: Address;
  readonly dataset: Address;
  readonly workerpool: Address;
}

/** Everybody puts money into escrow. */
export async function deposit(stage: Stage, journal: Journal, wish: Wish): Promise<void> {
  journal.step("Everybody puts RLC into escrow");
  journal.gas("deposit", await stage.fund("requester", wish.deposit));
  journal.tell(`The requester deposits ${formatRlc(wish.deposit)} RLC.`);
  await stage.fund("scheduler", POOL_FUNDS);
  for (const role of ["worker 1", "worker 2", "worker 3", "worker 4"] as const) await stage.fund(role, WORKER_FUNDS);
  journal.tell(`The scheduler deposits ${formatRlc(POOL_FUNDS)} RLC to stake, each worker ${formatRlc(WORKER_FUNDS)}.`);
}

/** A dataset is protected, an app published, a workerpool opened. */
export async function publish(stage: Stage, journal: Journal, wish: Wish): Promise<Offer> {
  journal.step("A data provider protects a file");
  const file = await readFile(wish.data);
  const data = await stage.dataProvider.publish(basename(wish.data), file);
  journal.gas("createDataset", data.receipt);
  journal.tell(
    `${basename(wish.data)}: ${file.length} bytes, encrypted to ${data.encryptedBytes}, stored as ${data.cid}.`,
  );
  journal.tell(`On chain: dataset ${data.dataset}, schema ${JSON.stringify(data.schema)}.`);
  journal.tell("Its key went to the secret vault, which gives it to enclaves only.");

  journal.step("An app developer publishes an iApp");
  const published = await stage.appProvider.publish(basename(wish.app), wish.app);
  journal.gas("createApp", published.receipt);
  journal.tell(`${basename(wish.app)}: app ${published.app}, SHA-256 ${published.checksum}.`);

  journal.step("A scheduler opens a workerpool");
  const pool = await stage.scheduler.open("demo workerpool");
  journal.gas("createWorkerpool", pool.receipt);
  journal.tell(`Workerpool ${pool.workerpool} with ${stage.workers.length} workers.`);
  return { app: published.app, dataset: data.dataset, workerpool: pool.workerpool };
}

/** Deal 1: a bag of tasks, each done by one worker in an enclave, its result encrypted for the beneficiary. */
export async function enclaveDeal(stage: Stage, journal: Journal, wish: Wish, offer: Offer): Promise<void> {
  journal.step(`Deal 1: a bag of ${wish.tasks} tasks in enclaves`);
  const { dealId, price } = await match(stage, journal, wish, offer, {
    name: "enclaves",
    volume: wish.tasks,
    tag: TEE,
  });

  for (let index = 0n; index < wish.tasks; index++) {
    const worker = stage.workers[Number(index) % stage.workers.length]!;
    const opened = await stage.scheduler.initialize(dealId, index);
    journal.gas("initialize", opened.receipt);
    const done = await runOrRefund(stage, journal, worker, {
      dealId,
      taskId: opened.taskId,
      index,
      volume: wish.tasks,
      price,
    });
    const leave = await stage.scheduler.authorize(await worker.address(), opened.taskId, worker.enclave);
    journal.gas("contributeAndFinalize", await worker.contributeAndFinalize(done, leave));
    journal.tell(`Task ${index}: enclave ${worker.enclave} ran the program in ${Math.round(done.durationMs)} ms.`);
    await deliver(stage, journal, opened.taskId, dealId);
  }
}

/** Deal 2: the same task for several workers. One of them lies. */
export async function replicatedDeal(stage: Stage, journal: Journal, wish: Wish, offer: Offer): Promise<void> {
  journal.step("Deal 2: one task, replicated, and a worker that lies");
  const trust = 3n;
  const { dealId, price } = await match(stage, journal, wish, offer, { name: "replication", volume: 1n, trust });
  const { taskId: task, receipt } = await stage.scheduler.initialize(dealId, 0n);
  journal.gas("initialize", receipt);

  const [liar, ...honest] = stage.workers;
  const lie = `0x${createHash("sha256").update("whatever").digest("hex")}` as Hex;
  await contribute(stage, journal, liar!, task, lie);
  journal.tell("Worker 1 computes nothing and commits to a made-up result.");

  const digests = new Map<Worker, Hex>();
  let results: Hex = "0x";
  for (const worker of honest) {
    const done = await runOrRefund(stage, journal, worker, { dealId, taskId: task, index: 0n, volume: 1n, price });
    await contribute(stage, journal, worker, task, done.digest as Hex);
    digests.set(worker, done.digest as Hex);
    results = done.results;
  }
  const { consensusValue, contributors } = await stage.contracts.hub.viewTask(task);
  const agreed = [...digests.values()].some((digest) => resultHash(task, digest) === consensusValue);
  if (!agreed) {
    await refund(stage, journal, { dealId, first: 0n, volume: 1n });
    throw new DemoError(
      "The workers did not agree: the program must write the same bytes each time it runs on the same data. " +
        "Leave out times, random numbers and paths; see examples/README.md. The requester has its money back.",
    );
  }
  journal.tell(`Workers 2, 3 and 4 agree: ${contributors.length} contributions, consensus ${consensusValue}.`);

  for (const [worker, digest] of digests) journal.gas("reveal", await worker.reveal(task, digest));
  journal.gas("finalize", await stage.scheduler.finalize(task, results));
  journal.tell("They reveal, the scheduler finalizes. Worker 1 loses its stake, and they share it.");
  await deliver(stage, journal, task, dealId);
}

/** Deal 3: nobody works, and the requester takes its money back. */
export async function abandonedDeal(stage: Stage, journal: Journal, wish: Wish, offer: Offer): Promise<void> {
  journal.step("Deal 3: abandoned, and claimed back");
  const { dealId } = await match(stage, journal, wish, offer, { name: "abandoned", volume: 1n, tag: TEE });
  const { taskId: task, receipt } = await stage.scheduler.initialize(dealId, 0n);
  journal.gas("initialize", receipt);
  journal.tell("The scheduler opens the task, and then nothing happens.");

  await stage.wait(FINAL_DEADLINE_RATIO * DEFAULT_CATEGORIES[0].workClockTimeRef);
  journal.gas("claim", await stage.requester.claim(task));
  journal.task({ taskId: task, dealId, status: "FAILED" });
  journal.tell("Past the final deadline the requester claims: it is refunded, and the pool's stake goes to the kitty.");
}

/** Four parties sign, anyone matches. */
async function match(
  stage: Stage,
  journal: Journal,
  wish: Wish,
  { app, dataset, workerpool }: Offer,
  { name, volume, trust = 1n, tag }: { name: string; volume: bigint; trust?: bigint; tag?: Hex },
) {
  const tags = tag === undefined ? {} : { tag };
  const params = buildParams({
    ...(wish.args !== undefined && { args: wish.args }),
    resultEncryption: true,
    resultStorageProvider: "ipfs",
  });
  const beneficiary = stage.beneficiary.address;
  const orders = {
    app: await stage.appProvider.offer({ app, appprice: PRICES.app, volume, ...tags }),
    dataset: await stage.dataProvider.offer({ dataset, datasetprice: PRICES.dataset, volume, apprestrict: app }),
    workerpool: await stage.scheduler.offer({ workerpool, workerpoolprice: PRICES.workerpool, volume, trust, ...tags }),
    request: await stage.requester.ask({
      app,
      dataset,
      workerpool,
      ...MAX_PRICES,
      volume,
      trust,
      params,
      beneficiary,
      ...tags,
    }),
  };
  const deal = await stage.requester.match(orders).catch(async (error: unknown) => {
    await stage.requester.withdrawAll();
    throw new DemoError(
      `The orders did not become a deal. ${reasonOf(error)} The requester took its deposit out again.`,
    );
  });
  journal.gas("matchOrders", deal.receipt);
  journal.deal({ dealId: deal.dealId, name, volume, trust });
  const price = PRICES.app + PRICES.dataset + PRICES.workerpool;
  journal.tell(`App, dataset, workerpool and request orders match: deal ${deal.dealId}.`);
  journal.tell(
    `${formatRlc(price * volume)} RLC of the requester are locked, and 30 % of the pool's price of the scheduler's.`,
  );
  return { ...deal, price };
}

async function contribute(stage: Stage, journal: Journal, worker: Worker, task: TaskId, digest: Hex): Promise<void> {
  const leave = await stage.scheduler.authorize(await worker.address(), task);
  journal.gas("contribute", await worker.contribute(task, digest, leave));
}

/** Runs a task; when its program fails, waits until the deal can be given up and takes the money back. */
async function runOrRefund(
  stage: Stage,
  journal: Journal,
  worker: Worker,
  task: { dealId: Hex; taskId: TaskId; index: bigint; volume: bigint; price: bigint },
) {
  try {
    return await worker.run(task.taskId);
  } catch (error) {
    const back = await refund(stage, journal, { dealId: task.dealId, first: task.index, volume: task.volume });
    throw new DemoError(`${reasonOf(error)} The requester claimed the deal: ${formatRlc(back)} RLC are back.`);
  }
}

/** Claims all tasks of a deal from `first` on, which is open, and says how much came back, in nRLC. */
async function refund(stage: Stage, journal: Journal, deal: { dealId: Hex; first: bigint; volume: bigint }) {
  const { hub } = stage.contracts;
  const before = await hub.balanceOf(stage.addresses.requester);
  const { workClockTimeRef } = DEFAULT_CATEGORIES[0];
  await stage.wait(FINAL_DEADLINE_RATIO * workClockTimeRef);
  journal.gas("claim", await stage.requester.claim(taskId(deal.dealId, deal.first)));
  for (let index = deal.first + 1n; index < deal.volume; index++) {
    journal.gas("initializeAndClaimArray", await stage.requester.claimUnopened(deal.dealId, index));
  }
  return (await hub.balanceOf(stage.addresses.requester)) - before;
}

/** The beneficiary fetches, decrypts and reads a result. */
async function deliver(stage: Stage, journal: Journal, task: TaskId, dealId: Hex): Promise<void> {
  const { zip, files } = await stage.beneficiary.open(await stage.requester.resultsOf(task));
  const sha256 = createHash("sha256").update(zip).digest("hex");
  const answer = [...files].find(([name]) => name !== "computed.json");
  const text = answer === undefined ? "" : Buffer.from(answer[1]).toString("utf8");
  journal.task({ taskId: task, dealId, status: "COMPLETED", result: text, resultSha256: sha256 });
  journal.tell(`The beneficiary decrypts ${answer?.[0] ?? "the result"}: ${headlineOf(text)}`);
}

/** The sentence that an answer begins with, or its first line. */
function headlineOf(text: string): string {
  try {
    const { headline } = JSON.parse(text) as { headline?: unknown };
    if (typeof headline === "string") return headline;
  } catch {
    // Not every answer is JSON.
  }
  return text.trim().split("\n")[0]?.slice(0, 160) ?? "";
}
