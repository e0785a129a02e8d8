import type { ChainEvent } from "../events.js";
import { applyAsset } from "./assets.js";
import { applyDeal, applyOrder } from "./deals.js";
import { applyFrozen, applyTransfer } from "./money.js";
import type { Scene } from "./scene.js";
import { applyTask } from "./tasks.js";

/** Changes entities as an event says. */
export async function applyEvent(scene: Scene, event: ChainEvent): Promise<void> {
  switch (event.kind) {
    case "AppCreated":
    case "DatasetCreated":
    case "WorkerpoolCreated":
    case "AssetMoved":
    case "DatasetSchema":
      return applyAsset(scene, event);
    case "OrdersMatched":
      return applyDeal(scene, event);
    case "TaskInitialize":
    case "TaskContribute":
    case "TaskConsensus":
    case "TaskReveal":
    case "TaskReopen":
    case "TaskFinalize":
    case "TaskClaimed":
      return applyTask(scene, event);
    case "CreateCategory": {
      const { catid, name, description, workClockTimeRef } = event.args;
      const values = { name: String(name), description: String(description), workClockTimeRef: workClockTimeRef! };
      return scene.store.set("Category", String(catid), values);
    }
    case "Transfer":
      return applyTransfer(scene, event);
    case "Lock":
      return applyFrozen(scene, event.args, 1n);
    case "Unlock":
    case "Seize":
      return applyFrozen(scene, event.args, -1n);
    case "ClosedAppOrder":
      return applyOrder(scene, "APP", { hash: String(event.args["appHash"]), change: "isClosed" });
    case "ClosedDatasetOrder":
      return applyOrder(scene, "DATASET", { hash: String(event.args["datasetHash"]), change: "isClosed" });
    case "ClosedWorkerpoolOrder":
      return applyOrder(scene, "WORKERPOOL", { hash: String(event.args["workerpoolHash"]), change: "isClosed" });
    case "ClosedRequestOrder":
      return applyOrder(scene, "REQUEST", { hash: String(event.args["requestHash"]), change: "isClosed" });
    case "SignedAppOrder":
      return applyOrder(scene, "APP", { hash: String(event.args["appHash"]), change: "isSignedOnChain" });
    case "SignedDatasetOrder":
      return applyOrder(scene, "DATASET", { hash: String(event.args["datasetHash"]), change: "isSignedOnChain" });
    case "SignedWorkerpoolOrder":
      return applyOrder(scene, "WORKERPOOL", { hash: String(event.args["workerpoolHash"]), change: "isSignedOnChain" });
    case "SignedRequestOrder":
      return applyOrder(scene, "REQUEST", { hash: String(event.args["requestHash"]), change: "isSignedOnChain" });
  }
}
