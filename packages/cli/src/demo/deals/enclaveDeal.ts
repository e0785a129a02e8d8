import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { formatGas, type Transcript } from "../transcript.js";
import { WORKERS, type Scenario } from "../scenario.js";
import type { DemoOptions } from "../options.js";
import type { DealTask } from "@poco-marketplace/sdk/client/runApp.js";
import { openResult } from "./openResult.js";
import { makeDeal } from "./makeDeal.js";
import type { PublishedAssets } from "./setup.js";

/** Runs deal 1: a bag of tasks, each done by one worker in an enclave, with results encrypted for the beneficiary. */
export async function enclaveDeal(
  scenario: Scenario,
  transcript: Transcript,
  options: DemoOptions,
  assets: PublishedAssets,
): Promise<void> {
  transcript.step(`Deal 1: a bag of ${options.tasks} tasks in enclaves`);
  const terms = { name: "enclaves", volume: options.tasks };
  const { dealId } = await makeDeal(scenario, transcript, options, { assets, terms });

  for (let index = 0n; index < options.tasks; index++) {
    const turn = Number(index) % WORKERS.length;
    const { taskId, receipt } = await scenario.poolOwner.initialize(dealId, index);
    transcript.gas("initialize", receipt);
    await doInEnclave(scenario, transcript, { dealId, taskId, index }, turn);
    await openResult(scenario, transcript, { taskId, dealId, index });
  }
}

/** Has a worker do the task in an enclave, which proves itself to the secret service and to the hub. */
async function doInEnclave(scenario: Scenario, transcript: Transcript, task: DealTask, turn: number): Promise<void> {
  const { taskId, index } = task;
  const [name, worker] = [WORKERS[turn]!, scenario.workers[turn]!];
  const running = worker.begin(task, { isSolo: true });
  await transcript.during(`${name} starts an enclave`, running.computing);
  const done = await transcript.during(`${name} runs the program`, running.done);
  const { binding, notice, quote } = done.enclave;
  if (index === 0n) transcript.print(notice);
  const verdict = await verdictOnChain(scenario, quote);
  transcript.gas("contributeAndFinalize", done.receipt);
  transcript.quote({ taskId, worker: name, enclave: binding.enclave, ...verdict });

  const seconds = (done.durationMs / 1000).toFixed(1);
  transcript.print(`Task ${index}: ${name} runs the program in enclave ${binding.enclave} (${seconds} s).`);
  transcript.print(`  Its quote is accepted on chain: MRENCLAVE ${verdict.measurement.slice(0, 18)}… is the app's,`);
  transcript.print(
    `  the report data bind worker, task and keys. Verified whole it takes ${formatGas(verdict.gas)} gas;`,
  );
  transcript.print(`  with its platform registered, being paid and all takes ${formatGas(done.receipt.gasUsed)}.`);
}

/** Verifies a complete quote on chain, and returns its measurement and the gas of a transaction that verifies it. */
async function verdictOnChain(scenario: Scenario, quote: Uint8Array): Promise<{ measurement: Hex; gas: bigint }> {
  const { verifier } = scenario.attestation;
  const { measurement } = await verifier.verify(quote);
  const call = await verifier.verify.populateTransaction(quote);
  const receipt = await (await scenario.signerOf("owner").sendTransaction(call)).wait();
  return { measurement: measurement as Hex, gas: receipt!.gasUsed };
}
