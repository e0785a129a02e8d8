import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import type { MatchedDeal } from "../actors/Requester.js";
import { buildParams } from "@poco-marketplace/sdk/protocol/params.js";
import { dealLocks } from "@poco-marketplace/sdk/protocol/stake.js";
import { parseTag } from "@poco-marketplace/sdk/protocol/tag.js";
import { DemoError } from "../demoError.js";
import { failureSentence } from "../../failureSentence.js";
import type { Transcript } from "../transcript.js";
import type { Scenario } from "../scenario.js";
import { demoCost, PRICES, type DemoOptions } from "../options.js";
import type { PublishedAssets } from "./setup.js";

/** The name, volume and trust of a deal. */
export interface Terms {
  readonly name: string;
  readonly volume: bigint;
  readonly trust?: bigint;
}

/** The tag of a deal whose tasks must run in enclaves. */
const TEE = parseTag(["tee"]);
const MAX_PRICES = { appmaxprice: PRICES.app, datasetmaxprice: PRICES.dataset, workerpoolmaxprice: PRICES.workerpool };

/** Has the four parties sign orders, and the requester match them on the hub. */
export async function makeDeal(
  scenario: Scenario,
  transcript: Transcript,
  options: DemoOptions,
  { assets, terms }: { assets: PublishedAssets; terms: Terms },
): Promise<MatchedDeal> {
  const { name, volume, trust = 1n } = terms;
  const deal = await scenario.requester
    .match(await signOrders(scenario, options, assets, terms))
    .catch((error: unknown) => {
      throw new DemoError(refusal(error, scenario, options), { cause: error });
    });
  transcript.gas("matchOrders", deal.receipt);
  transcript.deal({ dealId: deal.dealId, name, volume, trust });
  const locks = dealLocks(PRICES, volume);
  transcript.print("Four orders are signed: for the app, the dataset, the workerpool, and the request.");
  transcript.print(`The hub matches them: deal ${deal.dealId}.`);
  transcript.print(
    `It locks ${formatRlc(locks.payer)} RLC of the requester to pay with, ${formatRlc(locks.poolOwner)} of the scheduler as a stake.`,
  );
  return deal;
}

async function signOrders(
  scenario: Scenario,
  options: DemoOptions,
  assets: PublishedAssets,
  { volume, trust = 1n }: Terms,
) {
  const { app, dataset, workerpool } = assets;
  const params = buildParams({
    ...(options.args !== undefined && { args: options.args }),
    resultEncryption: true,
    resultStorageProvider: "ipfs",
  });
  const request = {
    ...assets,
    ...MAX_PRICES,
    tag: TEE,
    volume,
    trust,
    params,
    beneficiary: scenario.beneficiary.address,
  };
  return {
    app: await scenario.appProvider.offer({ app, appprice: PRICES.app, volume, tag: TEE }),
    dataset: await scenario.dataProvider.offer({ dataset, datasetprice: PRICES.dataset, volume, apprestrict: app }),
    workerpool: await scenario.poolOwner.offer({
      workerpool,
      workerpoolprice: PRICES.workerpool,
      volume,
      trust,
      tag: TEE,
    }),
    request: await scenario.requester.ask(request),
  };
}

function refusal(error: unknown, scenario: Scenario, options: DemoOptions): string {
  const revert = decodeRevert(error);
  if (!revert?.is("ERC20InsufficientBalance") || revert.args.sender !== scenario.addresses.requester) {
    return `The orders did not become a deal. ${failureSentence(error)}`;
  }
  const { balance, needed } = revert.args;
  return (
    `The requester has ${formatRlc(balance)} RLC free in escrow, and this deal takes ${formatRlc(needed)}. ` +
    `All three deals cost ${formatRlc(demoCost(options))} RLC: give --deposit at least that.`
  );
}
