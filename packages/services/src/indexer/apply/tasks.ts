import { revealDeadline } from "@poco-marketplace/sdk/protocol/category.js";
import type { ChainEvent } from "../events.js";
import { meet, origin, type Scene } from "./scene.js";

type TaskEvent = Extract<
  ChainEvent,
  {
    kind:
      | "TaskInitialize"
      | "TaskContribute"
      | "TaskConsensus"
      | "TaskReveal"
      | "TaskReopen"
      | "TaskFinalize"
      | "TaskClaimed";
  }
>;

/** A step in the life of a task. */
export async function applyTask(scene: Scene, event: TaskEvent): Promise<void> {
  const { store, block } = scene;
  const id = String(event.args["taskid"]);
  switch (event.kind) {
    case "TaskInitialize": {
      const { dealid, idx, contributionDeadline, finalDeadline } = event.task;
      return store.set("Task", id, {
        ...origin(scene, event),
        deal: dealid,
        index: idx,
        status: "ACTIVE",
        contributionDeadline,
        finalDeadline,
      });
    }
    case "TaskContribute":
      return contribute(scene, event, id);
    case "TaskConsensus": {
      const deadline = await revealDeadlineOf(scene, id);
      const consensus = event.args["consensus"]!;
      return change(scene, id, { status: "REVEALING", consensus, revealDeadline: deadline });
    }
    case "TaskReveal": {
      await store.set("Contribution", `${id}-${event.args["worker"]}`, { status: "PROVED" });
      return change(scene, id, { resultDigest: event.args["digest"]! });
    }
    case "TaskReopen":
      return reopen(scene, id);
    case "TaskFinalize":
      return change(scene, id, {
        status: "COMPLETED",
        results: String(event.args["results"]),
        resultsCallback: event.task.resultsCallback,
        resultsTimestamp: BigInt(block.timestamp),
      });
    case "TaskClaimed":
      return change(scene, id, { status: "FAILED" });
  }
}

/** Tasks of boost deals are never initialized, and so are not kept. */
async function change({ store }: Scene, id: string, values: Parameters<typeof store.set>[2]): Promise<void> {
  if ((await store.get("Task", id)) !== undefined) await store.set("Task", id, values);
}

async function contribute(scene: Scene, event: Extract<TaskEvent, { kind: "TaskContribute" }>, id: string) {
  const { args, contribution } = event;
  const { blockNumber: _, ...rest } = origin(scene, event);
  await scene.store.set("Contribution", `${id}-${args["worker"]}`, {
    ...rest,
    task: id,
    worker: await meet(scene, String(args["worker"])),
    status: "CONTRIBUTED",
    hash: args["hash"]!,
    seal: contribution.resultSeal,
    challenge: contribution.enclaveChallenge.toLowerCase(),
  });
}

/** Nobody revealed in time: who agreed is rejected, and the task is open again. */
async function reopen(scene: Scene, id: string): Promise<void> {
  const { store } = scene;
  const consensus = (await store.get("Task", id))?.["consensus"];
  for (const one of await store.findByRef("Contribution", "task", id)) {
    const contribution = await store.get("Contribution", one);
    if (contribution?.["hash"] === consensus) await store.set("Contribution", one, { status: "REJECTED" });
  }
  await change(scene, id, { status: "ACTIVE", consensus: null, revealDeadline: null });
}

async function revealDeadlineOf({ store, block }: Scene, id: string): Promise<bigint | null> {
  const task = await store.get("Task", id);
  const deal = task && (await store.get("Deal", String(task["deal"])));
  const category = deal && (await store.get("Category", String(deal["category"])));
  if (category === undefined) return null;
  const workClockTimeRef = category["workClockTimeRef"] as bigint;
  return revealDeadline({ consensusTime: BigInt(block.timestamp), workClockTimeRef });
}
