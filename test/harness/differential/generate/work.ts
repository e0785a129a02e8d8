/** Generates calls that advance deals and tasks, or try to. */
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { keyOf, WORKERS } from "../names.js";
import type { Argument, DealRef, TaskRef } from "../sequence.js";
import { freshIndexes, idleWorkers, type KnownDeal, type KnownTask, type Memory } from "./memory.js";
import type { Move } from "./money.js";
import type { Random } from "../../random.js";

/** The result whose bytes a callback receives, one of those that workers find. */
const TOLD = "0xca11";
const FINDINGS = [TOLD, "lie", "other"];
const RESULTS = ["0x", "0x7b7d", `0x${"ab".repeat(100)}`];

/** The next call for some deal, right or wrong. */
export function workMove(random: Random, memory: Memory): Move | undefined {
  const { deals, tasks } = memory;
  if (deals.length === 0) return undefined;
  const open = [...tasks.values()].filter((task) => isWorthwhile(random, memory, task));
  const task = open.length > 0 && random.percent(60) ? open.at(-1)! : open[random.between(0, open.length)];
  if (task !== undefined && random.percent(80)) return forTask(random, memory, task);
  const over = [...tasks.values()].filter(({ status }) => status === "over");
  if (over.length > 0 && random.percent(8)) return forTask(random, memory, random.pick(over));
  const alive = deals.filter((deal) => memory.now < deal.at + 7 * deal.clock && freshIndexes(memory, deal).length > 0);
  if (alive.length === 0 && random.percent(80)) return undefined;
  const deal = alive.length > 0 && random.percent(92) ? random.pick(alive) : random.pick(deals);
  if (random.percent(5)) return many(random, memory, deal);
  if (deal.boost !== random.percent(4)) return boostMove(random, memory, deal);
  return {
    from: "stranger",
    to: "hub",
    call: "initialize",
    args: [{ deal: refOf(deal) }, indexIn(random, memory, deal)],
  };
}

/** A call that makes sense for a task, sometimes one that does not. */
export function forTask(random: Random, memory: Memory, task: KnownTask): Move {
  const usual = usualCall(random, memory, task);
  const odd = random.pick(["contribute", "contributeAndFinalize", "reveal", "reopen", "finalize", "claim", "claim"]);
  const call = random.percent(85) ? usual : odd;
  return taskMove(
    random,
    memory,
    task,
    call === "contribute" && shallFinish(random, task) ? "contributeAndFinalize" : call,
  );
}

/** A call that is allowed until a deadline, or after it. */
export function atDeadline(random: Random, memory: Memory, task: KnownTask): Move {
  return taskMove(
    random,
    memory,
    task,
    random.pick(["contribute", "contributeAndFinalize", "reveal", "reopen", "finalize", "claim"]),
  );
}

/** Pushes a result of a boost deal, or claims a task. */
export function boostMove(random: Random, memory: Memory, deal: KnownDeal): Move {
  const ref = refOf(deal);
  const index = indexIn(random, memory, deal);
  const late = memory.now >= deal.at + 7 * deal.clock;
  if (random.percent(late ? 85 : 5))
    return { from: "stranger", to: "hub", call: "claimBoost", args: [{ deal: ref }, index] };
  const task: TaskRef = [...ref, index];
  const worker = random.pick(WORKERS);
  const results = random.pick(RESULTS) as Hex;
  const told = (deal.callback === random.percent(90) ? TOLD : "0x") as Hex;
  const enclave = enclaveFor(random, deal);
  const vouched = deal.callback ? told : results;
  return {
    from: worker,
    to: "hub",
    call: "pushResultBoost",
    args: [
      { deal: ref },
      index,
      results,
      told,
      leave(random, memory, deal, { worker, task, enclave }),
      enclave,
      enclave === "nobody" ? "0x" : { vouchBoost: vouched, task, worker, by: voucher(random) },
    ],
  };
}

function taskMove(random: Random, memory: Memory, task: KnownTask, call: string): Move {
  const { ref, deal, winner } = task;
  const scheduler = random.percent(93) ? deal.scheduler : random.pick(["stranger", "scheduler", "owner"]);
  switch (call) {
    case "contribute":
    case "contributeAndFinalize":
      return contributionOf(random, memory, task, call);
    case "reveal": {
      const winners = [...task.found].filter(([name, found]) => found === winner && !task.revealed.has(name));
      const [worker] = winners.length > 0 && random.percent(90) ? random.pick(winners) : [random.pick(WORKERS)];
      const digest = random.percent(93) ? (winner ?? "lie") : random.pick(FINDINGS);
      return { from: worker, to: "hub", call, args: [{ task: ref }, { digest }] };
    }
    case "finalize": {
      const told = winner === TOLD && (deal.callback || random.percent(30)) ? TOLD : "0x";
      const args = [
        { task: ref },
        random.pick(RESULTS),
        random.percent(93) ? told : random.pick([TOLD, "0x", "0xbad0"]),
      ];
      return { from: scheduler, to: "hub", call, args };
    }
    default:
      return { from: call === "reopen" ? scheduler : "stranger", to: "hub", call, args: [{ task: ref }] };
  }
}

/** A worker's contribution to a task, alone or together with the finalization. */
export function contributionOf(random: Random, memory: Memory, task: KnownTask, call: string): Move {
  const { ref, deal, found } = task;
  const idle = idleWorkers(task);
  const worker = idle.length > 0 && random.percent(95) ? random.pick(idle) : random.pick(WORKERS);
  const usual = found.size > 0 && random.percent(70) ? [...found.values()][0]! : random.pick(FINDINGS);
  const finding = deal.callback && random.percent(80) ? TOLD : usual;
  const enclave = enclaveFor(random, deal);
  const allowed = leave(random, memory, deal, { worker, task: ref, enclave });
  const other = random.percent(97) ? finding : "other";
  const proof = [
    enclave,
    enclave === "nobody" ? "0x" : { vouch: finding, task: ref, worker, by: voucher(random) },
    allowed,
  ] as const;
  if (call === "contributeAndFinalize") {
    const told = finding === TOLD && (deal.callback || random.percent(20)) ? TOLD : "0x";
    return {
      from: worker,
      to: "hub",
      call,
      args: [{ task: ref }, { digest: finding }, random.pick(RESULTS), told, ...proof],
    };
  }
  const hashes = [
    { resultHash: finding, task: ref },
    { seal: other, task: ref, worker },
  ] as const;
  return { from: worker, to: "hub", call, args: [{ task: ref }, ...hashes, ...proof] };
}

function many(random: Random, { tasks }: Memory, deal: KnownDeal): Move {
  const ref = refOf(deal);
  const indexes = Array.from({ length: random.between(0, 3) }, (_, index) => deal.first + BigInt(index));
  const deals = indexes.map(() => ({ deal: ref }));
  const call = random.pick(["initializeArray", "claimArray", "initializeAndClaimArray"]);
  if (call === "claimArray") {
    const known = [...tasks.values()].slice(0, random.between(0, 3)).map(({ ref: task }) => ({ task }));
    return { from: "stranger", to: "hub", call, args: [known] };
  }
  const lengths = random.percent(90) ? indexes : [...indexes, 0n];
  return { from: "stranger", to: "hub", call, args: [deals, lengths] };
}

/** Whether a call for a task can succeed now, or is tried anyway. */
function isWorthwhile(random: Random, { now }: Memory, { deal, status }: KnownTask): boolean {
  if (status === "over") return false;
  const waits = status === "active" && now >= deal.at + 7 * deal.clock && now < deal.at + 10 * deal.clock;
  return !waits || random.percent(10);
}

/** The call that the participants of a task would make now. */
function usualCall(random: Random, { now }: Memory, task: KnownTask): string {
  const { deal, status, revealDeadline, revealed } = task;
  if (now >= deal.at + 10 * deal.clock) return "claim";
  if (status === "active") return "contribute";
  if (now < revealDeadline) return afterConsensus(random, task);
  return revealed.size > 0 ? "finalize" : "reopen";
}

function afterConsensus(random: Random, { found, winner, revealed }: KnownTask): string {
  const winners = [...found.values()].filter((finding) => finding === winner).length;
  if (revealed.size >= winners) return random.percent(85) ? "finalize" : "claim";
  return random.weighted([
    [8, "reveal"],
    [1, "finalize"],
    [1, "reopen"],
  ]);
}

function shallFinish(random: Random, { deal, found }: KnownTask): boolean {
  return deal.trust <= 1n && found.size === 0 && random.percent(60);
}

function leave(
  random: Random,
  { broker }: Memory,
  deal: KnownDeal,
  { worker, task, enclave }: { worker: string; task: TaskRef; enclave: string },
): Argument {
  const right = enclave !== "nobody" && broker !== "nobody" ? broker : deal.scheduler;
  const by = random.percent(95) ? keyOf(right) : random.pick(["scheduler", "stranger", "broker"]);
  const asked = { leave: random.percent(97) ? worker : "stranger", task, enclave, by } as const;
  return random.percent(95) ? asked : { ...asked, form: random.pick(["compact", "short", "highS", "zeros"] as const) };
}

function enclaveFor(random: Random, { tee }: KnownDeal): string {
  return random.percent(93) === tee ? "enclave" : "nobody";
}

function voucher(random: Random): string {
  return random.percent(93) ? "enclave" : "stranger";
}

function indexIn(random: Random, memory: Memory, deal: KnownDeal): bigint {
  const fresh = freshIndexes(memory, deal);
  const start = deal.boost ? 0n : deal.first;
  const inside = fresh.length > 0 ? random.pick(fresh) : start;
  return random.weighted([
    [25, inside],
    [1, start],
    [1, start + deal.size - 1n],
    [1, start + deal.size],
    [1, start > 0n ? start - 1n : start],
  ]);
}

function refOf({ request, first }: KnownDeal): DealRef {
  return [request, first];
}
