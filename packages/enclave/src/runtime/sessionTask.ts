import { MissingDatasetError, type EnclaveTask, type InputFile, type TaskDataset } from "../task/task.js";
import type { SessionDataset, TaskSession } from "../session/session.js";
import type { SealedDataset, SealedTask } from "./messages.js";

/** A missing input file: the deal names it, and the worker did not bring it. */
export class MissingInputFileError extends Error {
  override readonly name = "MissingInputFileError";

  constructor(url: string) {
    super(`The deal's input file ${url} is missing: fetch it, then run the task again.`);
  }
}

/**
 * Builds the task from the session of the secret service and the files that the worker brought. Nothing else that a
 * worker claims about a task counts here.
 *
 * A dataset of a bulk slice whose key was withheld is left out: its owner did not offer it for this deal.
 *
 * @throws {@link MissingInputFileError}, {@link MissingDatasetError}
 */
export function taskOfSession(sealed: SealedTask, session: TaskSession): Omit<EnclaveTask, "program"> {
  const { dataset, bulk, inputFiles, storage: _, ...fields } = session;
  const datasets = sealed.dataset === undefined ? (sealed.bulk ?? []) : [sealed.dataset, ...(sealed.bulk ?? [])];
  return {
    ...fields,
    worker: sealed.worker,
    inputFiles: inputFiles.map((url) => fileAt(url, sealed.inputFiles ?? [])),
    ...(dataset !== undefined && { dataset: withFile(dataset, datasets) }),
    ...(bulk !== undefined && { bulk: bulk.map((each) => withFile(each, datasets)) }),
  };
}

/** Builds the task as the worker describes it, without keys, so that no protected data can be read. */
export function withoutKeys({ dataset, bulk, ...task }: SealedTask): Omit<EnclaveTask, "program"> {
  return {
    ...task,
    ...(dataset !== undefined && { dataset: withoutKey(dataset) }),
    ...(bulk !== undefined && { bulk: bulk.map((each) => withoutKey(each)) }),
  };
}

function withoutKey(dataset: SealedDataset): TaskDataset {
  return { ...dataset, key: undefined };
}

function withFile({ address, checksum, key }: SessionDataset, sealed: readonly SealedDataset[]): TaskDataset {
  const file = sealed.find((each) => each.address.toLowerCase() === address.toLowerCase());
  if (file?.encrypted === undefined) throw new MissingDatasetError(address, "encrypted file");
  return { address, checksum, key, encrypted: file.encrypted };
}

function fileAt(url: string, sealed: readonly InputFile[]): InputFile {
  const file = sealed.find((each) => each.url === url);
  if (file === undefined) throw new MissingInputFileError(url);
  return file;
}
