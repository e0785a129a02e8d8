import { ZeroAddress, hexlify, randomBytes } from "ethers";

import {
  InvalidFieldError,
  type UintInput,
  readAddress,
  readBytes,
  readBytes32,
  readObject,
  readString,
  readUint,
} from "./field.js";
import type { Hex } from "./ids.js";
import type { OrderKind, OrderOf, Signed } from "./order.js";
import { NO_TAG } from "./tag.js";
import { ORDER_TYPES, orderTypeName } from "./typedData.js";

/** The fields of an order as a caller may write them: amounts also as safe integers or strings of digits. */
export type OrderInput<Order> = {
  readonly [Field in keyof Order]: Order[Field] extends bigint ? UintInput : Order[Field];
};

/** The fields that have no sensible default: whose order it is. */
interface RequiredFields {
  readonly app: "app";
  readonly dataset: "dataset";
  readonly workerpool: "workerpool";
  readonly request: "app" | "requester";
}

/** What {@link buildOrder} takes: the fields without a default, and any of the others. */
export type OrderForm<Kind extends OrderKind> = Partial<OrderInput<OrderOf[Kind]>> &
  Pick<OrderInput<OrderOf[Kind]>, RequiredFields[Kind] & keyof OrderOf[Kind]>;

/** An order as JSON carries it: amounts as strings of digits. */
export type OrderJson<Order> = { readonly [Field in keyof Order]: Order[Field] extends bigint ? string : Order[Field] };

const READERS = { address: readAddress, uint256: readUint, bytes32: readBytes32, string: readString } as const;

const REQUIRED = {
  app: ["app"],
  dataset: ["dataset"],
  workerpool: ["workerpool"],
  request: ["app", "requester"],
} as const satisfies { [Kind in OrderKind]: readonly RequiredFields[Kind][] };

/**
 * 32 random bytes.
 *
 * @example
 * ```ts
 * const order = buildOrder("app", { app: "0x1111111111111111111111111111111111111111", salt: randomSalt() });
 * dataLength(order.salt); // → 32
 * ```
 */
export function randomSalt(): Hex {
  return hexlify(randomBytes(32)) as Hex;
}

/**
 * Completes and checks an order.
 *
 * What is left out becomes: price or highest price 0 nRLC, volume 1, no tag, category 0, trust 0, no restriction, no
 * dataset, no callback, empty params, the requester as beneficiary, and a random salt (so that asking twice in the same
 * words makes two orders; give a salt for an order that can be made again).
 *
 * @throws {@link InvalidFieldError} when a field is missing, unknown or out of range, when the order's own resource or
 * requester is zero, and when the volume is 0, since such an order can never be matched; also when there is no such
 * kind of order.
 * @example
 * ```ts
 * const order = buildOrder("request", {
 *   app: "0x1111111111111111111111111111111111111111",
 *   appmaxprice: parseRlc("0.5"),
 *   requester: "0x2222222222222222222222222222222222222222",
 *   tag: parseTag(["tee", "tdx"]),
 *   params: buildParams({ args: "--digits 10" }),
 * });
 * order.volume; // → 1n
 * order.beneficiary; // → order.requester
 * buildOrder("app", { app: ZeroAddress as Address }); // throws InvalidFieldError
 * ```
 */
export function buildOrder<Kind extends OrderKind>(kind: Kind, form: OrderForm<Kind>): OrderOf[Kind] {
  const name = orderTypeName(kind);
  const given = readObject(name, form);
  const complete: Record<string, unknown> = { ...given };
  for (const field of ORDER_TYPES[name]) {
    if (given[field.name] === undefined) complete[field.name] = defaultOf(kind, field.name, given);
  }
  const order = parseOrder(kind, complete);
  const read = order as unknown as Readonly<Record<string, unknown>>;
  for (const field of REQUIRED[kind]) {
    if (read[field] === ZeroAddress)
      throw new InvalidFieldError(`${name}.${field}`, ZeroAddress, "an address above zero");
  }
  if (order.volume === 0n) throw new InvalidFieldError(`${name}.volume`, 0n, "at least 1");
  return order;
}

function defaultOf(kind: OrderKind, field: string, given: Readonly<Record<string, unknown>>): unknown {
  if ((REQUIRED[kind] as readonly string[]).includes(field)) return undefined;
  switch (field) {
    case "volume":
      return 1n;
    case "tag":
      return NO_TAG;
    case "salt":
      return randomSalt();
    case "params":
      return "";
    case "category":
    case "trust":
      return 0n;
    case "beneficiary":
      return given["requester"];
    default:
      return field.endsWith("price") ? 0n : ZeroAddress;
  }
}

/**
 * Reads a whole order from anywhere, for example from JSON. A `sign` beside its fields is passed over.
 *
 * @param value - An object with all fields of the order; amounts as {@link UintInput}.
 * @throws {@link InvalidFieldError} when a field is missing, unknown or out of range.
 * @example
 * ```ts
 * const order = buildOrder("app", { app: "0x1111111111111111111111111111111111111111", appprice: 5 });
 * const text = JSON.stringify(orderToJson(order));
 * parseOrder("app", JSON.parse(text)); // → order
 * parseOrder("app", { app: order.app }); // throws InvalidFieldError
 * ```
 */
export function parseOrder<Kind extends OrderKind>(kind: Kind, value: unknown): OrderOf[Kind] {
  const name = orderTypeName(kind);
  const given = readObject(name, value);
  const fields: readonly { name: string; type: keyof typeof READERS }[] = ORDER_TYPES[name];
  for (const field of Object.keys(given)) {
    if (field !== "sign" && !fields.some((known) => known.name === field)) {
      throw new InvalidFieldError(`${name}.${field}`, given[field], `no such field, only ${fieldNames(fields)}`);
    }
  }
  const entries = fields.map((field) => [field.name, READERS[field.type](`${name}.${field.name}`, given[field.name])]);
  return Object.fromEntries(entries) as OrderOf[Kind];
}

/**
 * Reads a whole signed order from anywhere. Whether the signature is good is another matter.
 *
 * @param value - An object with all fields of the order and `sign`; amounts as {@link UintInput}.
 * @throws {@link InvalidFieldError} when a field or `sign` is missing, unknown or out of range.
 * @example
 * ```ts
 * const text = JSON.stringify(orderToJson(orders.app));
 * parseSignedOrder("app", JSON.parse(text)); // → orders.app
 * ```
 */
export function parseSignedOrder<Kind extends OrderKind>(kind: Kind, value: unknown): Signed<OrderOf[Kind]> {
  const order = parseOrder(kind, value);
  const name = orderTypeName(kind);
  const sign = readBytes(`${name}.sign`, readObject(name, value)["sign"]);
  return { ...order, sign };
}

function fieldNames(fields: readonly { name: string }[]): string {
  return fields.map((field) => field.name).join(", ");
}

/**
 * The order for `JSON.stringify`, with amounts as strings of digits; {@link parseOrder} and its like take it back.
 *
 * @example
 * ```ts
 * orderToJson(buildOrder("app", { app: "0x1111111111111111111111111111111111111111", appprice: 5 })).appprice; // → "5"
 * ```
 */
export function orderToJson<Order extends OrderOf[OrderKind]>(order: Order): OrderJson<Order> {
  const entries = Object.entries(order).map(([field, value]: [string, unknown]) => [
    field,
    typeof value === "bigint" ? value.toString() : value,
  ]);
  return Object.fromEntries(entries) as OrderJson<Order>;
}
