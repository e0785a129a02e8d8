/**
 * The enclave itself: a process that makes its keys, says which they are, runs one task with secrets that only it can
 * open, and ends. It is started by `attestedEnclave.ts`, in a sandbox, and speaks over its standard input and output.
 */
import { Wallet } from "ethers";

import type { EnclaveBinding } from "../../attestation/reportData.js";
import type { Address, Hex } from "../../protocol/ids.js";
import { Enclave } from "../enclave.js";
import { openSession } from "../session.js";
import { createEncryptionKey, openSecret, type SealedSecret, type SecretName } from "../sealedSecret.js";
import { InvalidTaskError, type EnclaveTask } from "../task.js";
import { receiver, send } from "./channel.js";
import type { BirthMessage, BornMessage, OutcomeMessage, SealedDataset, TaskMessage } from "./messages.js";
import { taskOfSession } from "./sessionTask.js";

type Open = (name: SecretName, sealed: SealedSecret) => Promise<Uint8Array>;

const receive = receiver(process.stdin);
// Whoever started it is gone, or has had enough of it.
process.stdin.once("end", () => process.exit());
await live();
process.exit();

async function live(): Promise<void> {
  const birth = (await receive()) as BirthMessage | undefined;
  if (birth === undefined) return;
  const { worker, taskId } = birth;
  const key = Wallet.createRandom();
  const { pair, publicKey } = await createEncryptionKey();
  const binding: EnclaveBinding = { worker, taskId, enclave: key.address as Address, encryptionKey: publicKey };
  await say({ enclave: binding.enclave, encryptionKey: publicKey } satisfies BornMessage);

  const message = (await receive()) as TaskMessage | undefined;
  if (message === undefined) return;
  const open: Open = (name, sealed) => openSecret({ pair, binding }, name, sealed);
  const { interpreter, workspace, limits } = birth;
  const enclave = new Enclave({ key, limits, workspace, interpreter });
  const task = async (): Promise<EnclaveTask> => {
    demandOwnTask(message.task, birth);
    const { session } = message.secrets;
    if (session === undefined) return unseal(message, birth, open);
    const told = await openSession({ pair, binding }, session);
    return { ...taskOfSession(message.task, told), program: birth.program };
  };
  await say(await outcomeOf(async () => enclave.run(await task())));
}

function demandOwnTask(task: TaskMessage["task"], birth: BirthMessage): void {
  for (const part of ["worker", "taskId"] as const) {
    if (task[part].toLowerCase() !== birth[part].toLowerCase()) {
      throw new InvalidTaskError(part, task[part], `this enclave was started for ${birth[part]}`);
    }
  }
}

async function unseal({ task, secrets }: TaskMessage, birth: BirthMessage, open: Open): Promise<EnclaveTask> {
  const { dataset, bulk, ...rest } = task;
  const { datasetKeys = {}, appSecret, requesterSecrets = {} } = secrets;
  const keys = new Map(Object.entries(datasetKeys).map(([address, sealed]) => [address.toLowerCase(), sealed]));
  const withKey = async (sealedDataset: SealedDataset) => {
    const address = sealedDataset.address.toLowerCase() as Hex;
    const sealed = keys.get(address);
    return {
      ...sealedDataset,
      key: sealed === undefined ? undefined : text(await open(`dataset-key ${address}`, sealed)),
    };
  };
  const opened = Object.entries(requesterSecrets).map(
    async ([number, sealed]) => [number, text(await open(`requester-secret ${Number(number)}`, sealed))] as const,
  );
  return {
    ...rest,
    program: birth.program,
    ...(dataset !== undefined && { dataset: await withKey(dataset) }),
    ...(bulk !== undefined && { bulk: await Promise.all(bulk.map(withKey)) }),
    ...(appSecret !== undefined && { appSecret: text(await open("app-secret", appSecret)) }),
    requesterSecrets: Object.fromEntries(await Promise.all(opened)),
  };
}

async function outcomeOf(run: () => Promise<Extract<OutcomeMessage, { result: unknown }>["result"]>) {
  try {
    return { result: await run() } satisfies OutcomeMessage;
  } catch (error) {
    const { name, message } = error as Error;
    return { failure: { name, message } } satisfies OutcomeMessage;
  }
}

function say(message: object): Promise<void> {
  send(process.stdout, message);
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
