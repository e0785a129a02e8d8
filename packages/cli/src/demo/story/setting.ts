import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { formatRlc, ONE_RLC } from "@poco-marketplace/sdk/protocol/amount.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Journal } from "../journal.js";
import { WORKERS, type Stage } from "../stage.js";
import type { Wish } from "../wish.js";

const POOL_FUNDS = 10n * ONE_RLC;
const WORKER_FUNDS = ONE_RLC;

/** What there is to buy. */
export interface Offer {
  readonly app: Address;
  readonly dataset: Address;
  readonly workerpool: Address;
}

/** Everybody puts money into escrow. */
export async function deposit(stage: Stage, journal: Journal, wish: Wish): Promise<void> {
  journal.step("Everybody puts RLC into escrow");
  journal.gas("deposit", await stage.fund("requester", wish.deposit));
  journal.tell(`The requester deposits ${formatRlc(wish.deposit)} RLC.`);
  journal.gas("deposit", await stage.fund("scheduler", POOL_FUNDS));
  for (const role of WORKERS) journal.gas("deposit", await stage.fund(role, WORKER_FUNDS));
  journal.tell(
    `The scheduler deposits ${formatRlc(POOL_FUNDS)} RLC and each worker ${formatRlc(WORKER_FUNDS)}, to have stakes to lose.`,
  );
}

/** A dataset is protected, an app published, a workerpool opened. */
export async function publish(stage: Stage, journal: Journal, wish: Wish): Promise<Offer> {
  const dataset = await protect(stage, journal, wish.data);

  journal.step("An app developer publishes an iApp");
  const name = basename(wish.app);
  const { app, cid, checksum, receipt } = await stage.appProvider.publish(name, stage.app);
  journal.gas("createApp", receipt);
  journal.tell(`${name} and what belongs to it, ${stage.app.files.length} files, are packed and stored as ${cid}.`);
  journal.tell(`On chain it is app ${app}, with the SHA-256 of the package:`);
  journal.tell(`${checksum}. An enclave's quote shows the same number,`);
  journal.tell("so that everybody can tell that this program runs and no other.");

  journal.step("A scheduler opens a workerpool");
  const pool = await stage.poolOwner.register("demo workerpool");
  journal.gas("createWorkerpool", pool.receipt);
  journal.tell(`Workerpool ${pool.workerpool} has ${stage.workers.length} workers, each with an enclave.`);
  return { app, dataset, workerpool: pool.workerpool };
}

async function protect(stage: Stage, journal: Journal, path: string): Promise<Address> {
  journal.step("A data provider protects a file");
  const name = basename(path);
  const file = await readFile(path);
  const published = await journal.during(`encrypting ${name}`, stage.dataProvider.publish(name, file));
  const { dataset, schema, encryptedBytes, cid, receipt } = published;
  journal.gas("createDataset", receipt);
  journal.tell(`${name} (${file.length.toLocaleString("en")} bytes) is zipped, and encrypted with AES-256-CBC:`);
  journal.tell(`${encryptedBytes.toLocaleString("en")} bytes, stored by their content as ${cid}.`);
  journal.tell(`On chain it is dataset ${dataset}, schema ${JSON.stringify(schema)}.`);
  journal.tell(
    "Its key goes to the secret service, which gives it to enclaves that prove themselves, and to nobody else.",
  );
  return dataset;
}
