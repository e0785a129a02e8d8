import { ZeroAddress } from "ethers";

import { formatRlc } from "./amount.js";
import type { Mismatch } from "./mismatch.js";
import { OrderKind } from "./order.js";
import { MAX_BOOST_PRICE } from "./matching.js";
import { formatTag, parseTag } from "./tag.js";

/** The request's field with the highest price for each asset. */
const HIGHEST_PRICE = { app: "appmaxprice", dataset: "datasetmaxprice", workerpool: "workerpoolmaxprice" } as const;

/** The field with which an order of an asset restricts who may use it together with another party. */
const RESTRICTION = {
  app: "apprestrict",
  dataset: "datasetrestrict",
  workerpool: "workerpoolrestrict",
  request: "requesterrestrict",
} as const;

/**
 * What would make a mismatch go away, as a sentence for whoever can do it: fields by their names on the wire, and the
 * values that they would need, amounts in nRLC as the wire has them.
 *
 * @example
 * ```ts
 * describeRemedy({ reason: "CategoryMismatch", demanded: 2n, offered: 1n });
 * // → "Ask for category 1, or pick a workerpool order of category 2."
 * ```
 */
export function describeRemedy(mismatch: Mismatch): string {
  switch (mismatch.reason) {
    case "TrustTooHighForBoost":
      return "Ask for a trust of 1, or match with matchOrders instead.";
    case "PriceTooLargeForBoost":
      return `Sign ${article(mismatch.order)} order of ${MAX_BOOST_PRICE} nRLC at most, or match with matchOrders instead.`;
    case "CategoryMismatch":
      return `Ask for category ${mismatch.offered}, or pick a workerpool order of category ${mismatch.demanded}.`;
    case "UnknownCategory":
      return `Take a category from 0 to ${mismatch.count - 1n}, or have the hub's owner create category ${mismatch.category}.`;
    case "TrustTooHigh":
      return `Lower trust to ${mismatch.offered}, or pick a workerpool order that offers ${mismatch.demanded}.`;
    case "PriceTooHigh":
      return (
        `Raise ${HIGHEST_PRICE[mismatch.order]} to ${mismatch.price} (${formatRlc(mismatch.price)} RLC), ` +
        `or pick ${article(mismatch.order)} order of ${mismatch.maxPrice} nRLC at most.`
      );
    case "TagNotCovered":
      return (
        `Pick a workerpool order whose tag has ${words(formatTag(mismatch.demanded))}, ` +
        `or orders that do not ask for ${words(formatTag(mismatch.missing))}.`
      );
    case "AppWithoutTee":
      return (
        `Pick an app order whose tag has tee, as its developer can sign for an app that runs in an enclave: ` +
        `${parseTag([...new Set(["tee", ...formatTag(mismatch.app)])])}.`
      );
    case "AssetMismatch":
      if (mismatch.offered === ZeroAddress) {
        return `Add an order for the ${mismatch.order} ${mismatch.demanded}, or ask without one.`;
      }
      return mismatch.demanded === ZeroAddress
        ? `Ask for the ${mismatch.order} ${mismatch.offered}, or match without an order for one.`
        : `Ask for the ${mismatch.order} ${mismatch.offered}, or pick an order for ${mismatch.demanded}.`;
    case "Restricted":
      return restrictionRemedy(mismatch);
    case "NotRegistered":
      return `Create the ${mismatch.order} in the hub's registry, or check the address ${mismatch.asset} and the chain.`;
    case "NotSigned":
      return (
        `Have ${mismatch.signer} sign the ${mismatch.order} order for this hub and chain, ` +
        `or presign it on chain with ${MANAGE[mismatch.order]}.`
      );
    case "OrderExhausted":
      return mismatch.consumed === 0n
        ? `Sign ${article(mismatch.order)} order with a volume of at least 1.`
        : `Have a new ${mismatch.order} order signed: this one is used up, or was canceled.`;
    case "ERC20InsufficientBalance":
      return (
        `Deposit ${mismatch.needed - mismatch.available} nRLC more ` +
        `(${formatRlc(mismatch.needed - mismatch.available)} RLC) for ${mismatch.account}, or buy fewer tasks.`
      );
  }
}

/** The call with which an order is presigned. */
const MANAGE = {
  app: "manageAppOrder",
  dataset: "manageDatasetOrder",
  workerpool: "manageWorkerpoolOrder",
  request: "manageRequestOrder",
} as const;

function restrictionRemedy({ by, subject, restriction, account }: Extract<Mismatch, { reason: "Restricted" }>): string {
  if (by === OrderKind.REQUEST) {
    return `Ask for any workerpool, or for ${account}, or pick an order of ${restriction}.`;
  }
  const field = RESTRICTION[subject];
  const open = `have ${article(by)} order signed with ${field} zero or ${account}`;
  if (account === ZeroAddress) return `Ask for the ${subject} ${restriction}, or ${open}.`;
  const noun = subject === OrderKind.REQUEST ? "the requester" : `the ${subject}`;
  return `Use ${restriction} as ${noun}, have it let ${account} in if it is a group, or ${open}.`;
}

function article(kind: OrderKind): string {
  return kind === OrderKind.APP ? "an app" : `a ${kind}`;
}

function words(list: readonly string[]): string {
  return list.join(", ");
}
