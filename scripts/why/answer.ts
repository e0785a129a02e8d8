import { JsonRpcProvider, Network, isError, type Provider } from "ethers";

import { connectContracts, type Contracts } from "../../src/chain/contracts.js";
import { explainMatch } from "../../src/explain/match.js";
import { explainWish, type Wish } from "../../src/explain/wish.js";
import type { Address } from "../../src/protocol/ids.js";
import type { SignedDealOrders } from "../../src/protocol/order.js";
import { openOrders } from "./openOrders.js";
import { HELP, UsageError, readOptions, type Options } from "./options.js";
import { reportOfMatch, reportOfWish, writeReport, type Report } from "./report.js";

/** What the command prints, and the exit code that goes with it. */
export type Answer = { readonly code: 0 | 1 | 2; readonly stdout: string; readonly stderr: string };

/** Does what the command line asks for. */
export async function answer(args: readonly string[]): Promise<Answer> {
  try {
    const options = readOptions(args);
    if (options === undefined) return { code: 0, stdout: HELP, stderr: "" };
    const report = await ask(options);
    const stdout = options.json ? JSON.stringify(report, null, 2) : writeReport(report);
    return { code: report.matches ? 0 : 1, stdout, stderr: "" };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const stdout = args.includes("--json") ? JSON.stringify({ error: error.message }, null, 2) : "";
    return { code: 2, stdout, stderr: error.message };
  }
}

async function ask({ wanted, rpc, hub, market, payer }: Options): Promise<Report> {
  const provider = new JsonRpcProvider(rpc, Network.from(await chainIdOf(rpc)), { staticNetwork: true });
  try {
    const contracts = await connect(provider, hub);
    if ("orders" in wanted) {
      const { orders } = wanted;
      const explanation = await explainMatch(contracts, orders, payer);
      return reportOfMatch(explanation, explanation.matches ? await gasOf(contracts, orders, payer) : undefined);
    }
    return await explain(contracts, wanted.wish, { market: market!, payer });
  } finally {
    provider.destroy();
  }
}

async function explain(
  contracts: Contracts,
  wish: Wish,
  { market, payer }: { market: string; payer?: Address | undefined },
) {
  const candidates = await openOrders(market, contracts.domain.chainId, wish);
  const explanation = await explainWish(contracts, wish, { candidates, ...(payer !== undefined && { payer }) });
  const isSigned = wish.sign !== undefined;
  const gas = explanation.best && isSigned ? await gasOf(contracts, explanation.best.orders, payer) : undefined;
  return reportOfWish(explanation, { wish, gas });
}

/** Asked first, since a provider of ethers waits for a chain for ever. */
async function chainIdOf(rpc: string): Promise<bigint> {
  try {
    const answered = await fetch(rpc, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal: AbortSignal.timeout(10_000),
    });
    const { result } = (await answered.json()) as { result: string };
    return BigInt(result);
  } catch (cause) {
    throw new UsageError(`The chain at ${rpc} does not answer: check --rpc, or --network.`, { cause });
  }
}

async function connect(provider: Provider, hub: Address): Promise<Contracts> {
  try {
    return await connectContracts(hub, provider);
  } catch (cause) {
    if (!isError(cause, "BAD_DATA")) throw cause;
    throw new UsageError(`There is no hub at ${hub}: check --hub, or --network.`, { cause });
  }
}

/** What `matchOrders` takes. */
async function gasOf({ hub }: Contracts, orders: SignedDealOrders, payer?: Address): Promise<bigint> {
  const { app, dataset, workerpool, request } = orders;
  const from = payer ?? request.requester;
  const call = from.toLowerCase() === request.requester.toLowerCase() ? hub.matchOrders : hub.sponsorMatchOrders;
  return call.estimateGas(app, dataset, workerpool, request, { from });
}
