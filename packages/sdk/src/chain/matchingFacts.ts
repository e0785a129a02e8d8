import { ZeroAddress, isError } from "ethers";

import type { IERC734 } from "../../../../typechain-types/index.js";
import type { Address, Hex } from "../protocol/ids.js";
import type { AssetFacts, MatchingFacts, OrderFacts } from "../protocol/matching/findMismatches.js";
import type { AssetKind } from "../protocol/matching/mismatch.js";
import { OrderKind, type OrderOf, type Signed, type SignedDealOrders, hasDataset } from "../protocol/order.js";
import { GROUP_MEMBER_PURPOSE, type Membership, sameAddress } from "../protocol/matching/restriction.js";
import { hashOrder } from "../protocol/typedData.js";
import { readAssetOwner } from "./assets.js";
import { contractAt } from "./contractAt.js";
import type { Contracts } from "./contracts.js";
import { decodeRevert } from "./errors/decodeRevert.js";

const GROUP_ABI = ["function keyHasPurpose(bytes32 key, uint256 purpose) view returns (bool)"];

/** A question to a group: whether an account is a member. */
export interface Question {
  readonly group: Address;
  readonly member: Address;
}

/**
 * Reads the facts on chain about four orders and their signers: all that `findMismatches` needs.
 *
 * @param payer - Who pays: the requester, unless another is named.
 * @example
 * ```ts
 * const facts = await readMatchingFacts(contracts, orders);
 * facts.categoryCount; // → 5n
 * facts.app.registered; // → true
 * findMismatches(orders, facts); // → []
 * ```
 */
export async function readMatchingFacts(
  contracts: Contracts,
  orders: SignedDealOrders,
  payer: Address = orders.request.requester,
): Promise<MatchingFacts> {
  const { hub } = contracts;
  const [app, dataset, workerpool, request, categoryCount, memberships] = await Promise.all([
    readAssetFacts(contracts, OrderKind.APP, orders.app),
    hasDataset(orders.dataset) ? readAssetFacts(contracts, OrderKind.DATASET, orders.dataset) : undefined,
    readAssetFacts(contracts, OrderKind.WORKERPOOL, orders.workerpool),
    readOrderFacts(contracts, { kind: OrderKind.REQUEST, order: orders.request, signer: orders.request.requester }),
    hub.countCategory(),
    readMemberships(contracts, restrictionsOf(orders)),
  ]);
  const [payerBalance, poolOwnerBalance] = await Promise.all([hub.balanceOf(payer), hub.balanceOf(workerpool.signer)]);
  return {
    categoryCount,
    memberships,
    app,
    ...(dataset !== undefined && { dataset }),
    workerpool,
    request,
    funds: { payer, payerBalance, poolOwnerBalance },
  };
}

/**
 * Reads the facts on chain about an order and its asset. The owner of an address that is not an asset is zero.
 *
 * @example
 * ```ts
 * const { registered, signed, consumed } = await readAssetFacts(contracts, "app", orders.app);
 * [registered, signed, consumed]; // → [true, true, 0n]
 * ```
 */
export async function readAssetFacts<Kind extends AssetKind>(
  contracts: Contracts,
  kind: Kind,
  order: Signed<OrderOf[Kind]>,
): Promise<AssetFacts> {
  const asset = (order as Partial<Record<AssetKind, Address>>)[kind]!;
  const owner = await readAssetOwner(contracts, kind, asset);
  const facts = await readOrderFacts(contracts, { kind, order, signer: owner ?? (ZeroAddress as Address) });
  return { ...facts, registered: owner !== undefined };
}

/**
 * Reads the facts on chain about an order that `signer` should have signed.
 *
 * @param signer - Who should have signed it.
 * @returns Whether it is signed or presigned, and how many tasks were bought with it.
 * @example
 * ```ts
 * const { request: order } = orders;
 * await readOrderFacts(contracts, { kind: "request", order, signer: order.requester });
 * // → { signer: order.requester, signed: true, consumed: 0n }
 * ```
 */
export async function readOrderFacts<Kind extends OrderKind>(
  { hub, domain }: Contracts,
  { kind, order, signer }: { kind: Kind; order: Signed<OrderOf[Kind]>; signer: Address },
): Promise<OrderFacts> {
  const hash: Hex = hashOrder(kind, order, domain);
  const [signed, consumed] = await Promise.all([
    hub.verifyPresignatureOrSignature(signer, hash, order.sign),
    hub.viewConsumed(hash),
  ]);
  return { signer, signed, consumed };
}

/**
 * Asks groups which of these accounts are members. An address that is not a group has no members.
 *
 * @example
 * ```ts
 * const questions = restrictionsOf(orders);
 * await readMemberships(contracts, questions); // → []
 * ```
 */
export async function readMemberships(
  { hub }: Pick<Contracts, "hub">,
  questions: readonly Question[],
): Promise<Membership[]> {
  const answers = await Promise.all(
    questions.map(async ({ group, member }) => {
      const asked = contractAt<IERC734>(group, GROUP_ABI, hub.runner);
      return (await orElse(asked.keyHasPurpose(bytes32Of(member), GROUP_MEMBER_PURPOSE), false))
        ? [{ group, member }]
        : [];
    }),
  );
  return answers.flat();
}

/**
 * The restrictions of these orders that neither are zero nor name the very account that they are about.
 *
 * @example
 * ```ts
 * const group = "0x1111111111111111111111111111111111111111";
 * const restricted = { ...orders, app: { ...orders.app, requesterrestrict: group } } as const;
 * restrictionsOf(restricted); // → [{ group, member: orders.request.requester }]
 * ```
 */
export function restrictionsOf({ app, dataset, workerpool, request }: SignedDealOrders): Question[] {
  const pairs: Question[] = [
    { group: request.workerpool, member: workerpool.workerpool },
    { group: app.datasetrestrict, member: dataset.dataset },
    { group: app.workerpoolrestrict, member: workerpool.workerpool },
    { group: app.requesterrestrict, member: request.requester },
    { group: dataset.apprestrict, member: app.app },
    { group: dataset.workerpoolrestrict, member: workerpool.workerpool },
    { group: dataset.requesterrestrict, member: request.requester },
    { group: workerpool.apprestrict, member: app.app },
    { group: workerpool.datasetrestrict, member: dataset.dataset },
    { group: workerpool.requesterrestrict, member: request.requester },
  ];
  return pairs.filter(({ group, member }) => group !== ZeroAddress && !sameAddress(group, member));
}

function bytes32Of(account: Address): Hex {
  return `0x${"00".repeat(12)}${account.slice(2)}`;
}

/** What a call answers, or `otherwise` if the contract refuses it or is none; not if the chain can't be reached. */
async function orElse<Answer>(call: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (decodeRevert(error) !== undefined || isError(error, "BAD_DATA")) return otherwise;
    throw error;
  }
}
