import { storableText } from "../../database/storableText.js";
import type { ChainEvent } from "../events.js";
import { applyAsset } from "./assets.js";
import { applyDeal, applyOrder } from "./deals.js";
import { applyFrozen, applyTransfer } from "./money.js";
import type { ApplyContext } from "./applyContext.js";
import { applyTask } from "./tasks.js";

/** Applies an event to the entities. */
export async function applyEvent(context: ApplyContext, event: ChainEvent): Promise<void> {
  switch (event.kind) {
    case "AppCreated":
    case "DatasetCreated":
    case "WorkerpoolCreated":
    case "AssetMoved":
    case "DatasetSchema":
      return applyAsset(context, event);
    case "OrdersMatched":
      return applyDeal(context, event);
    case "TaskInitialize":
    case "TaskContribute":
    case "TaskConsensus":
    case "TaskReveal":
    case "TaskReopen":
    case "TaskFinalize":
    case "TaskClaimed":
      return applyTask(context, event);
    case "CreateCategory": {
      const { catid, name, description, workClockTimeRef } = event.args;
      return context.store.set("Category", String(catid), {
        name: storableText(String(name)),
        description: storableText(String(description)),
        workClockTimeRef: workClockTimeRef!,
      });
    }
    case "Transfer":
      return applyTransfer(context, event);
    case "Lock":
      return applyFrozen(context, event.args, 1n);
    case "Unlock":
    case "Seize":
      return applyFrozen(context, event.args, -1n);
    case "ClosedAppOrder":
      return applyOrder(context, "APP", { hash: String(event.args["appHash"]), change: "isClosed" });
    case "ClosedDatasetOrder":
      return applyOrder(context, "DATASET", { hash: String(event.args["datasetHash"]), change: "isClosed" });
    case "ClosedWorkerpoolOrder":
      return applyOrder(context, "WORKERPOOL", { hash: String(event.args["workerpoolHash"]), change: "isClosed" });
    case "ClosedRequestOrder":
      return applyOrder(context, "REQUEST", { hash: String(event.args["requestHash"]), change: "isClosed" });
    case "SignedAppOrder":
      return applyOrder(context, "APP", { hash: String(event.args["appHash"]), change: "isSignedOnChain" });
    case "SignedDatasetOrder":
      return applyOrder(context, "DATASET", { hash: String(event.args["datasetHash"]), change: "isSignedOnChain" });
    case "SignedWorkerpoolOrder":
      return applyOrder(context, "WORKERPOOL", {
        hash: String(event.args["workerpoolHash"]),
        change: "isSignedOnChain",
      });
    case "SignedRequestOrder":
      return applyOrder(context, "REQUEST", { hash: String(event.args["requestHash"]), change: "isSignedOnChain" });
  }
}
