import { ZeroAddress } from "ethers";

import { formatRlc } from "./amount.js";
import type { Address } from "./ids.js";
import type { OrderKind } from "./order.js";
import { type Tag, formatTag } from "./tag.js";

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
