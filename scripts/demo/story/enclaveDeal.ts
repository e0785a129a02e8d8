import { parseTag } from "../../../src/protocol/tag.js";
import type { Journal } from "../journal.js";
import { WORKERS, type Stage } from "../stage.js";
import type { Wish } from "../wish.js";
import { deliver } from "./deliver.js";
import { match } from "./match.js";
import type { Offer } from "./setting.js";

/** What a deal asks for whose tasks must run in enclaves. */
export const TEE = parseTag(["tee"]);

/** Deal 1: a bag of tasks, each done by one worker in an enclave, its result encrypted for the beneficiary. */
export async function enclaveDeal(stage: Stage, journal: Journal, wish: Wish, offer: Offer): Promise<void> {
  journal.step(`Deal 1: a bag of ${wish.tasks} tasks in enclaves`);
  const terms = { name: "enclaves", volume: wish.tasks, tag: TEE };
  const { dealId } = await match(stage, journal, wish, { offer, terms });

  for (let index = 0n; index < wish.tasks; index++) {
    const turn = Number(index) % WORKERS.length;
    const worker = stage.workers[turn]!;
    const { taskId, receipt } = await stage.scheduler.initialize(dealId, index);
    journal.gas("initialize", receipt);

    const leave = await stage.scheduler.authorize(await worker.address(), taskId, worker.enclave);
    const done = await journal.during(`${WORKERS[turn]!} runs the program`, worker.run(taskId));
    journal.gas("contributeAndFinalize", await worker.contributeAndFinalize(done, leave));
    const seconds = (done.durationMs / 1000).toFixed(1);
    journal.tell(
      `Task ${index}: ${WORKERS[turn]!} runs the program in enclave ${worker.enclave} (${seconds} s), and is paid.`,
    );
    await deliver(stage, journal, { taskId, dealId, index });
  }
}
