import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { formatGas, type Journal } from "../journal.js";
import { WORKERS, type Stage } from "../stage.js";
import type { Wish } from "../wish.js";
import type { DealTask } from "../actors/DemoWorker.js";
import { deliver } from "./deliver.js";
import { match } from "./match.js";
import type { Offer } from "./setting.js";

/** Deal 1: a bag of tasks, each done by one worker in an enclave, its result encrypted for the beneficiary. */
export async function enclaveDeal(stage: Stage, journal: Journal, wish: Wish, offer: Offer): Promise<void> {
  journal.step(`Deal 1: a bag of ${wish.tasks} tasks in enclaves`);
  const terms = { name: "enclaves", volume: wish.tasks };
  const { dealId } = await match(stage, journal, wish, { offer, terms });

  for (let index = 0n; index < wish.tasks; index++) {
    const turn = Number(index) % WORKERS.length;
    const { taskId, receipt } = await stage.poolOwner.initialize(dealId, index);
    journal.gas("initialize", receipt);
    await doInEnclave(stage, journal, { dealId, taskId, index }, turn);
    await deliver(stage, journal, { taskId, dealId, index });
  }
}

/** A worker starts an enclave for the task, which proves itself to the secret service and to the hub. */
async function doInEnclave(stage: Stage, journal: Journal, task: DealTask, turn: number): Promise<void> {
  const { taskId, index } = task;
  const [name, worker] = [WORKERS[turn]!, stage.workers[turn]!];
  const running = worker.begin(task, { isSolo: true });
  await journal.during(`${name} starts an enclave`, running.computing);
  const done = await journal.during(`${name} runs the program`, running.done);
  const { binding, notice, quote } = done.enclave;
  if (index === 0n) journal.tell(notice);
  const verdict = await verdictOnChain(stage, quote);
  journal.gas("contributeAndFinalize", done.receipt);
  journal.quote({ taskId, worker: name, enclave: binding.enclave, ...verdict });

  const seconds = (done.durationMs / 1000).toFixed(1);
  journal.tell(`Task ${index}: ${name} runs the program in enclave ${binding.enclave} (${seconds} s).`);
  journal.tell(`  Its quote is believed on chain: MRENCLAVE ${verdict.measurement.slice(0, 18)}… is the app's,`);
  journal.tell(`  the report data bind worker, task and keys. Verified whole it takes ${formatGas(verdict.gas)} gas;`);
  journal.tell(`  with its platform registered, being paid and all takes ${formatGas(done.receipt.gasUsed)}.`);
}

/** What the contracts say of a quote, whole, and what a transaction that asks them takes. */
async function verdictOnChain(stage: Stage, quote: Uint8Array): Promise<{ measurement: Hex; gas: bigint }> {
  const { verifier } = stage.attestation;
  const { measurement } = await verifier.verify(quote);
  const call = await verifier.verify.populateTransaction(quote);
  const receipt = await (await stage.signerOf("owner").sendTransaction(call)).wait();
  return { measurement: measurement as Hex, gas: receipt!.gasUsed };
}
