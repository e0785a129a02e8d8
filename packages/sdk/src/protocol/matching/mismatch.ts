import { ZeroAddress } from "ethers";

import { formatRlc } from "../format.js";
import type { Address } from "../ids.js";
import { OrderKind } from "../order.js";
import { type Tag, formatTag, parseTag } from "../tag.js";

/** The highest price that a boost deal records, 2^96 − 1 nRLC per task: far above all the RLC that there is. */
export const MAX_BOOST_PRICE = 2n ** 96n - 1n;

/** An order that is about a resource, which must be registered. */
export type AssetKind = Exclude<OrderKind, "request">;

/**
 * Why four orders do not match: one member per check of docs/reference/protocol.md section 5, told apart by `reason`,
 * which is the name of the error that the hub reverts with.
 */
export type Mismatch =
  | { readonly reason: "TrustTooHighForBoost"; readonly trust: bigint }
  | {
      readonly reason: "PriceTooLargeForBoost";
      readonly order: AssetKind;
      readonly price: bigint;
      readonly maxPrice: bigint;
    }
  | { readonly reason: "CategoryMismatch"; readonly demanded: bigint; readonly offered: bigint }
  | { readonly reason: "UnknownCategory"; readonly category: bigint; readonly count: bigint }
  | { readonly reason: "TrustTooHigh"; readonly demanded: bigint; readonly offered: bigint }
  | { readonly reason: "PriceTooHigh"; readonly order: AssetKind; readonly price: bigint; readonly maxPrice: bigint }
  | { readonly reason: "TagNotCovered"; readonly demanded: Tag; readonly offered: Tag; readonly missing: Tag }
  | { readonly reason: "AppWithoutTee"; readonly demanded: Tag; readonly app: Tag }
  | {
      readonly reason: "AssetMismatch";
      readonly order: "app" | "dataset";
      readonly demanded: Address;
      readonly offered: Address;
    }
  | {
      readonly reason: "Restricted";
      readonly by: OrderKind;
      readonly subject: OrderKind;
      readonly restriction: Address;
      readonly account: Address;
    }
  | { readonly reason: "NotRegistered"; readonly order: AssetKind; readonly asset: Address }
  | { readonly reason: "NotSigned"; readonly order: OrderKind; readonly signer: Address }
  | { readonly reason: "OrderExhausted"; readonly order: OrderKind; readonly volume: bigint; readonly consumed: bigint }
  | {
      readonly reason: "ERC20InsufficientBalance";
      readonly role: "payer" | "workerpool owner";
      readonly account: Address;
      readonly available: bigint;
      readonly needed: bigint;
    };

/**
 * A mismatch as a sentence in plain words, amounts in RLC.
 *
 * @example
 * ```ts
 * describeMismatch({ reason: "CategoryMismatch", demanded: 2n, offered: 1n });
 * // → "The request is for category 2, the workerpool offers category 1."
 * ```
 */
export function describeMismatch(mismatch: Mismatch): string {
  switch (mismatch.reason) {
    case "TrustTooHighForBoost":
      return `A boost deal takes a trust of 1 at most, the request asks for ${mismatch.trust}.`;
    case "PriceTooLargeForBoost":
      return (
        `The ${mismatch.order} costs ${formatRlc(mismatch.price)} RLC per task, ` +
        `a boost deal takes prices of ${formatRlc(mismatch.maxPrice)} RLC at most.`
      );
    case "CategoryMismatch":
      return `The request is for category ${mismatch.demanded}, the workerpool offers category ${mismatch.offered}.`;
    case "UnknownCategory":
      return `There is no category ${mismatch.category}, the hub has ${mismatch.count}, counted from 0.`;
    case "TrustTooHigh":
      return `The request asks for a trust of ${mismatch.demanded}, the workerpool offers ${mismatch.offered} at most.`;
    case "PriceTooHigh":
      return (
        `The ${mismatch.order} costs ${formatRlc(mismatch.price)} RLC per task, ` +
        `the request pays ${formatRlc(mismatch.maxPrice)} RLC at most.`
      );
    case "TagNotCovered":
      return `The workerpool does not offer ${formatTag(mismatch.missing).join(", ")}, which the other orders ask for.`;
    case "AppWithoutTee":
      return `The deal asks for an enclave (${formatTag(mismatch.demanded).join(", ")}), the app's order has no tee tag.`;
    case "AssetMismatch":
      return (
        `The request is for ${named(mismatch.order, mismatch.demanded)}, ` +
        `the ${mismatch.order} order is for ${named(mismatch.order, mismatch.offered)}.`
      );
    case "Restricted":
      return (
        `The ${mismatch.by} order is restricted to the ${nounOf(mismatch.subject)} or group ${mismatch.restriction}, ` +
        `which does not let ${named(nounOf(mismatch.subject), mismatch.account)} in.`
      );
    case "NotRegistered":
      return `The ${mismatch.order} ${mismatch.asset} is not in the hub's registry.`;
    case "NotSigned":
      return `The ${mismatch.order} order is neither signed nor presigned by ${mismatch.signer}.`;
    case "OrderExhausted":
      return `Nothing is left of the ${mismatch.order} order: ${mismatch.consumed} of ${mismatch.volume} tasks are used.`;
    case "ERC20InsufficientBalance":
      return (
        `The ${mismatch.role} ${mismatch.account} must lock ${formatRlc(mismatch.needed)} RLC ` +
        `and has ${formatRlc(mismatch.available)} RLC free in the hub.`
      );
  }
}

function nounOf(kind: OrderKind): string {
  return kind === "request" ? "requester" : kind;
}

function named(noun: string, account: Address): string {
  return account === ZeroAddress ? `no ${noun}` : `${noun} ${account}`;
}

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
