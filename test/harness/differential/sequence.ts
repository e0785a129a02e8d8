/**
 * The language of sequences: calls that mean the same on both systems. Contracts and accounts have names, orders have
 * labels, deals and tasks are identified by their request order, so that a sequence means the same wherever it runs and
 * stays meaningful when calls are removed from it.
 */
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";

/** The name of an account or contract; see `names.ts`. */
export type Name = string;

/** Calls, one after the other, and the orders that they use. */
export interface Sequence {
  readonly orders: Readonly<Record<string, OrderSpec>>;
  readonly steps: readonly Step[];
}

/** One transaction. */
export interface Step {
  /** The time, in seconds since the sequence began. */
  readonly at: number;
  readonly from: Name;
  readonly to: Name;
  readonly call: string;
  readonly args: readonly Argument[];
}

/** An argument. A string is a name where an address is expected, otherwise the text or bytes themselves. */
export type Argument = bigint | boolean | string | readonly Argument[] | Expression;

/** An argument that differs between the systems, or reads better when spelled out. */
export type Expression =
  /** The signed order. */
  | { readonly order: string }
  /** The argument of `manage…Order`, signed or not. */
  | { readonly operation: 0n | 1n; readonly of: string; readonly by?: Name; readonly signsInstead?: 0n | 1n }
  | { readonly hashOf: string }
  | { readonly signatureOf: string }
  | { readonly deal: DealRef }
  | { readonly task: TaskRef }
  /** The token id of an asset. */
  | { readonly token: Name }
  | { readonly digest: string }
  | { readonly resultHash: string; readonly task: TaskRef }
  | { readonly seal: string; readonly task: TaskRef; readonly worker: Name }
  | { readonly leave: Name; readonly task: TaskRef; readonly enclave: Name; readonly by: Name; readonly form?: Form }
  | { readonly vouch: string; readonly task: TaskRef; readonly worker: Name; readonly by: Name }
  | { readonly vouchBoost: Hex; readonly task: TaskRef; readonly worker: Name; readonly by: Name }
  /** The calldata of a call to the hub. */
  | { readonly calldata: string; readonly args: readonly Argument[] };

/** A deal: the label of its request order, and the volume that was consumed before. */
export type DealRef = readonly [request: string, first: bigint];
/** A task: its deal's two parts, and its index. */
export type TaskRef = readonly [request: string, first: bigint, index: bigint];

/** An order; fields that are not listed are zero, the salt is the label's hash. */
export interface OrderSpec {
  readonly kind: OrderKind;
  readonly fields: Readonly<Record<string, bigint | string>>;
  /** The signer; none if the order is presigned or its signature false. */
  readonly by?: Name;
  readonly form?: Form;
}

/** The form of a signature; by default 65 bytes, low s, v 27 or 28. */
export type Form = "compact" | "highS" | "lowV" | "short" | "long" | "empty" | "zeros";
