import type { Withheld } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { bulkRefusal } from "@poco-marketplace/sdk/protocol/bulk.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { parseParams, type DealParams } from "@poco-marketplace/sdk/protocol/params.js";
import type { SessionDataset, SessionStorage, TaskSession } from "@poco-marketplace/enclave/session/session.js";
import type { ChainFacts, TaskFacts } from "./chainFacts.js";
import { assertRequest, SecretRefusal } from "./refusal.js";
import {
  appSecret,
  datasetKey,
  describeSecret,
  requesterSecret,
  RESERVED,
  web2Secret,
  type SecretRef,
} from "@poco-marketplace/sdk/wire/secretRef.js";
import { readSlice, type ContentSource } from "./slices.js";

/** The sources of what a session holds. */
export interface SecretSources {
  readonly chain: ChainFacts;
  readonly content: ContentSource;
  readonly get: (ref: SecretRef) => Promise<string | undefined>;
}

/** The session of a task, and what is withheld from it. */
export interface CollectedSecrets {
  readonly session: TaskSession;
  /** The secrets in it, as descriptions for people. */
  readonly names: readonly string[];
  readonly withheld: readonly Withheld[];
}

/**
 * Collects exactly the secrets of one task of a deal: those that its datasets, its app, its requester's params and its
 * beneficiary need.
 *
 * @throws {@link SecretRefusal} when one of them is missing; a dataset of a bulk slice is withheld instead
 */
export async function collectSecrets(
  sources: SecretSources,
  task: TaskFacts,
  worker: Address,
): Promise<CollectedSecrets> {
  const params = readParams(task);
  const names: string[] = [];
  const withheld: Withheld[] = [];
  const find = async (ref: SecretRef) => {
    const secret = await sources.get(ref);
    if (secret !== undefined) names.push(describeSecret(ref));
    return secret;
  };

  const { args, inputFiles = [] } = params;
  const { taskId, dealId, index, botFirst, botSize, dataset } = task;
  const bulk =
    params.bulkCid !== undefined && dataset === undefined
      ? await collectBulkDatasets({ ...sources, get: find }, task, params.bulkCid, withheld)
      : undefined;
  const ofApp = await find(appSecret(task.app));
  const session: TaskSession = {
    taskId,
    dealId,
    index,
    botFirst,
    botSize,
    inputFiles,
    ...(args !== undefined && { args }),
    ...(dataset !== undefined && { dataset: await collectDataset({ ...sources, get: find }, dataset) }),
    ...(bulk !== undefined && { bulk }),
    ...(ofApp !== undefined && { appSecret: ofApp }),
    requesterSecrets: await collectRequesterSecrets(find, task.requester, params),
    ...(params.resultEncryption === true && { resultKey: await collectResultKey(find, task.beneficiary) }),
    storage: await collectStorage(find, { requester: task.requester, worker }, params),
  };
  return { session, names, withheld };
}

function readParams({ dealId, params }: TaskFacts): DealParams {
  assertRequest(params !== undefined, "UnreadableParams", { dealId, problem: "their bytes are not UTF-8" });
  try {
    return parseParams(params);
  } catch (error) {
    if (!(error instanceof InvalidFieldError)) throw error;
    throw new SecretRefusal("UnreadableParams", { dealId, problem: error.message }, { cause: error });
  }
}

async function collectDataset({ chain, get }: SecretSources, dataset: Address): Promise<SessionDataset> {
  const key = await get(datasetKey(dataset));
  if (key === undefined) throw new SecretRefusal("MissingDatasetKey", { dataset });
  return { address: dataset, checksum: await chain.checksumOf(dataset), key };
}

/**
 * Collects the datasets whose owners allow their use in bulk with orders that match the deal; the others are withheld.
 */
async function collectBulkDatasets(
  { chain, content, get }: SecretSources,
  { taskId, dealId, index }: TaskFacts,
  bulkCid: string,
  withheld: Withheld[],
): Promise<readonly SessionDataset[]> {
  const orders = await readSlice(content, { taskId, bulkCid, index });
  const mismatches = await Promise.all(
    orders.map(async (order) => bulkRefusal(order) ?? (await chain.mismatchOf(order, dealId))),
  );
  const datasets: SessionDataset[] = [];
  for (const [place, { dataset: address }] of orders.entries()) {
    const mismatch = mismatches[place];
    const key = mismatch === undefined ? await get(datasetKey(address)) : undefined;
    if (key === undefined) {
      const reason = mismatch ?? new SecretRefusal("MissingDatasetKey", { dataset: address }).message;
      withheld.push({ dataset: address, reason });
      continue;
    }
    datasets.push({ address, checksum: await chain.checksumOf(address), key });
  }
  return datasets;
}

type Find = SecretSources["get"];

async function collectRequesterSecrets(
  find: Find,
  requester: Address,
  { secrets = {} }: DealParams,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [number, name] of Object.entries(secrets)) {
    const secret = await find(requesterSecret(requester, name));
    if (secret === undefined) {
      throw new SecretRefusal("MissingRequesterSecret", { requester, number: Number(number), secret: name });
    }
    found[number] = secret;
  }
  return found;
}

async function collectResultKey(find: Find, beneficiary: Address): Promise<string> {
  const secret = RESERVED.resultKey;
  const key = await find(web2Secret(beneficiary, secret));
  const purpose = "its result cannot be encrypted";
  if (key === undefined) throw new SecretRefusal("MissingWeb2Secret", { owner: beneficiary, secret, purpose });
  return Buffer.from(key, "base64").toString("utf8");
}

/** Dropbox needs the requester's token, IPFS the worker's; the deal's proxy takes precedence over the worker's. */
async function collectStorage(
  find: Find,
  { requester, worker }: { requester: Address; worker: Address },
  { resultStorageProvider: provider = "ipfs", resultStorageProxy }: DealParams,
): Promise<SessionStorage> {
  if (provider === "dropbox") {
    const secret = RESERVED.dropboxToken;
    const token = await find(web2Secret(requester, secret));
    const purpose = "its result cannot be put into its Dropbox";
    if (token === undefined) throw new SecretRefusal("MissingWeb2Secret", { owner: requester, secret, purpose });
    return { provider, token };
  }
  const token = provider === "ipfs" ? await find(web2Secret(worker, RESERVED.ipfsToken)) : undefined;
  const proxy = resultStorageProxy ?? (await find(web2Secret(worker, RESERVED.proxyUrl)));
  return { provider, ...(token !== undefined && { token }), ...(proxy !== undefined && { proxy }) };
}
