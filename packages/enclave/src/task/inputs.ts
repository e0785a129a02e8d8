import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { isAddress, isHexString, ZeroAddress } from "ethers";

import { OWNER_FILE } from "../files/ownerOnly.js";
import { decryptData } from "@poco-marketplace/sdk/protect/unprotect.js";
import { InvalidTaskError, MissingDatasetError, type EnclaveTask, type InputFile, type TaskDataset } from "./task.js";

/** The two folders that a program sees. */
export interface TaskFolders {
  readonly input: string;
  readonly output: string;
}

/**
 * Refuses a task whose fields cannot be written to files and variables.
 *
 * @throws {@link InvalidTaskError}
 */
export function checkTask(task: EnclaveTask): void {
  for (const part of ["taskId", "dealId"] as const) {
    if (!isHexString(task[part], 32))
      throw new InvalidTaskError(part, `"${String(task[part])}"`, "give 32 bytes of 0x-hex");
  }
  if (!isAddress(task.worker))
    throw new InvalidTaskError("worker", `"${String(task.worker)}"`, "give the worker's address");
  for (const { address } of datasetsOf(task)) {
    if (!isAddress(address))
      throw new InvalidTaskError("dataset", `"${String(address)}"`, "give the dataset's address");
  }
  const { index, botFirst, botSize } = task;
  if (index < botFirst || index >= botFirst + botSize) {
    throw new InvalidTaskError(
      "index",
      `${index}`,
      `stay within the deal, from ${botFirst} to ${botFirst + botSize - 1n}`,
    );
  }
  for (const [number, secret] of Object.entries(task.requesterSecrets ?? {})) {
    const what = `requester secret ${number}`;
    if (!/^[1-9]\d*$/.test(number)) throw new InvalidTaskError(what, "misnumbered", "number secrets 1, 2, 3…");
    checkText(what, secret);
  }
  checkText("app secret", task.appSecret ?? "");
  for (const argument of [task.args ?? []].flat()) checkText("argument", argument);
}

/**
 * Fills the input folder: every dataset, checked and decrypted, under its address; every input file under the SHA-256
 * of its URL, as 0x-hex.
 *
 * @throws {@link MissingDatasetError}, and the errors of `decryptData`
 */
export async function writeInputs(task: EnclaveTask, { input }: TaskFolders): Promise<void> {
  for (const dataset of datasetsOf(task)) {
    await writeFile(join(input, dataset.address), await open(dataset), { mode: OWNER_FILE });
  }
  for (const file of task.inputFiles ?? []) {
    await writeFile(join(input, inputFileName(file)), file.content, { mode: OWNER_FILE });
  }
}

/**
 * Builds the variables of the iApp conventions, none of which comes from the host. The deal's dataset is always named: it
 * is the zero address in a deal without one.
 */
export function environmentOf(task: EnclaveTask, { input, output }: TaskFolders): Record<string, string> {
  const { dataset, bulk, inputFiles = [], appSecret, requesterSecrets = {} } = task;
  const environment: Record<string, string> = {
    IEXEC_DEAL_ID: task.dealId,
    IEXEC_TASK_ID: task.taskId,
    IEXEC_TASK_INDEX: `${task.index}`,
    IEXEC_BOT_TASK_INDEX: `${task.index}`,
    IEXEC_BOT_FIRST_INDEX: `${task.botFirst}`,
    IEXEC_BOT_SIZE: `${task.botSize}`,
    IEXEC_IN: input,
    IEXEC_OUT: output,
    IEXEC_DATASET_ADDRESS: dataset?.address ?? ZeroAddress,
    IEXEC_DATASET_FILENAME: dataset?.address ?? ZeroAddress,
    IEXEC_INPUT_FILES_FOLDER: input,
    IEXEC_INPUT_FILES_NUMBER: `${inputFiles.length}`,
  };
  inputFiles.forEach((file, i) => (environment[`IEXEC_INPUT_FILE_NAME_${i + 1}`] = inputFileName(file)));
  if (bulk !== undefined) environment["IEXEC_BULK_SLICE_SIZE"] = `${bulk.length}`;
  bulk?.forEach(({ address }, i) => (environment[`IEXEC_DATASET_${i + 1}_FILENAME`] = address));
  if (appSecret !== undefined) {
    environment["IEXEC_APP_DEVELOPER_SECRET"] = appSecret;
    environment["IEXEC_APP_DEVELOPER_SECRET_1"] = appSecret;
  }
  for (const [number, secret] of Object.entries(requesterSecrets)) {
    environment[`IEXEC_REQUESTER_SECRET_${number}`] = secret;
  }
  return environment;
}

async function open({ address, checksum, encrypted, key }: TaskDataset): Promise<Uint8Array> {
  if (encrypted === undefined) throw new MissingDatasetError(address, "encrypted file");
  if (key === undefined) throw new MissingDatasetError(address, "key");
  return decryptData({ encrypted, key, checksum });
}

function datasetsOf({ dataset, bulk = [] }: EnclaveTask): readonly TaskDataset[] {
  return dataset === undefined ? bulk : [dataset, ...bulk];
}

function inputFileName({ url }: InputFile): string {
  return `0x${createHash("sha256").update(url).digest("hex")}`;
}

function checkText(what: string, text: string): void {
  if (text.includes("\0")) throw new InvalidTaskError(what, "not text", "take out the NUL character");
}
