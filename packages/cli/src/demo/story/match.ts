import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors.js";
import type { MadeDeal } from "../actors/Requester.js";
import { buildParams } from "@poco-marketplace/sdk/protocol/params.js";
import { dealLocks } from "@poco-marketplace/sdk/protocol/stake.js";
import { parseTag } from "@poco-marketplace/sdk/protocol/tag.js";
import { DemoError, reasonOf } from "../demoError.js";
import type { Journal } from "../journal.js";
import type { Stage } from "../stage.js";
import { costOf, PRICES, type Wish } from "../wish.js";
import type { Offer } from "./setting.js";

/** What a deal is about. */
export interface Terms {
  readonly name: string;
  readonly volume: bigint;
  readonly trust?: bigint;
}

/** What a deal asks for whose tasks must run in enclaves. */
const TEE = parseTag(["tee"]);
const MAX_PRICES = { appmaxprice: PRICES.app, datasetmaxprice: PRICES.dataset, workerpoolmaxprice: PRICES.workerpool };

/** Four parties sign orders, and the requester has the hub match them. */
export async function match(
  stage: Stage,
  journal: Journal,
  wish: Wish,
  { offer, terms }: { offer: Offer; terms: Terms },
): Promise<MadeDeal> {
  const { name, volume, trust = 1n } = terms;
  const deal = await stage.requester.match(await signOrders(stage, wish, offer, terms)).catch((error: unknown) => {
    throw new DemoError(refusal(error, stage, wish), { cause: error });
  });
  journal.gas("matchOrders", deal.receipt);
  journal.deal({ dealId: deal.dealId, name, volume, trust });
  const locks = dealLocks(PRICES, volume);
  journal.tell("Four orders are signed: for the app, the dataset, the workerpool, and the request.");
  journal.tell(`The hub matches them: deal ${deal.dealId}.`);
  journal.tell(
    `It locks ${formatRlc(locks.payer)} RLC of the requester to pay with, ${formatRlc(locks.poolOwner)} of the scheduler as a stake.`,
  );
  return deal;
}

async function signOrders(stage: Stage, wish: Wish, offer: Offer, { volume, trust = 1n }: Terms) {
  const { app, dataset, workerpool } = offer;
  const params = buildParams({
    ...(wish.args !== undefined && { args: wish.args }),
    resultEncryption: true,
    resultStorageProvider: "ipfs",
  });
  const assets = { app, dataset, workerpool };
  const request = { ...assets, ...MAX_PRICES, tag: TEE, volume, trust, params, beneficiary: stage.beneficiary.address };
  return {
    app: await stage.appProvider.offer({ app, appprice: PRICES.app, volume, tag: TEE }),
    dataset: await stage.dataProvider.offer({ dataset, datasetprice: PRICES.dataset, volume, apprestrict: app }),
    workerpool: await stage.poolOwner.offer({
      workerpool,
      workerpoolprice: PRICES.workerpool,
      volume,
      trust,
      tag: TEE,
    }),
    request: await stage.requester.ask(request),
  };
}

function refusal(error: unknown, stage: Stage, wish: Wish): string {
  const revert = decodeRevert(error);
  if (!revert?.is("ERC20InsufficientBalance") || revert.args.sender !== stage.addresses.requester) {
    return `The orders did not become a deal. ${reasonOf(error)}`;
  }
  const { balance, needed } = revert.args;
  return (
    `The requester has ${formatRlc(balance)} RLC free in escrow, and this deal takes ${formatRlc(needed)}. ` +
    `All three deals cost ${formatRlc(costOf(wish))} RLC: give --deposit at least that.`
  );
}
