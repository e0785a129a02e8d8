/**
 * The enclave itself: a process that makes its keys, reports the public ones, runs one task with secrets that only it
 * can open, and ends. `attestedEnclave.ts` starts it in a sandbox, and talks to it over its standard input and output.
 */
import { hexlify, randomBytes, Wallet } from "ethers";

import type { EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { ContainerProgram } from "../container/containerProgram.js";
import { systemCallFilter } from "../container/systemCallFilter.js";
import { Enclave } from "../task/enclave.js";
import { ModuleProgram } from "../task/moduleProgram.js";
import { ProgramFailedError, ProgramTimeoutError } from "../task/program.js";
import { openSession } from "../session/session.js";
import { createEncryptionKey } from "../session/sealedSecret.js";
import { InvalidTaskError, type EnclaveTask } from "../task/task.js";
import type { TaskProgram } from "../task/taskProgram.js";
import { messageReader, writeMessage } from "./channel.js";
import type { AppStart, StartMessage, KeysMessage, TaskFailure, OutcomeMessage, TaskMessage } from "./messages.js";
import { taskOfSession, withoutKeys } from "./sessionTask.js";

const receive = messageReader(process.stdin);
// The process that started it has ended, or closed the pipe to stop it.
process.stdin.once("end", () => process.exit());
await runEnclave();
process.exit();

async function runEnclave(): Promise<void> {
  const start = (await receive()) as StartMessage | undefined;
  if (start === undefined) return;
  const { worker, taskId } = start;
  // `Wallet.createRandom` also derives a mnemonic, which takes a tenth of a second.
  const key = new Wallet(hexlify(randomBytes(32)));
  const { pair, publicKey } = await createEncryptionKey();
  const binding: EnclaveBinding = { worker, taskId, enclave: key.address as Address, encryptionKey: publicKey };
  await reply({ enclave: binding.enclave, encryptionKey: publicKey } satisfies KeysMessage);

  const message = (await receive()) as TaskMessage | undefined;
  if (message === undefined) return;
  const { workspace, limits, logs } = start;
  const enclave = new Enclave({ key, limits, logs, workspace });
  const program = programOf(start.app);
  const task = async (): Promise<EnclaveTask> => {
    assertOwnTask(message.task, start);
    const { session } = message.secrets;
    if (session === undefined) return { ...withoutKeys(message.task), program };
    return { ...taskOfSession(message.task, await openSession({ pair, binding }, session)), program };
  };
  await reply(await outcomeOf(async () => enclave.run(await task())));
}

function programOf(app: AppStart): TaskProgram {
  if (app.kind === "image") return new ContainerProgram(app.setting);
  const { module, interpreter, filtered } = app;
  return new ModuleProgram(module, { interpreter, inputs: filtered === undefined ? [] : [systemCallFilter(filtered)] });
}

function assertOwnTask(task: TaskMessage["task"], start: StartMessage): void {
  for (const part of ["worker", "taskId"] as const) {
    if (task[part].toLowerCase() !== start[part].toLowerCase()) {
      throw new InvalidTaskError(part, task[part], `this enclave was started for ${start[part]}`);
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

function failureOf(error: Error): TaskFailure {
  const { name, message } = error;
  if (error instanceof ProgramFailedError) {
    const { outcome, logs } = error;
    return { name, message, logs, ...(typeof outcome === "number" && { exitCode: outcome }) };
  }
  return error instanceof ProgramTimeoutError ? { name, message, logs: error.logs } : { name, message };
}

function reply(message: object): Promise<void> {
  writeMessage(process.stdout, message);
  return new Promise((resolve) => process.stdout.write("", () => resolve()));
}
