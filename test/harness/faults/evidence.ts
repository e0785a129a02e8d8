import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import JSZip from "jszip";
import { Client } from "pg";

import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { decodeResultLink } from "@poco-marketplace/sdk/protocol/result.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { decryptResult } from "@poco-marketplace/sdk/protect/resultEncryption.js";
import type { Ending } from "./judge/endings.js";
import { KITTY, type MoneyEvent, type Pot } from "./judge/money.js";
import type { MarketOrder } from "./judge/orders.js";
import type { ContributionFacts, SmsEntry } from "./judge/secrets.js";
import { PLAIN_ANSWER, readContent } from "./world/assets.js";
import type { Deal, Published } from "./world/deals.js";
import type { World } from "./world/world.js";

/** The tasks of a deal on chain, with the content of their results. */
export async function readEndings({ contracts, network, assets }: World, deal: Deal): Promise<Ending[]> {
  return Promise.all(
    deal.tasks.map(async (task): Promise<Ending> => {
      const { status, results } = await contracts.hub.viewTask(task);
      if (status !== TaskStatus.COMPLETED) return { task, status: status as TaskStatus };
      try {
        const { location } = decodeResultLink(results as Hex);
        const bytes = await readContent(network.ipfsGateway, location!.slice("/ipfs/".length));
        const zip = await JSZip.loadAsync(deal.isTee ? await decryptResult(bytes, assets.resultKey) : bytes);
        const said = await zip.file("said.json")!.async("string");
        const expected = JSON.stringify(deal.isTee ? assets.secretAnswer : PLAIN_ANSWER);
        return { task, status, result: said === expected ? "right" : "wrong" };
      } catch {
        return { task, status, result: "unreadable" };
      }
    }),
  );
}

/** The events of the hub that move money or end tasks, in order. */
export async function readMoney({ contracts, provider }: World, from: number, to: number): Promise<MoneyEvent[]> {
  const { hub } = contracts;
  const address = await hub.getAddress();
  const logs = await provider.getLogs({ address, fromBlock: from, toBlock: to });
  return logs.flatMap((log): MoneyEvent[] => {
    const parsed = hub.interface.parseLog(log);
    if (parsed === null) return [];
    const { name, args } = parsed;
    const values = args.toObject() as Record<string, never>;
    if (name === "Transfer" || name === "Lock" || name === "Unlock" || name === "Reward" || name === "Seize")
      return [{ name, ...values } as unknown as MoneyEvent];
    if (name === "TaskFinalize" || name === "TaskClaimed") return [{ name, task: values["taskid"]! }];
    return [];
  });
}

/** The balances of accounts at the end of a block. */
export async function readPots({ contracts }: World, owners: readonly Address[], block: number) {
  const { hub } = contracts;
  const pots = await Promise.all(
    owners.map(async (owner): Promise<[Address, Pot]> => {
      const at = { blockTag: block };
      const [free, frozen] = await Promise.all([hub.balanceOf(owner, at), hub.frozenOf(owner, at)]);
      return [owner, { free, frozen }];
    }),
  );
  return new Map(pots);
}

/** The accounts whose money is checked. */
export function ownersOf({ network, rogue }: World): Address[] {
  return [...network.accounts.map(({ address }) => address), rogue.address, KITTY];
}

/** The contributions to tasks. */
export async function readContributions({ contracts }: World, tasks: readonly TaskId[]): Promise<ContributionFacts[]> {
  const { hub } = contracts;
  const all = await Promise.all(
    tasks.map(async (task) => {
      const { contributors } = await hub.viewTask(task);
      return Promise.all(
        contributors.map(async (worker) => {
          const { enclaveChallenge } = await hub.viewContribution(task, worker);
          return { task, worker: worker as Address, enclave: enclaveChallenge as Address };
        }),
      );
    }),
  );
  return all.flat();
}

/** The entries of the secret service's log. */
export async function readSmsLog(world: World): Promise<SmsEntry[]> {
  const text = await readFile(world.of("logs", "sms.log"), "utf8");
  return text.split("\n").flatMap((line): SmsEntry[] => {
    if (!line.includes('"enclave appointed"') && !line.includes('"secrets released"')) return [];
    const entry = JSON.parse(line) as { msg: string; release?: SmsEntry & { taskId: TaskId } } & SmsEntry & {
        taskId: TaskId;
      };
    const isRelease = entry.msg === "secrets released";
    const { taskId, worker, enclave } = isRelease ? entry.release! : entry;
    return [{ kind: isRelease ? "released" : "appointed", task: taskId, worker, enclave }];
  });
}

/** The releases in the secret service's database; undefined if that is in its process. */
export async function readReleases({ databaseUrl }: World): Promise<Omit<SmsEntry, "kind">[]> {
  if (databaseUrl === undefined) return [];
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Omit<SmsEntry, "kind">>("select task, worker, enclave from sms.release");
    return rows;
  } finally {
    await client.end();
  }
}

/** The market's view of orders. */
export async function readMarket({ network }: World, orders: readonly Published[]) {
  const found = new Map<Hex, MarketOrder>();
  for (const { kind, hash } of orders) {
    const url = `${network.market}/${kind}orders/${hash}?chainId=${network.chainId}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (answer.ok) found.set(hash, (await answer.json()) as MarketOrder);
    else await answer.body?.cancel();
  }
  return found;
}

/** Reads the lines that were added to log files since the last read. */
export function openLogReader(folder: string) {
  const seen = new Map<string, number>();
  /** The end of the last read, so that a marker that two reads share is found. */
  const overlap = 4_096;
  return async (): Promise<{ file: string; text: string }[]> => {
    const files = (await readdir(folder)).filter((name) => name.endsWith(".log"));
    const parts = [];
    for (const file of files) {
      const path = join(folder, file);
      const { size } = await stat(path);
      const from = Math.max((seen.get(file) ?? 0) - overlap, 0);
      const text = (await readFile(path)).subarray(from).toString("utf8");
      seen.set(file, size);
      parts.push({ file, text });
    }
    return parts;
  };
}
