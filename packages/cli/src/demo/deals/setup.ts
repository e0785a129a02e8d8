import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { formatRlc, ONE_RLC } from "@poco-marketplace/sdk/protocol/format.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Transcript } from "../transcript.js";
import { WORKERS, type Scenario } from "../scenario.js";
import type { DemoOptions } from "../options.js";

const POOL_FUNDS = 10n * ONE_RLC;
const WORKER_FUNDS = ONE_RLC;

/** The assets that the deals use. */
export interface PublishedAssets {
  readonly app: Address;
  readonly dataset: Address;
  readonly workerpool: Address;
}

/** Has the requester, the scheduler and the workers deposit RLC in escrow. */
export async function deposit(scenario: Scenario, transcript: Transcript, options: DemoOptions): Promise<void> {
  transcript.step("Everybody puts RLC into escrow");
  transcript.gas("deposit", await scenario.fund("requester", options.deposit));
  transcript.print(`The requester deposits ${formatRlc(options.deposit)} RLC.`);
  transcript.gas("deposit", await scenario.fund("scheduler", POOL_FUNDS));
  for (const role of WORKERS) transcript.gas("deposit", await scenario.fund(role, WORKER_FUNDS));
  transcript.print(
    `The scheduler deposits ${formatRlc(POOL_FUNDS)} RLC and each worker ${formatRlc(WORKER_FUNDS)}, to have stakes to lose.`,
  );
}

/** Protects a dataset, publishes an app, and registers a workerpool. */
export async function publish(
  scenario: Scenario,
  transcript: Transcript,
  options: DemoOptions,
): Promise<PublishedAssets> {
  const dataset = await protect(scenario, transcript, options.data);

  transcript.step("An app developer publishes an iApp");
  const name = basename(options.app);
  const { app, cid, checksum, receipt } = await scenario.appProvider.publish(name, scenario.app);
  transcript.gas("createApp", receipt);
  transcript.print(
    `${name} and what belongs to it, ${scenario.app.files.length} files, are packed and stored as ${cid}.`,
  );
  transcript.print(`On chain it is app ${app}, with the SHA-256 of the package:`);
  transcript.print(`${checksum}. An enclave's quote shows the same number,`);
  transcript.print("so that everybody can tell that this program runs and no other.");

  transcript.step("A scheduler opens a workerpool");
  const pool = await scenario.poolOwner.register("demo workerpool");
  transcript.gas("createWorkerpool", pool.receipt);
  transcript.print(`Workerpool ${pool.workerpool} has ${scenario.workers.length} workers, each with an enclave.`);
  return { app, dataset, workerpool: pool.workerpool };
}

async function protect(scenario: Scenario, transcript: Transcript, path: string): Promise<Address> {
  transcript.step("A data provider protects a file");
  const name = basename(path);
  const file = await readFile(path);
  const published = await transcript.during(`encrypting ${name}`, scenario.dataProvider.publish(name, file));
  const { dataset, schema, encryptedBytes, cid, receipt } = published;
  transcript.gas("createDataset", receipt);
  transcript.print(`${name} (${file.length.toLocaleString("en")} bytes) is zipped, and encrypted with AES-256-CBC:`);
  transcript.print(`${encryptedBytes.toLocaleString("en")} bytes, stored by their content as ${cid}.`);
  transcript.print(`On chain it is dataset ${dataset}, schema ${JSON.stringify(schema)}.`);
  transcript.print(
    "Its key goes to the secret service, which gives it to enclaves that prove themselves, and to nobody else.",
  );
  return dataset;
}
