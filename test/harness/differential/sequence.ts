/**
 * The language of sequences: calls that mean the same on both systems. Contracts and accounts go by their names, orders
 * by labels, deals and tasks by the request order they come from, so that a sequence means the same wherever it runs and
 * stays meaningful when calls are taken out of it.
 */
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";

/** The name of an account or contract, see `names.ts`. */
export type Name = string;

/** Calls, one after the other, and the orders that they speak of. */
export interface Sequence {
  readonly orders: Readonly<Record<string, OrderSpec>>;
  readonly steps: readonly Step[];
}

/** One transaction. */
export interface Step {
  /** When, in seconds since the sequence began. */
  readonly at: number;
  readonly from: Name;
  readonly to: Name;
  readonly call: string;
  readonly args: readonly Argument[];
}

/** What an argument may be. A string is a name where an address is wanted, else the text or bytes themselves. */
export type Argument = bigint | boolean | string | readonly Argument[] | Expression;

/** An argument that is not the same on both systems, or that says more when it is spelled out. */
export type Expression =
  /** The signed order. */
  | { readonly order: string }
  /** What `manage…Order` takes; signed by somebody, or not. */
  | { readonly operation: 0n | 1n; readonly of: string; readonly by?: Name; readonly signsInstead?: 0n | 1n }
  | { readonly hashOf: string }
  | { readonly signatureOf: string }
  | { readonly deal: DealRef }
  | { readonly task: TaskRef }
  /** The id of the token that stands for an asset. */
  | { readonly token: Name }
  | { readonly digest: string }
  | { readonly resultHash: string; readonly task: TaskRef }
  | { readonly seal: string; readonly task: TaskRef; readonly worker: Name }
  | { readonly leave: Name; readonly task: TaskRef; readonly enclave: Name; readonly by: Name; readonly form?: Form }
  | { readonly vouch: string; readonly task: TaskRef; readonly worker: Name; readonly by: Name }
  | { readonly vouchBoost: Hex; readonly task: TaskRef; readonly worker: Name; readonly by: Name }
  /** The calldata of a call to the hub. */
  | { readonly calldata: string; readonly args: readonly Argument[] };

/** A deal: the label of its request order, and how much of that was consumed before. */
export type DealRef = readonly [request: string, first: bigint];
/** A task: its deal's two parts, and its index. */
export type TaskRef = readonly [request: string, first: bigint, index: bigint];

/** An order; fields that are not listed are zero, the salt is the label's hash. */
export interface OrderSpec {
  readonly kind: OrderKind;
  readonly fields: Readonly<Record<string, bigint | string>>;
  /** Who signs it; nobody if it is presigned or false. */
  readonly by?: Name;
  readonly form?: Form;
}

/** What a signature looks like; by default 65 bytes, low s, v 27 or 28. */
export type Form = "compact" | "highS" | "lowV" | "short" | "long" | "empty" | "zeros";
