/** The views that are compared: all initial ones, and those of everything that a sequence mentions. */
import type { Speaker } from "./encode.js";
import { type Mentions, noMentions, note } from "./mentions.js";
import { ASSETS, HOLDERS, WORKERS } from "./names.js";
import type { Argument, Name, Step } from "./sequence.js";
import type { Outcome, World } from "./world.js";

/** One view, by names. */
export interface View {
  readonly to: Name;
  readonly call: string;
  readonly args: readonly Argument[];
}

/** A reader of the views of one system. */
export type Watch = ReturnType<typeof watch>;

/** Calls to the hub that change more than accounts and the things that they mention. */
const ADMINISTRATION = new Set(["createCategory", "setTeeBroker", "setCallbackGas", "changeRegistries"]);
const SUPPLY: View = { to: "hub", call: "totalSupply", args: [] };
const SETTINGS = ["token", "appregistry", "datasetregistry", "workerpoolregistry", "teebroker", "callbackgas", "owner"];
const CONSTANTS = ["name", "symbol", "decimals", "totalSupply", "countCategory", "kitty_address", "kitty_min"];
const SPENDERS = ["requester", "worker1", "stranger"];
/** Categories that a sequence may use: the five initial ones, and some of its own. */
const CATEGORIES = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n];

/** Creates a reader of views. The calldata of a view is encoded once. */
export function watch(world: World, speaker: Speaker) {
  const calls = new Map<View, string>();
  const ask = (view: View): string => {
    const cache = LASTING.has(view) ? world.lastingCalls : calls;
    const known = cache.get(view) ?? packed(world.addressNamed(view.to), speaker.encode(view));
    cache.set(view, known);
    return known;
  };
  return {
    /** The answers of views, in names. */
    async look(views: readonly View[]): Promise<string[]> {
      const sight = await world.look("views", `0x${views.map(ask).join("")}`);
      let place = 2;
      const next = (digits: number) => sight.slice(place, (place += digits));
      return views.map(() => {
        const ok = BigInt(`0x${next(64)}`) === 1n;
        const length = Number(BigInt(`0x${next(64)}`));
        const answer = next(Math.ceil(length / 32) * 64);
        return ok ? world.read(`0x${answer}`).join(" ") : "refused";
      });
    },
  };
}

/** The views of one sequence; the same view is the same object. */
export type Views = ReturnType<typeof viewsOf>;

/** Creates the views of a sequence, which grow with its mentions. */
export function viewsOf(mentions: Mentions) {
  const known = new Map<string, View>();
  const once = (view: View): View => {
    const key = describeView(view);
    const same = known.get(key) ?? view;
    known.set(key, same);
    return same;
  };
  const all = [...LASTING].map(once);
  return {
    /** All views. */
    everything: (): readonly View[] => [...all, ...[...mentioned(mentions, WORKERS, "and older views")].map(once)],
    /** All balances, and the views that a step may have changed: those of the accounts and things that it names. */
    related(step: Step, { logs }: Outcome): readonly View[] {
      const { to, from, call } = step;
      if (ADMINISTRATION.has(call)) return all.filter((view) => view.to === "hub" && !view.args.some(isHolder));
      if (to in ASSETS) return all.filter((view) => view.to === to || view.to in ASSETS[to as keyof typeof ASSETS]);
      const spoken = noMentions();
      note(spoken, step);
      const named = new Set([from, to, ...step.args.flat(), ...logs.flat().map((word) => word.slice(1, -1))]);
      const holders = HOLDERS.filter((holder) => named.has(holder));
      const workers = call === "reopen" ? WORKERS : WORKERS.filter((worker) => named.has(worker));
      const accounts = [SUPPLY, ...BALANCES, ...holders.flatMap((holder) => [...ofHolder(holder, holders)])];
      const pools = to.startsWith("pool") ? [...ofAsset("workerpools", to)] : [];
      return [...accounts, ...pools, ...mentioned(spoken, workers)].map(once);
    },
  };
}

/** A view as source code. */
export function describeView({ to, call, args }: View): string {
  return `${to}.${call}(${JSON.stringify(args, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))})`;
}

function* lasting(): Generator<View> {
  for (const call of [...SETTINGS, ...CONSTANTS]) yield { to: "hub", call, args: [] };
  for (const category of CATEGORIES) yield { to: "hub", call: "viewCategory", args: [category] };
  for (const holder of HOLDERS) {
    yield* balancesOf(holder);
    yield* ofHolder(holder, SPENDERS);
    yield { to: "hub", call: "balanceOf", args: [holder] };
    yield { to: "hub", call: "frozenOf", args: [holder] };
    yield { to: "hub", call: "viewAccountABILegacy", args: [holder] };
    yield { to: "token", call: "allowance", args: [holder, "hub"] };
  }
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

function* balancesOf(holder: Name): Generator<View> {
  yield { to: "hub", call: "viewAccount", args: [holder] };
  yield { to: "token", call: "balanceOf", args: [holder] };
}

function* ofHolder(holder: Name, spenders: readonly Name[]): Generator<View> {
  for (const spender of spenders) yield { to: "hub", call: "allowance", args: [holder, spender] };
  if (WORKERS.some((worker) => worker === holder)) yield { to: "hub", call: "viewScore", args: [holder] };
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

/** The views of all mentions; older views of the same facts only on request. */
function* mentioned(
  { orders, deals, tasks }: Mentions,
  workers: readonly Name[],
  legacy?: "and older views",
): Generator<View> {
  for (const label of orders) {
    yield { to: "hub", call: "viewConsumed", args: [{ hashOf: label }] };
    yield { to: "hub", call: "viewPresigned", args: [{ hashOf: label }] };
    if (legacy) yield { to: "hub", call: "verifyPresignature", args: ["requester", { hashOf: label }] };
  }
  for (const deal of deals.values()) {
    const calls = ["viewDeal", "viewDealBoost", ...(legacy ? LEGACY_DEAL : [])];
    for (const call of calls) yield { to: "hub", call, args: [{ deal }] };
  }
  for (const task of tasks.values()) {
    const calls = ["viewTask", "resultFor", ...(legacy ? ["viewTaskABILegacy"] : [])];
    for (const call of calls) yield { to: "hub", call, args: [{ task }] };
    for (const worker of workers) {
      yield { to: "hub", call: "viewContribution", args: [{ task }, worker] };
      if (legacy) yield { to: "hub", call: "viewContributionABILegacy", args: [{ task }, worker] };
    }
  }
}

const LEGACY_DEAL = ["viewDealABILegacy_pt1", "viewDealABILegacy_pt2", "viewConfigABILegacy"];

const BALANCES = HOLDERS.flatMap((holder) => [...balancesOf(holder)]);
/** The initial views. */
const LASTING: ReadonlySet<View> = new Set(lasting());

function isHolder(argument: Argument): boolean {
  return HOLDERS.some((holder) => holder === argument);
}

/** A call in the encoding of {@link ManyViews}. */
function packed(address: string, data: string): string {
  const size = ((data.length - 2) / 2).toString(16).padStart(4, "0");
  return address.slice(2) + size + data.slice(2);
}
