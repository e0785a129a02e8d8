import type { LogDescription, Provider } from "ethers";

import { readChainText } from "@poco-marketplace/sdk/chain/chainText.js";
import type { ClassicDeal } from "@poco-marketplace/sdk/chain/deals.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address, DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import {
  IDataProtector__factory,
  IPoco__factory,
  IRegistry__factory,
  type IPoco,
} from "@poco-marketplace/sdk/typechain.js";
import { readBoostNotice, type BoostNotice } from "../deals/boostNotice.js";
import { readDeal } from "../deals/readDeal.js";
import type { FollowedLog } from "../follower/chainSource.js";

type ViewOf<Name extends "viewApp" | "viewContribution" | "viewDataset" | "viewTask" | "viewWorkerpool"> = Awaited<
  ReturnType<IPoco[Name]["staticCall"]>
>;

/** An event on chain, with the facts that its log leaves out. Addresses and ids are in lower case. */
export type ChainEvent = { readonly transactionHash: string; readonly logIndex: number } & (
  | { readonly kind: "AppCreated"; readonly asset: string; readonly info: ViewOf<"viewApp"> }
  | { readonly kind: "DatasetCreated"; readonly asset: string; readonly info: ViewOf<"viewDataset"> }
  | { readonly kind: "WorkerpoolCreated"; readonly asset: string; readonly info: ViewOf<"viewWorkerpool"> }
  | { readonly kind: "AssetMoved"; readonly of: RegistryKind; readonly asset: string; from: string; to: string }
  | {
      readonly kind: "DatasetSchema";
      readonly dataset: string;
      readonly schema: string;
      /** The account that registered the schema; missing for older data protectors, which do not log it. */
      readonly author?: string;
    }
  | { readonly kind: "OrdersMatched"; readonly args: Args; readonly deal: ClassicDeal }
  | { readonly kind: "TaskInitialize"; readonly args: Args; readonly task: ViewOf<"viewTask"> }
  | { readonly kind: "TaskFinalize"; readonly args: Args; readonly task: ViewOf<"viewTask"> }
  | { readonly kind: "TaskContribute"; readonly args: Args; readonly contribution: ViewOf<"viewContribution"> }
  | { [Kind in PlainKind]: { readonly kind: Kind; readonly args: Args } }[PlainKind]
);

/** The registries of assets. */
export type RegistryKind = "App" | "Dataset" | "Workerpool";

/** An event's values by name: bytes and addresses in lower case. */
export type Args = Readonly<Record<string, string | bigint>>;

const PLAIN_KINDS = [
  "ClosedAppOrder",
  "ClosedDatasetOrder",
  "ClosedRequestOrder",
  "ClosedWorkerpoolOrder",
  "CreateCategory",
  "Lock",
  "Seize",
  "SignedAppOrder",
  "SignedDatasetOrder",
  "SignedRequestOrder",
  "SignedWorkerpoolOrder",
  "TaskClaimed",
  "TaskConsensus",
  "TaskReopen",
  "TaskReveal",
  "Transfer",
  "Unlock",
] as const;

/** Kinds of events whose logs contain all facts. */
export type PlainKind = (typeof PLAIN_KINDS)[number];

/** A task in an event that the node does not know: the node is behind, or a reorg happened. */
export class UnknownSubjectError extends Error {
  override readonly name = "UnknownSubjectError";

  constructor(subject: string, id: string) {
    super(`The node reports an event of ${subject} ${id}, but has no such ${subject}: it is asked again.`);
  }
}

const HUB = IPoco__factory.createInterface();
const REGISTRY = IRegistry__factory.createInterface();
const PROTECTOR = IDataProtector__factory.createInterface();
const PLAIN: ReadonlySet<string> = new Set(PLAIN_KINDS);

/** Decodes logs of a deployment's contracts, and reads the facts that they leave out from the chain's current state. */
export function eventReader(manifest: Manifest, provider: Provider) {
  const hub = IPoco__factory.connect(manifest.poco, provider);
  const registries = new Map<string, RegistryKind>([
    [manifest.appRegistry.toLowerCase(), "App"],
    [manifest.datasetRegistry.toLowerCase(), "Dataset"],
    [manifest.workerpoolRegistry.toLowerCase(), "Workerpool"],
  ]);
  const addresses: Address[] = [
    manifest.poco,
    manifest.appRegistry,
    manifest.datasetRegistry,
    manifest.workerpoolRegistry,
    ...(manifest.dataProtector === undefined ? [] : [manifest.dataProtector]),
  ];

  async function read(log: FollowedLog, before: FollowedLog | undefined, notices: BoostNotices): Promise<ChainEvent[]> {
    const { transactionHash, index: logIndex } = log;
    const place = { transactionHash, logIndex };
    const address = log.address.toLowerCase();
    const registry = registries.get(address);
    if (registry !== undefined) return (await readAsset(hub, registry, log)).map((event) => ({ ...place, ...event }));
    if (address === manifest.dataProtector?.toLowerCase()) {
      const parsed = PROTECTOR.parseLog(log);
      if (parsed?.name !== "DatasetSchema") return [];
      const dataset = (parsed.args["dataset"] as string).toLowerCase();
      const author = authorOf(before, { address, dataset, transactionHash });
      // The letters' case is kept: to the contract, a schema is text.
      const schema = readChainText(() => parsed.args["schema"] as string) ?? "";
      return [{ ...place, kind: "DatasetSchema", dataset, schema, ...(author !== undefined && { author }) }];
    }
    const parsed = HUB.parseLog(log);
    if (parsed === null) return [];
    const event = await readHub(hub, { kind: parsed.name, args: argsOf(parsed), notices });
    return event === undefined ? [] : [{ ...place, ...event }];
  }

  return {
    addresses,
    /** Decodes the events of a block, in order. */
    async read(logs: readonly FollowedLog[]): Promise<ChainEvent[]> {
      const notices = noticesIn(logs);
      return (await Promise.all(logs.map((log, place) => read(log, logs[place - 1], notices)))).flat();
    },
  };
}

/** Returns the author of the schema that the next log registers for a dataset, if this log has it. */
function authorOf(
  log: FollowedLog | undefined,
  next: { readonly address: string; readonly dataset: string; readonly transactionHash: string },
): string | undefined {
  if (log?.transactionHash !== next.transactionHash || log.address.toLowerCase() !== next.address) return undefined;
  const parsed = PROTECTOR.parseLog(log);
  if (parsed?.name !== "SchemaAuthor") return undefined;
  const { dataset, author } = parsed.args as unknown as { dataset: string; author: string };
  return dataset.toLowerCase() === next.dataset ? author.toLowerCase() : undefined;
}

type WithoutPlace<Event> = Event extends unknown ? Omit<Event, "transactionHash" | "logIndex"> : never;

async function readHub(
  hub: IPoco,
  { kind, args, notices }: { readonly kind: string; readonly args: Args; readonly notices: BoostNotices },
): Promise<WithoutPlace<ChainEvent> | undefined> {
  if (PLAIN.has(kind)) return { kind: kind as "Lock", args };
  const taskId = text(args["taskid"] ?? "");
  switch (kind) {
    case "OrdersMatched": {
      const id = text(args["dealid"]) as DealId;
      return { kind, args, deal: await readDeal(hub, id, notices.get(id)) };
    }
    case "TaskInitialize":
    case "TaskFinalize":
      return { kind, args, task: known(await hub.viewTask(taskId), "task", taskId, ({ status }) => status) };
    case "TaskContribute": {
      const contribution = await hub.viewContribution(taskId, text(args["worker"]));
      return { kind, args, contribution: known(contribution, "contribution", taskId, ({ status }) => status) };
    }
    default:
      return undefined;
  }
}

async function readAsset(hub: IPoco, of: RegistryKind, log: FollowedLog): Promise<WithoutPlace<ChainEvent>[]> {
  const parsed = REGISTRY.parseLog(log);
  if (parsed?.name !== "Transfer") return [];
  const { from, to, tokenId } = parsed.args as unknown as { from: string; to: string; tokenId: bigint };
  const asset = `0x${tokenId.toString(16).padStart(40, "0")}`;
  const moved = { kind: "AssetMoved", of, asset, from: from.toLowerCase(), to: to.toLowerCase() } as const;
  if (BigInt(from) !== 0n) return [moved];
  switch (of) {
    case "App":
      return [{ kind: "AppCreated", asset, info: await hub.viewApp(asset) }, moved];
    case "Dataset":
      return [{ kind: "DatasetCreated", asset, info: await hub.viewDataset(asset) }, moved];
    case "Workerpool":
      return [{ kind: "WorkerpoolCreated", asset, info: await hub.viewWorkerpool(asset) }, moved];
  }
}

function known<Found>(found: Found, subject: string, id: string, markOf: (found: Found) => bigint): Found {
  if (markOf(found) === 0n) throw new UnknownSubjectError(subject, id);
  return found;
}

/** The notices of the boost deals of a block by the ids of the deals. */
type BoostNotices = ReadonlyMap<DealId, BoostNotice>;

function noticesIn(logs: readonly FollowedLog[]): BoostNotices {
  const { topicHash } = HUB.getEvent("SchedulerNoticeBoost");
  const notices = logs
    .filter(({ topics }) => topics[0] === topicHash)
    .map((log) => readBoostNotice(HUB.parseLog(log)!.args));
  return new Map(notices.map((notice) => [notice.dealId, notice]));
}

function argsOf({ fragment, args }: LogDescription): Args {
  const entries = fragment.inputs.map(({ name }, place) => {
    const value: unknown = readChainText(() => args[place] as string) ?? "";
    return [name, typeof value === "string" && value.startsWith("0x") ? value.toLowerCase() : value];
  });
  return Object.fromEntries(entries) as Args;
}

function text(value: string | bigint | undefined): string {
  return String(value);
}
