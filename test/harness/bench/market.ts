import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type ContractTransactionResponse, ContractFactory, type Signer, id, ZeroAddress } from "ethers";
import { artifacts } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import {
  buildOrder,
  dealId,
  encodeResultLink,
  fileDigest,
  hashOrder,
  NULL_DATASET_ORDER,
  parseTag,
  NO_TAG,
  signOrder,
  taskId,
  type Address,
  type DealId,
  type Hex,
  type RequestOrder,
  type SignedDealOrders,
  type SignedRequestOrder,
} from "@poco-marketplace/sdk/protocol/index.js";
import { type Call, callOf } from "./chain.js";
import type { Cast } from "./cast.js";
import type { System } from "../peer/system.js";

/** What everyone has in escrow, and again in their purse, in nRLC. */
export const FUNDS = 400_000_000_000n;
/** What one task costs, in nRLC. No round numbers, as prices are. */
export const PRICES = { app: 333_333_333n, dataset: 777_777_777n, workerpool: 1_000_000_001n };
/** Of supply orders, so that they serve many deals. */
export const SUPPLY_VOLUME = 1_000_000n;
/** What a request says: 93 bytes. */
export const PARAMS = '{"iexec_args":"--rows 1000","iexec_result_encryption":true,"iexec_result_storage_provider":1}';
/** Where a result is: 82 bytes. */
export const RESULTS = encodeResultLink({
  storage: "ipfs",
  location: "/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPb",
});
/** Of a result that all honest workers find. */
export const DIGEST = fileDigest(new TextEncoder().encode("the result"));
/** What a callback contract is told: one word. */
export const TOLD: Hex = `0x${"00".repeat(30)}002a`;

const TEE = parseTag(["tee", "scone"]);

/** What a deal is about. By default one task for one worker without an enclave, on a dataset, at all three prices. */
export interface Terms {
  readonly tee?: boolean;
  readonly dataset?: boolean;
  readonly volume?: bigint;
  readonly trust?: bigint;
  readonly free?: boolean;
  readonly callback?: Address;
  readonly category?: bigint;
  /** Who asks, if not the requester: an address, and whose key signs for it. */
  readonly asker?: { readonly address: Address; readonly signer: Signer };
}

/** Offers of an app, a dataset and a workerpool. */
export type Supply = Omit<SignedDealOrders, "request">;

/** The assets that are traded. */
export interface Assets {
  readonly app: Address;
  readonly dataset: Address;
  readonly workerpool: Address;
}

/** A transaction that made a deal. */
export interface Matched {
  readonly call: Call;
  readonly dealId: DealId;
}

/** One of the two systems with people who use it. Moves on it answer with what they cost. */
export type Market = ReturnType<typeof openMarket>;

/** The market of a system. Whatever is done in it from the same state is, but for addresses, the same to the byte. */
export function openMarket(connection: NetworkConnection, system: System, cast: Cast, assets: Assets) {
  const { hub, domain } = system;
  let orders = 0;

  /** Orders differ in their salts, which are the same for both systems. */
  function salt(): Hex {
    orders++;
    return id(`order ${orders}`) as Hex;
  }

  async function supply(terms: Terms = {}): Promise<Supply> {
    const { tee = false, dataset = true, trust = 0n, free = false, category = 0n } = terms;
    const tag = tee ? TEE : NO_TAG;
    const volume = SUPPLY_VOLUME;
    const price = (kind: keyof typeof PRICES) => (free ? 0n : PRICES[kind]);
    const app = buildOrder("app", { app: assets.app, appprice: price("app"), volume, tag, salt: salt() });
    const data = buildOrder("dataset", {
      dataset: assets.dataset,
      datasetprice: price("dataset"),
      volume,
      tag,
      salt: salt(),
      apprestrict: assets.app,
      requesterrestrict: terms.asker?.address ?? (cast.requester.address as Address),
    });
    const pool = buildOrder("workerpool", {
      workerpool: assets.workerpool,
      workerpoolprice: price("workerpool"),
      volume,
      tag,
      salt: salt(),
      category,
      trust,
    });
    return {
      app: await signOrder(cast.appOwner, { kind: "app", order: app, domain }),
      dataset: dataset
        ? await signOrder(cast.datasetOwner, { kind: "dataset", order: data, domain })
        : NULL_DATASET_ORDER,
      workerpool: await signOrder(cast.scheduler, { kind: "workerpool", order: pool, domain }),
    };
  }

  function request(offers: Supply, terms: Terms = {}): Promise<SignedRequestOrder> {
    const { volume = 1n, trust = 0n, callback = ZeroAddress as Address, asker, category = 0n } = terms;
    const order = buildOrder("request", {
      app: offers.app.app,
      appmaxprice: offers.app.appprice,
      dataset: offers.dataset.dataset,
      datasetmaxprice: offers.dataset.datasetprice,
      workerpool: offers.workerpool.workerpool,
      workerpoolmaxprice: offers.workerpool.workerpoolprice,
      volume,
      trust,
      callback,
      category,
      tag: offers.app.tag,
      params: PARAMS,
      salt: salt(),
      requester: asker?.address ?? (cast.requester.address as Address),
    });
    return signOrder(asker?.signer ?? cast.requester, { kind: "request", order, domain });
  }

  /** Four orders that match; the supply is new unless it is given. */
  async function ordersOf(terms: Terms = {}, offers?: Supply): Promise<SignedDealOrders> {
    const supplied = offers ?? (await supply(terms));
    return { ...supplied, request: await request(supplied, terms) };
  }

  /** The deal that a request makes next. */
  function nextDeal(order: RequestOrder, consumed = 0n): DealId {
    return dealId(hashOrder("request", order, domain), consumed);
  }

  return {
    connection,
    system,
    cast,
    assets,
    hub,
    token: system.token,
    supply,
    request,
    ordersOf,
    nextDeal,

    /** Starts to count orders anew, so that a scenario is the same whatever was measured before it. */
    begin(): void {
      orders = 1_000;
    },

    /** An offer of an app that is good for one task only. */
    async supplyOfOne(terms: Terms): Promise<Supply["app"]> {
      const { app } = await supply(terms);
      const order = { ...app, volume: 1n };
      return signOrder(cast.appOwner, { kind: "app", order, domain });
    },

    /** Sends as somebody, and answers with what it cost. */
    call: async (pending: Promise<ContractTransactionResponse>): Promise<Call> => callOf(await sendAndWait(pending)),

    /** Makes a deal, sent by the requester or by who sponsors it. */
    async match(
      four: SignedDealOrders,
      how: { boost?: boolean; sponsor?: HardhatEthersSigner } = {},
    ): Promise<Matched> {
      const sender = hub.connect(how.sponsor ?? cast.requester);
      const args = [four.app, four.dataset, four.workerpool, four.request] as const;
      const sponsored = how.sponsor !== undefined;
      const classic = sponsored ? sender.sponsorMatchOrders : sender.matchOrders;
      const boosted = sponsored ? sender.sponsorMatchOrdersBoost : sender.matchOrdersBoost;
      const receipt = await sendAndWait((how.boost === true ? boosted : classic)(...args));
      return { call: await callOf(receipt), dealId: nextDeal(four.request) };
    },

    taskOf: (deal: DealId, index = 0n) => taskId(deal, index),

    /** Lets the chain's clock go on, in seconds. */
    wait: (seconds: bigint) => connection.networkHelpers.time.increase(seconds),

    /** Deploys a contract of test/mocks. */
    async deployMock(name: string, ...args: unknown[]): Promise<Address> {
      const { abi, bytecode } = await artifacts.readArtifact(name);
      const contract = await new ContractFactory(abi, bytecode, cast.stranger).deploy(...args);
      return (await contract.getAddress()) as Address;
    },
  };
}
