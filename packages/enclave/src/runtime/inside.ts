/**
 * The enclave itself: a process that makes its keys, says which they are, runs one task with secrets that only it can
 * open, and ends. It is started by `attestedEnclave.ts`, in a sandbox, and speaks over its standard input and output.
 */
import { hexlify, randomBytes, Wallet } from "ethers";

import type { EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { Enclave } from "../task/enclave.js";
import { ProgramFailedError, ProgramTimeoutError } from "../task/program.js";
import { openSession } from "../session/session.js";
import { createEncryptionKey } from "../session/sealedSecret.js";
import { InvalidTaskError, type EnclaveTask } from "../task/task.js";
import { receiver, send } from "./channel.js";
import type { BirthMessage, BornMessage, Failure, OutcomeMessage, TaskMessage } from "./messages.js";
import { taskOfSession, withoutKeys } from "./sessionTask.js";

const receive = receiver(process.stdin);
// Whoever started it is gone, or has had enough of it.
process.stdin.once("end", () => process.exit());
await live();
process.exit();

async function live(): Promise<void> {
  const birth = (await receive()) as BirthMessage | undefined;
  if (birth === undefined) return;
  const { worker, taskId } = birth;
  // `Wallet.createRandom` also thinks of twelve words, which takes it a tenth of a second.
  const key = new Wallet(hexlify(randomBytes(32)));
  const { pair, publicKey } = await createEncryptionKey();
  const binding: EnclaveBinding = { worker, taskId, enclave: key.address as Address, encryptionKey: publicKey };
  await say({ enclave: binding.enclave, encryptionKey: publicKey } satisfies BornMessage);

  const message = (await receive()) as TaskMessage | undefined;
  if (message === undefined) return;
  const { interpreter, workspace, limits } = birth;
  const enclave = new Enclave({ key, limits, workspace, interpreter });
  const task = async (): Promise<EnclaveTask> => {
    demandOwnTask(message.task, birth);
    const { session } = message.secrets;
    const { program } = birth;
    if (session === undefined) return { ...withoutKeys(message.task), program };
    return { ...taskOfSession(message.task, await openSession({ pair, binding }, session)), program };
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

async function outcomeOf(run: () => Promise<Extract<OutcomeMessage, { result: unknown }>["result"]>) {
  try {
    return { result: await run() } satisfies OutcomeMessage;
  } catch (error) {
    return { failure: failureOf(error as Error) } satisfies OutcomeMessage;
  }
}

function failureOf(error: Error): Failure {
  const { name, message } = error;
  if (error instanceof ProgramFailedError) {
    const { outcome, logs } = error;
    return { name, message, logs, ...(typeof outcome === "number" && { exitCode: outcome }) };
  }
  return error instanceof ProgramTimeoutError ? { name, message, logs: error.logs } : { name, message };
}

function say(message: object): Promise<void> {
  send(process.stdout, message);
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}
