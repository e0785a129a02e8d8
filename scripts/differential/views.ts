/** Everything that can be looked at: all that is there from the start, and all that a sequence has spoken of. */
import type { Speaker } from "./encode.js";
import type { Mentions } from "./mentions.js";
import { ASSETS, HOLDERS, WORKERS } from "./names.js";
import type { Argument, Name } from "./sequence.js";
import type { World } from "./world.js";

/** One view, in names. */
interface View {
  readonly to: Name;
  readonly call: string;
  readonly args: readonly Argument[];
}

/** Looks at one system. Keeps what it has encoded, since sequences speak of more and more. */
export type Watch = ReturnType<typeof watch>;

/** What was seen, as it came; the same bytes mean that nothing has changed. */
export type Sight = string;

/** What calls change most of the time, each fact once. */
const OFTEN = new Set([
  "totalSupply",
  "viewAccount",
  "viewScore",
  "allowance",
  "viewConsumed",
  "viewPresigned",
  "viewDeal",
  "viewDealBoost",
  "viewTask",
  "resultFor",
  "viewContribution",
]);
const SETTINGS = ["token", "appregistry", "datasetregistry", "workerpoolregistry", "teebroker", "callbackgas", "owner"];
const CONSTANTS = ["name", "symbol", "decimals", "totalSupply", "countCategory", "kitty_address", "kitty_min"];
const SPENDERS = ["requester", "worker1", "stranger"];
/** Categories that a sequence may come to see: the five of the start, and some of its own. */
const CATEGORIES = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n];

/** Starts watching. */
export function watch(world: World, speaker: Speaker, mentions: Mentions) {
  /** By what it is called, for views that a call may change, and for all others. */
  const encoded = { often: new Map<string, string>(), rarely: new Map<string, string>() };
  const include = (view: View): void => {
    const group = encoded[OFTEN.has(view.call) || view.to === "token" ? "often" : "rarely"];
    const key = `${view.to}.${view.call}(${JSON.stringify(view.args, (_, value: unknown) => plain(value))})`;
    if (group.has(key)) return;
    group.set(key, packed(world.addressNamed(view.to), speaker.encode(view)));
  };
  for (const view of lasting()) include(view);
  let noted = 0;

  return {
    /** Looks at money, orders, deals, tasks and scores at once; or, with `everything`, at all there is. */
    async look(everything: "everything" | "changes"): Promise<Sight> {
      const { orders, deals, tasks } = mentions;
      const count = orders.size + deals.size + tasks.size;
      if (count > noted) for (const view of mentioned(mentions)) include(view);
      noted = count;
      const rarely = everything === "everything" ? encoded.rarely.values() : [];
      return world.look("views", `0x${[...encoded.often.values(), ...rarely].join("")}`);
    },
    /** Each view with what it answered, in names. */
    *read(sight: Sight): Generator<{ readonly view: string; readonly answer: string }> {
      let place = 2;
      const next = (digits: number) => sight.slice(place, (place += digits));
      for (const view of [...encoded.often.keys(), ...encoded.rarely.keys()]) {
        if (place === sight.length) return;
        const ok = BigInt(`0x${next(64)}`) === 1n;
        const length = Number(BigInt(`0x${next(64)}`));
        const answer = next(Math.ceil(length / 32) * 64);
        yield { view, answer: ok ? world.read(`0x${answer}`).join(" ") : "refused" };
      }
    },
  };
}

function* lasting(): Generator<View> {
  for (const call of [...SETTINGS, ...CONSTANTS]) yield { to: "hub", call, args: [] };
  for (const category of CATEGORIES) yield { to: "hub", call: "viewCategory", args: [category] };
  for (const holder of HOLDERS) {
    yield { to: "hub", call: "viewAccount", args: [holder] };
    yield { to: "hub", call: "balanceOf", args: [holder] };
    yield { to: "hub", call: "frozenOf", args: [holder] };
    yield { to: "hub", call: "viewAccountABILegacy", args: [holder] };
    yield { to: "token", call: "balanceOf", args: [holder] };
  }
  for (const owner of SPENDERS) {
    for (const spender of SPENDERS) yield { to: "hub", call: "allowance", args: [owner, spender] };
    yield { to: "token", call: "allowance", args: [owner, "hub"] };
  }
  for (const worker of WORKERS) yield { to: "hub", call: "viewScore", args: [worker] };
  for (const [registry, assets] of Object.entries(ASSETS)) {
    yield { to: registry, call: "totalSupply", args: [] };
    yield { to: registry, call: "owner", args: [] };
    for (const holder of ["appOwner", "dataOwner", "scheduler", "wallet", "rival"]) {
      yield { to: registry, call: "balanceOf", args: [holder] };
      yield { to: registry, call: "isApprovedForAll", args: [holder, "stranger"] };
      for (const index of [0n, 1n]) yield { to: registry, call: "tokenOfOwnerByIndex", args: [holder, index] };
    }
    for (const index of [0n, 1n, 2n]) yield { to: registry, call: "tokenByIndex", args: [index] };
    for (const asset of Object.keys(assets)) yield* ofAsset(registry, asset);
  }
}

const INFO: Readonly<Record<string, { view: string; fields: readonly string[] }>> = {
  apps: {
    view: "viewApp",
    fields: ["m_appName", "m_appType", "m_appMultiaddr", "m_appChecksum", "m_appMREnclave"],
  },
  datasets: { view: "viewDataset", fields: ["m_datasetName", "m_datasetMultiaddr", "m_datasetChecksum"] },
  workerpools: {
    view: "viewWorkerpool",
    fields: ["m_workerpoolDescription", "m_workerStakeRatioPolicy", "m_schedulerRewardRatioPolicy"],
  },
};

function* ofAsset(registry: string, asset: string): Generator<View> {
  const { view, fields } = INFO[registry]!;
  yield { to: registry, call: "isRegistered", args: [asset] };
  yield { to: registry, call: "ownerOf", args: [{ token: asset }] };
  yield { to: registry, call: "getApproved", args: [{ token: asset }] };
  yield { to: "hub", call: view, args: [asset] };
  for (const call of [...fields, "owner", "registry"]) yield { to: asset, call, args: [] };
}

function* mentioned({ orders, deals, tasks }: Mentions): Generator<View> {
  for (const label of orders) {
    yield { to: "hub", call: "viewConsumed", args: [{ hashOf: label }] };
    yield { to: "hub", call: "viewPresigned", args: [{ hashOf: label }] };
    yield { to: "hub", call: "verifyPresignature", args: ["requester", { hashOf: label }] };
  }
  for (const deal of deals.values()) {
    for (const call of ["viewDeal", "viewDealBoost", ...LEGACY_DEAL]) yield { to: "hub", call, args: [{ deal }] };
  }
  for (const task of tasks.values()) {
    for (const call of ["viewTask", "viewTaskABILegacy", "resultFor"]) yield { to: "hub", call, args: [{ task }] };
    for (const worker of WORKERS) {
      yield { to: "hub", call: "viewContribution", args: [{ task }, worker] };
      yield { to: "hub", call: "viewContributionABILegacy", args: [{ task }, worker] };
    }
  }
}

const LEGACY_DEAL = ["viewDealABILegacy_pt1", "viewDealABILegacy_pt2", "viewConfigABILegacy"];

/** As {@link ManyViews} takes it. */
function packed(address: string, data: string): string {
  const size = ((data.length - 2) / 2).toString(16).padStart(4, "0");
  return address.slice(2) + size + data.slice(2);
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
