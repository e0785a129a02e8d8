import { ZeroAddress, ZeroHash } from "ethers";

import type { Address, Hex } from "./ids.js";
import { NO_TAG, type Tag } from "./tag.js";

/** The four kinds of orders. */
export const OrderKind = { APP: "app", DATASET: "dataset", WORKERPOOL: "workerpool", REQUEST: "request" } as const;

/** One of the four kinds of orders. */
export type OrderKind = (typeof OrderKind)[keyof typeof OrderKind];

/** What `manage…Order` does to an order: mark it as presigned (0), or consume it whole (1). */
export const OrderOperation = { SIGN: 0n, CLOSE: 1n } as const;

/** One of the two things that `manage…Order` does. */
export type OrderOperation = (typeof OrderOperation)[keyof typeof OrderOperation];

/**
 * The terms on which an app's owner lets it be run. Field names are those of the wire. Source:
 * docs/reference/protocol.md section 4.
 */
export interface AppOrder {
  /** The app. */
  readonly app: Address;
  /** Price per task, in nRLC. */
  readonly appprice: bigint;
  /** How many tasks the order is good for, any uint256. */
  readonly volume: bigint;
  /** What the app needs from the machine that runs it. */
  readonly tag: Tag;
  /** The only dataset, or group of them, that it may be run on; zero for any or none. */
  readonly datasetrestrict: Address;
  /** The only workerpool, or group of them, that may run it; zero for any. */
  readonly workerpoolrestrict: Address;
  /** The only requester, or group of them, that may ask for it; zero for anyone. */
  readonly requesterrestrict: Address;
  /** Tells orders of equal terms apart. */
  readonly salt: Hex;
}

/** The terms on which a dataset's owner lets it be used. Source: docs/reference/protocol.md section 4. */
export interface DatasetOrder {
  /** The dataset; zero in the order that stands for none. */
  readonly dataset: Address;
  /** Price per task, in nRLC. */
  readonly datasetprice: bigint;
  /** How many tasks the order is good for, any uint256. */
  readonly volume: bigint;
  /** What the data needs from the machine; its framework bits are ignored. */
  readonly tag: Tag;
  /** The only app, or group of them, that may see it; zero for any. */
  readonly apprestrict: Address;
  /** The only workerpool, or group of them, that may process it; zero for any. */
  readonly workerpoolrestrict: Address;
  /** The only requester, or group of them, that may use it; zero for anyone. */
  readonly requesterrestrict: Address;
  /** Tells orders of equal terms apart. */
  readonly salt: Hex;
}

/** The terms on which a workerpool's owner offers to run tasks. Source: docs/reference/protocol.md section 4. */
export interface WorkerpoolOrder {
  /** The workerpool. */
  readonly workerpool: Address;
  /** Price per task, in nRLC. */
  readonly workerpoolprice: bigint;
  /** How many tasks the order is good for, any uint256. */
  readonly volume: bigint;
  /** What the pool's machines offer. */
  readonly tag: Tag;
  /** Index of the category, which says how long a task may take. */
  readonly category: bigint;
  /** The highest trust that the pool agrees to reach. */
  readonly trust: bigint;
  /** The only app, or group of them, that it runs; zero for any. */
  readonly apprestrict: Address;
  /** The only dataset, or group of them, that it runs on; zero for any or none. */
  readonly datasetrestrict: Address;
  /** The only requester, or group of them, that it serves; zero for anyone. */
  readonly requesterrestrict: Address;
  /** Tells orders of equal terms apart. */
  readonly salt: Hex;
}

/** The terms on which a requester asks for tasks. Source: docs/reference/protocol.md section 4. */
export interface RequestOrder {
  /** The app to run. */
  readonly app: Address;
  /** The most to pay to the app's owner per task, in nRLC. */
  readonly appmaxprice: bigint;
  /** The dataset to run on; zero for none. */
  readonly dataset: Address;
  /** The most to pay to the dataset's owner per task, in nRLC. */
  readonly datasetmaxprice: bigint;
  /** The only workerpool, or group of them, to run at; zero for any. */
  readonly workerpool: Address;
  /** The most to pay to the workerpool per task, in nRLC. */
  readonly workerpoolmaxprice: bigint;
  /** The account that asks, signs and, unless the deal is sponsored, pays. */
  readonly requester: Address;
  /** How many tasks to buy, any uint256. */
  readonly volume: bigint;
  /** What to ask for on top of what app and dataset need. */
  readonly tag: Tag;
  /** Index of the category, which must be the pool's. */
  readonly category: bigint;
  /** A result wins with more than 1 − 1/trust of the weight, see `consensus.ts`; 0 counts as 1: the first one wins. */
  readonly trust: bigint;
  /** Whose key the result is encrypted for. */
  readonly beneficiary: Address;
  /** A contract that is told the result (EIP-1154); zero for none. */
  readonly callback: Address;
  /** JSON, see `params.ts`. */
  readonly params: string;
  /** Tells orders of equal terms apart. */
  readonly salt: Hex;
}

/** An order and, after its fields as on the wire, its owner's signature; `0x` when it is presigned on chain. */
export type Signed<Order> = Order & { readonly sign: Hex };

/** An {@link AppOrder} with its signature. */
export type SignedAppOrder = Signed<AppOrder>;
/** A {@link DatasetOrder} with its signature. */
export type SignedDatasetOrder = Signed<DatasetOrder>;
/** A {@link WorkerpoolOrder} with its signature. */
export type SignedWorkerpoolOrder = Signed<WorkerpoolOrder>;
/** A {@link RequestOrder} with its signature. */
export type SignedRequestOrder = Signed<RequestOrder>;

/** The order of each kind. */
export interface OrderOf {
  readonly app: AppOrder;
  readonly dataset: DatasetOrder;
  readonly workerpool: WorkerpoolOrder;
  readonly request: RequestOrder;
}

/** The four orders of a deal. */
export type DealOrders = OrderOf;

/** The four orders of a deal with their signatures, in the order in which `matchOrders` takes them. */
export type SignedDealOrders = { readonly [Kind in OrderKind]: Signed<OrderOf[Kind]> };

/** The dataset order to match with when the deal has no dataset. It needs no signature. */
export const NULL_DATASET_ORDER: SignedDatasetOrder = Object.freeze({
  dataset: ZeroAddress as Address,
  datasetprice: 0n,
  volume: 0n,
  tag: NO_TAG,
  apprestrict: ZeroAddress as Address,
  workerpoolrestrict: ZeroAddress as Address,
  requesterrestrict: ZeroAddress as Address,
  salt: ZeroHash as Hex,
  sign: "0x",
});

/**
 * Whether a dataset order names a dataset. The terms of one that does not are ignored.
 *
 * @example
 * ```ts
 * hasDataset(NULL_DATASET_ORDER); // → false
 * hasDataset({ dataset: "0x1111111111111111111111111111111111111111" }); // → true
 * ```
 */
export function hasDataset(order: Pick<DatasetOrder, "dataset">): boolean {
  return order.dataset !== ZeroAddress;
}
