import { readChainText } from "@poco-marketplace/sdk/chain/chainText.js";
import { storableText } from "../../database/storableText.js";
import type { EntityValues } from "../entities.js";
import type { RegistryKind, ChainEvent } from "../events.js";
import { schemaPaths } from "../schemaPaths.js";
import { ensureAccount, createdAt, placeOf, type ApplyContext } from "./applyContext.js";

type AssetEvent = Extract<
  ChainEvent,
  { kind: "AppCreated" | "DatasetCreated" | "WorkerpoolCreated" | "AssetMoved" | "DatasetSchema" }
>;

/** Applies the creation of an asset, its transfer to another owner, or its schema. */
export async function applyAsset(context: ApplyContext, event: AssetEvent): Promise<void> {
  const { store, block } = context;
  const timestamp = BigInt(block.timestamp);
  switch (event.kind) {
    case "AppCreated": {
      const { info } = event;
      return store.set("App", event.asset, {
        owner: await ensureAccount(context, info.owner),
        name: storableText(readChainText(() => info.m_appName) ?? ""),
        type: storableText(readChainText(() => info.m_appType) ?? ""),
        multiaddr: info.m_appMultiaddr,
        checksum: info.m_appChecksum,
        mrenclave: info.m_appMREnclave,
        timestamp,
      });
    }
    case "DatasetCreated": {
      const { info } = event;
      return store.set("Dataset", event.asset, {
        owner: await ensureAccount(context, info.owner),
        name: storableText(readChainText(() => info.m_datasetName) ?? ""),
        multiaddr: info.m_datasetMultiaddr,
        checksum: info.m_datasetChecksum,
        timestamp,
      });
    }
    case "WorkerpoolCreated": {
      const description = storableText(readChainText(() => event.info.m_workerpoolDescription) ?? "");
      const owner = await ensureAccount(context, event.info.owner);
      return store.set("Workerpool", event.asset, { owner, description, timestamp });
    }
    case "AssetMoved":
      return move(context, event);
    case "DatasetSchema":
      return protect(context, event);
  }
}

const REFERENCE = { App: "app", Dataset: "dataset", Workerpool: "workerpool" } as const satisfies Record<
  RegistryKind,
  string
>;

async function move(context: ApplyContext, event: Extract<AssetEvent, { kind: "AssetMoved" }>): Promise<void> {
  const { store } = context;
  const owner = await ensureAccount(context, event.to);
  const from = await ensureAccount(context, event.from);
  await store.set(event.of, event.asset, { owner });
  if (event.of === "Dataset" && (await store.get("ProtectedData", event.asset)) !== undefined) {
    await store.set("ProtectedData", event.asset, { owner });
  }
  const asset: EntityValues = { [REFERENCE[event.of]]: event.asset };
  await store.set("AssetTransfer", placeOf(context, event), {
    ...asset,
    ...createdAt(context, event),
    from,
    to: owner,
  });
}

async function protect(context: ApplyContext, event: Extract<AssetEvent, { kind: "DatasetSchema" }>): Promise<void> {
  const { store } = context;
  const dataset = await store.get("Dataset", event.dataset);
  // The registry's log precedes the data protector's: an unknown address is no dataset of this network.
  if (dataset === undefined) return;
  const { owner, name, multiaddr, checksum } = dataset;
  // Anyone may register a schema for any dataset: only the schema from the dataset's owner counts.
  if (event.author !== undefined && event.author !== owner) return;
  const registered = { schema: schemaPaths(event.schema), jsonSchema: storableText(event.schema) };
  if ((await store.get("ProtectedData", event.dataset)) !== undefined) {
    return store.set("ProtectedData", event.dataset, registered);
  }
  const { timestamp: creationTimestamp, ...rest } = createdAt(context, event);
  await store.set("ProtectedData", event.dataset, {
    ...rest,
    ...registered,
    owner: owner!,
    name: name!,
    multiaddr: multiaddr!,
    checksum: checksum!,
    dataset: event.dataset,
    creationTimestamp,
  });
}
