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
import type { RoleAccounts } from "./roleAccounts.js";
import type { System } from "../peer/system.js";

/** The amount that each account has in escrow, and the same again in its wallet, in nRLC. */
export const FUNDS = 400_000_000_000n;
/** The prices of one task, in nRLC. They are not round, as in practice. */
export const PRICES = { app: 333_333_333n, dataset: 777_777_777n, workerpool: 1_000_000_001n };
/** The volume of supply orders, so that they serve many deals. */
export const SUPPLY_VOLUME = 1_000_000n;
/** The params of a request: 93 bytes. */
export const PARAMS = '{"iexec_args":"--rows 1000","iexec_result_encryption":true,"iexec_result_storage_provider":1}';
/** The link to a result: 82 bytes. */
export const RESULTS = encodeResultLink({
  storage: "ipfs",
  location: "/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPb",
});
/** The digest of the result of all honest workers. */
export const DIGEST = fileDigest(new TextEncoder().encode("the result"));
/** The data for a callback contract: one word. */
export const TOLD: Hex = `0x${"00".repeat(30)}002a`;

const TEE = parseTag(["tee", "scone"]);

/** The terms of a deal; by default one task for one worker without an enclave, on a dataset, at all three prices. */
export interface Terms {
  readonly tee?: boolean;
  readonly dataset?: boolean;
  readonly volume?: bigint;
  readonly trust?: bigint;
  readonly free?: boolean;
  readonly callback?: Address;
  readonly category?: bigint;
  /** The requester's address and the key that signs for it, if another account makes the request. */
  readonly asker?: { readonly address: Address; readonly signer: Signer };
}

/** The orders for an app, a dataset and a workerpool. */
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

/** One of the two systems with its users. Its methods return the cost of their calls. */
export type Market = ReturnType<typeof openMarket>;

/** Opens the market of a system. The same calls from the same state use the same bytes on both systems, except addresses. */
export function openMarket(connection: NetworkConnection, system: System, accounts: RoleAccounts, assets: Assets) {
  const { hub, domain } = system;
  let orders = 0;

  /** Orders differ by their salts, which are the same for both systems. */
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
      requesterrestrict: terms.asker?.address ?? (accounts.requester.address as Address),
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
      app: await signOrder(accounts.appOwner, { kind: "app", order: app, domain }),
      dataset: dataset
        ? await signOrder(accounts.datasetOwner, { kind: "dataset", order: data, domain })
        : NULL_DATASET_ORDER,
      workerpool: await signOrder(accounts.scheduler, { kind: "workerpool", order: pool, domain }),
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
      requester: asker?.address ?? (accounts.requester.address as Address),
    });
    return signOrder(asker?.signer ?? accounts.requester, { kind: "request", order, domain });
  }

  /** Signs four orders that match; the supply is new unless it is given. */
  async function ordersOf(terms: Terms = {}, offers?: Supply): Promise<SignedDealOrders> {
    const supplied = offers ?? (await supply(terms));
    return { ...supplied, request: await request(supplied, terms) };
  }

  /** The id of the next deal of a request. */
  function nextDeal(order: RequestOrder, consumed = 0n): DealId {
    return dealId(hashOrder("request", order, domain), consumed);
  }

  return {
    connection,
    system,
    accounts,
    assets,
    hub,
    token: system.token,
    supply,
    request,
    ordersOf,
    nextDeal,

    /** Restarts the count of orders, so that a scenario is the same whatever was measured before it. */
    begin(): void {
      orders = 1_000;
    },

    /** An app order for one task only. */
    async supplyOfOne(terms: Terms): Promise<Supply["app"]> {
      const { app } = await supply(terms);
      const order = { ...app, volume: 1n };
      return signOrder(accounts.appOwner, { kind: "app", order, domain });
    },

    /** Waits for a transaction, and returns its cost. */
    call: async (pending: Promise<ContractTransactionResponse>): Promise<Call> => callOf(await sendAndWait(pending)),

    /** Makes a deal, sent by the requester or the sponsor. */
    async match(
      four: SignedDealOrders,
      how: { boost?: boolean; sponsor?: HardhatEthersSigner } = {},
    ): Promise<Matched> {
      const sender = hub.connect(how.sponsor ?? accounts.requester);
      const args = [four.app, four.dataset, four.workerpool, four.request] as const;
      const sponsored = how.sponsor !== undefined;
      const classic = sponsored ? sender.sponsorMatchOrders : sender.matchOrders;
      const boosted = sponsored ? sender.sponsorMatchOrdersBoost : sender.matchOrdersBoost;
      const receipt = await sendAndWait((how.boost === true ? boosted : classic)(...args));
      return { call: await callOf(receipt), dealId: nextDeal(four.request) };
    },

    taskOf: (deal: DealId, index = 0n) => taskId(deal, index),

    /** Advances the chain's clock by some seconds. */
    wait: (seconds: bigint) => connection.networkHelpers.time.increase(seconds),

    /** Deploys a contract of `test/mocks`. */
    async deployMock(name: string, ...args: unknown[]): Promise<Address> {
      const { abi, bytecode } = await artifacts.readArtifact(name);
      const contract = await new ContractFactory(abi, bytecode, accounts.stranger).deploy(...args);
      return (await contract.getAddress()) as Address;
    },
  };
}
