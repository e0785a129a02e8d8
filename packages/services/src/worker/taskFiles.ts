import { ZeroAddress, type ContractRunner } from "ethers";

import { MAX_BULK_LIST_BYTES, readBulkSlice, UnreadableBulkError } from "../bulk/bulkLists.js";
import { consentsToBulk } from "@poco-marketplace/sdk/protocol/bulk.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { DealParams } from "@poco-marketplace/sdk/protocol/params.js";
import type { SealedDataset } from "@poco-marketplace/enclave/runtime/messages.js";
import type { InputFile } from "@poco-marketplace/enclave/task/task.js";
import { Dataset__factory } from "@poco-marketplace/sdk/typechain.js";
import { FetchFailedError, fetchContent, fetchUrl, type FetchOptions } from "./fetchFile.js";
import type { WorkerDeal } from "./hubCalls.js";
import { locationOf } from "./location.js";

/** The public files of a task. Datasets among them are encrypted, and the worker never has their keys. */
export interface TaskFiles {
  readonly dataset?: SealedDataset;
  readonly bulk?: readonly SealedDataset[];
  readonly inputFiles: readonly InputFile[];
}

/** The maximum number of input files of a deal. */
const MOST_FILES = 100;

/**
 * Fetches the files of a task: its dataset or those of its slice, still encrypted, and its input files. All of them
 * together may have at most `maxBytes`.
 *
 * @throws `FetchFailedError`, `UnknownLocationError`
 */
export async function fetchTaskFiles(
  { deal, params, index }: { deal: WorkerDeal; params: DealParams; index: bigint },
  runner: ContractRunner,
  options: FetchOptions,
): Promise<TaskFiles> {
  let left = options.maxBytes;
  const within = async (fetching: (limits: FetchOptions) => Promise<Uint8Array>) => {
    const bytes = await fetching({ ...options, maxBytes: left });
    left -= bytes.length;
    return bytes;
  };

  const addresses =
    deal.dataset !== ZeroAddress
      ? [deal.dataset]
      : params.bulkCid === undefined
        ? []
        : await readSlice(params.bulkCid, index, options);
  const datasets: SealedDataset[] = [];
  for (const address of addresses) {
    const contract = Dataset__factory.connect(address, runner);
    const [multiaddr, checksum] = await Promise.all([contract.m_datasetMultiaddr(), contract.m_datasetChecksum()]);
    const location = locationOf(multiaddr as Hex);
    if (location.kind === "image") throw new FetchFailedError(`Dataset ${address} is at no place that can be read.`);
    const encrypted = await within((limits) =>
      location.kind === "ipfs" ? fetchContent(location.cid, limits) : fetchUrl(location.url, limits),
    );
    datasets.push({ address, checksum: checksum as Hex, encrypted });
  }

  const inputFiles: InputFile[] = [];
  const urls = params.inputFiles ?? [];
  if (urls.length > MOST_FILES) throw new FetchFailedError(`The deal has more than ${MOST_FILES} input files.`);
  for (const url of urls) inputFiles.push({ url, content: await within((limits) => fetchUrl(url, limits)) });

  if (deal.dataset !== ZeroAddress) return { dataset: datasets[0]!, inputFiles };
  return params.bulkCid === undefined ? { inputFiles } : { bulk: datasets, inputFiles };
}

/** Reads the datasets of a bulk task, without those whose orders do not allow bulk use. */
async function readSlice(bulkCid: string, index: bigint, options: FetchOptions): Promise<Address[]> {
  const read = (cid: string) => fetchContent(cid, { ...options, maxBytes: MAX_BULK_LIST_BYTES });
  try {
    const orders = await readBulkSlice(read, { bulkCid, index });
    return orders.filter(consentsToBulk).map(({ dataset }) => dataset);
  } catch (error) {
    if (!(error instanceof UnreadableBulkError)) throw error;
    throw new FetchFailedError(error.message, { cause: error });
  }
}
