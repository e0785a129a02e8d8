import { fetchBulkList, UnreachableListError } from "@poco-marketplace/services/bulk/bulkGateway.js";
import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { withheldIn } from "@poco-marketplace/services/bulk/withheldData.js";
import { explainMatch } from "@poco-marketplace/sdk/explain/explainMatch.js";
import { findCandidates } from "@poco-marketplace/sdk/explain/findCandidates.js";
import { reportOfMatch, reportOfRequest, type MatchReport } from "@poco-marketplace/sdk/explain/report.js";
import { explainRequest, type RequestToMatch } from "@poco-marketplace/sdk/explain/explainRequest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SignedDealOrders } from "@poco-marketplace/sdk/protocol/order.js";
import { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { UsageError, type CommandOutcome } from "../commandLine.js";
import { withContracts } from "../endpoints.js";
import type { WhyValues } from "../commands/why.js";
import { readWhyOptions, type WhyOptions } from "./options.js";
import { formatMatchReport } from "./report.js";

/** Explains orders. */
export async function runWhyCommand(values: WhyValues): Promise<CommandOutcome> {
  try {
    const options = readWhyOptions(values);
    const report = await ask(options);
    const stdout = options.json ? JSON.stringify(report, null, 2) : formatMatchReport(report);
    return { code: report.matches ? 0 : 1, stdout, stderr: "" };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ServiceError)) throw error;
    const stdout = values.json ? JSON.stringify({ error: error.message }, null, 2) : "";
    return { code: 2, stdout, stderr: error.message };
  }
}

async function ask(options: WhyOptions): Promise<MatchReport> {
  const [report, withheld] = await Promise.all([askHub(options), askGateway(options)]);
  return { ...report, ...(withheld !== undefined && { withheld }) };
}

/** Returns the data of a bulk request that its tasks would not get, if a gateway is known. */
async function askGateway({ wanted, endpoints: { ipfsGateway: gateway } }: WhyOptions) {
  const { params } = "search" in wanted ? wanted.search : wanted.orders.request;
  if (gateway === undefined) return undefined;
  try {
    return await withheldIn(params, (cid) => fetchBulkList(gateway, cid));
  } catch (error) {
    if (!(error instanceof UnreachableListError)) throw error;
    throw new UsageError(`${error.message} Give --gateway URL of one that has the data of the request.`, {
      cause: error,
    });
  }
}

async function askHub({ wanted, endpoints, payer }: WhyOptions): Promise<MatchReport> {
  return withContracts(endpoints, async (contracts) => {
    if ("search" in wanted) return explain(contracts, wanted.search, { market: endpoints.market!, payer });
    const explanation = await explainMatch(contracts, wanted.orders, payer);
    return reportOfMatch(explanation, explanation.matches ? await gasOf(contracts, wanted.orders, payer) : undefined);
  });
}

async function explain(
  contracts: Contracts,
  request: RequestToMatch,
  { market, payer }: { market: string; payer?: Address | undefined },
) {
  const client = new MarketClient(market, { chainId: contracts.domain.chainId });
  const candidates = await findCandidates(async (kind, filter) => (await client.search(kind, filter)).entries, request);
  const explanation = await explainRequest(contracts, request, { candidates, ...(payer !== undefined && { payer }) });
  const isSigned = request.sign !== undefined;
  const gas = explanation.best && isSigned ? await gasOf(contracts, explanation.best.orders, payer) : undefined;
  return reportOfRequest(explanation, { request, gas });
}

/** Estimates the gas of matching the orders. */
async function gasOf({ hub }: Contracts, orders: SignedDealOrders, payer?: Address): Promise<bigint> {
  const { app, dataset, workerpool, request } = orders;
  const from = payer ?? request.requester;
  const call = from.toLowerCase() === request.requester.toLowerCase() ? hub.matchOrders : hub.sponsorMatchOrders;
  return call.estimateGas(app, dataset, workerpool, request, { from });
}
