import { ZeroAddress } from "ethers";

import { sendAndWait } from "../chain/sendAndWait.js";
import { InvalidFieldError, type UintInput } from "../protocol/field.js";
import type { Address, Hex } from "../protocol/ids.js";
import { OrderKind, OrderOperation, type SignedDatasetOrder } from "../protocol/order.js";
import { buildOrder } from "../protocol/orderForm.js";
import { signOrder } from "../protocol/signature.js";
import { parseTag } from "../protocol/tag.js";
import type { Clients } from "./connectClients.js";
import type { PublishedOrder } from "./market.js";

/** The terms on which a dataset may be used. */
export interface AccessTerms {
  readonly dataset: Address;
  /** The app that may read it, or a group of apps (ERC-734). */
  readonly app: Address;
  /** The account that may run the app on it; anyone by default. */
  readonly requester?: Address;
  /** The price of each use, in nRLC; 0 by default. */
  readonly price?: UintInput;
  /** The number of uses; 1 by default. */
  readonly volume?: UintInput;
}

/** A published dataset order, by which the owner consents to the dataset's use. */
export interface GrantedAccess {
  readonly hash: Hex;
  readonly order: SignedDatasetOrder;
}

/**
 * Lets an app read a dataset in enclaves: signs an order as the dataset's owner, and publishes it.
 *
 * @throws {@link InvalidFieldError} for what no order takes; {@link ServiceError} where the market refuses it
 * @example
 * ```ts
 * const granted = await grantAccess(clients, { dataset, app, requester, volume: 10 });
 * ```
 */
export async function grantAccess(
  { signer, contracts, market }: Pick<Clients, "signer" | "contracts" | "market">,
  { dataset, app, requester = ZeroAddress as Address, price = 0n, volume = 1n }: AccessTerms,
): Promise<GrantedAccess> {
  if (app === ZeroAddress) throw new InvalidFieldError("app", app, "the app that may read the data: not every app may");
  const form = { dataset, datasetprice: price, volume, tag: parseTag(["tee"]), apprestrict: app };
  const built = buildOrder(OrderKind.DATASET, { ...form, requesterrestrict: requester });
  const order = await signOrder(signer, { kind: OrderKind.DATASET, order: built, domain: contracts.domain });
  return { hash: await market.publish(OrderKind.DATASET, order), order };
}

/**
 * Lists the open orders by which a dataset may be used, cheapest first.
 *
 * @param filter - The app and requester that the orders must admit; any by default.
 * @throws {@link ServiceError}
 * @example
 * ```ts
 * const grants = await grantedAccess(clients, { dataset });
 * ```
 */
export async function grantedAccess(
  { market }: Pick<Clients, "market">,
  { dataset, app, requester }: { readonly dataset: Address; readonly app?: Address; readonly requester?: Address },
): Promise<PublishedOrder<"dataset">[]> {
  const filter = { dataset, workerpool: "any", app: app ?? "any", requester: requester ?? "any" } as const;
  return market.openOrders(OrderKind.DATASET, filter);
}

/**
 * Revokes an access permanently: closes its order on chain as the dataset's owner. Deals that already use it stay
 * valid.
 *
 * @returns the hash of the transaction
 * @throws {@link PocoRevertError} when the signer is not the owner, or the order is closed already
 * @example
 * ```ts
 * await revokeAccess(clients, granted);
 * ```
 */
export async function revokeAccess(
  { contracts }: Pick<Clients, "contracts">,
  { order }: Pick<GrantedAccess, "order">,
): Promise<Hex> {
  const operation = { order, operation: OrderOperation.CLOSE, sign: "0x" };
  return (await sendAndWait(contracts.hub.manageDatasetOrder(operation))).hash as Hex;
}
