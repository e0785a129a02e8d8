import { revealDeadline } from "@poco-marketplace/sdk/protocol/category.js";
import type { ChainEvent } from "../events.js";
import { ensureAccount, createdAt, type ApplyContext } from "./applyContext.js";

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

/** Applies a step in the life of a task. */
export async function applyTask(context: ApplyContext, event: TaskEvent): Promise<void> {
  const { store, block } = context;
  const id = String(event.args["taskid"]);
  switch (event.kind) {
    case "TaskInitialize": {
      const { dealid, idx, contributionDeadline, finalDeadline } = event.task;
      return store.set("Task", id, {
        ...createdAt(context, event),
        deal: dealid,
        index: idx,
        status: "ACTIVE",
        contributionDeadline,
        finalDeadline,
      });
    }
    case "TaskContribute":
      return contribute(context, event, id);
    case "TaskConsensus": {
      const deadline = await revealDeadlineOf(context, id);
      const consensus = event.args["consensus"]!;
      return change(context, id, { status: "REVEALING", consensus, revealDeadline: deadline });
    }
    case "TaskReveal": {
      await store.set("Contribution", `${id}-${event.args["worker"]}`, { status: "PROVED" });
      return change(context, id, { resultDigest: event.args["digest"]! });
    }
    case "TaskReopen":
      return reopen(context, id);
    case "TaskFinalize":
      return change(context, id, {
        status: "COMPLETED",
        results: String(event.args["results"]),
        resultsCallback: event.task.resultsCallback,
        resultsTimestamp: BigInt(block.timestamp),
      });
    case "TaskClaimed":
      return change(context, id, { status: "FAILED" });
  }
}

/** Tasks of boost deals are never initialized, so they are not stored. */
async function change({ store }: ApplyContext, id: string, values: Parameters<typeof store.set>[2]): Promise<void> {
  if ((await store.get("Task", id)) !== undefined) await store.set("Task", id, values);
}

async function contribute(context: ApplyContext, event: Extract<TaskEvent, { kind: "TaskContribute" }>, id: string) {
  const { args, contribution } = event;
  const { blockNumber: _, ...rest } = createdAt(context, event);
  await context.store.set("Contribution", `${id}-${args["worker"]}`, {
    ...rest,
    task: id,
    worker: await ensureAccount(context, String(args["worker"])),
    status: "CONTRIBUTED",
    hash: args["hash"]!,
    seal: contribution.resultSeal,
    challenge: contribution.enclaveChallenge.toLowerCase(),
  });
}

/** Reopens a task whose result was not revealed in time: contributions that agreed with it are rejected. */
async function reopen(context: ApplyContext, id: string): Promise<void> {
  const { store } = context;
  const consensus = (await store.get("Task", id))?.["consensus"];
  for (const one of await store.findByRef("Contribution", "task", id)) {
    const contribution = await store.get("Contribution", one);
    if (contribution?.["hash"] === consensus) await store.set("Contribution", one, { status: "REJECTED" });
  }
  await change(context, id, { status: "ACTIVE", consensus: null, revealDeadline: null });
}

async function revealDeadlineOf({ store, block }: ApplyContext, id: string): Promise<bigint | null> {
  const task = await store.get("Task", id);
  const deal = task && (await store.get("Deal", String(task["deal"])));
  const category = deal && (await store.get("Category", String(deal["category"])));
  if (category === undefined) return null;
  const workClockTimeRef = category["workClockTimeRef"] as bigint;
  return revealDeadline({ consensusTime: BigInt(block.timestamp), workClockTimeRef });
}
