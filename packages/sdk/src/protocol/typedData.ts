import { TypedDataEncoder, id } from "ethers";

import { InvalidFieldError, readAddress, readUint, type UintInput } from "./field.js";
import type { Address, Hex } from "./ids.js";
import type { OrderKind, OrderOf, OrderOperation } from "./order.js";

/**
 * EIP-712 types of the four orders, as viem and abitype take them. For ethers, which wants arrays that it may write to,
 * use {@link orderTypes}. Source: docs/reference/protocol.md section 4.
 */
export const ORDER_TYPES = {
  AppOrder: [
    { name: "app", type: "address" },
    { name: "appprice", type: "uint256" },
    { name: "volume", type: "uint256" },
    { name: "tag", type: "bytes32" },
    { name: "datasetrestrict", type: "address" },
    { name: "workerpoolrestrict", type: "address" },
    { name: "requesterrestrict", type: "address" },
    { name: "salt", type: "bytes32" },
  ],
  DatasetOrder: [
    { name: "dataset", type: "address" },
    { name: "datasetprice", type: "uint256" },
    { name: "volume", type: "uint256" },
    { name: "tag", type: "bytes32" },
    { name: "apprestrict", type: "address" },
    { name: "workerpoolrestrict", type: "address" },
    { name: "requesterrestrict", type: "address" },
    { name: "salt", type: "bytes32" },
  ],
  WorkerpoolOrder: [
    { name: "workerpool", type: "address" },
    { name: "workerpoolprice", type: "uint256" },
    { name: "volume", type: "uint256" },
    { name: "tag", type: "bytes32" },
    { name: "category", type: "uint256" },
    { name: "trust", type: "uint256" },
    { name: "apprestrict", type: "address" },
    { name: "datasetrestrict", type: "address" },
    { name: "requesterrestrict", type: "address" },
    { name: "salt", type: "bytes32" },
  ],
  RequestOrder: [
    { name: "app", type: "address" },
    { name: "appmaxprice", type: "uint256" },
    { name: "dataset", type: "address" },
    { name: "datasetmaxprice", type: "uint256" },
    { name: "workerpool", type: "address" },
    { name: "workerpoolmaxprice", type: "uint256" },
    { name: "requester", type: "address" },
    { name: "volume", type: "uint256" },
    { name: "tag", type: "bytes32" },
    { name: "category", type: "uint256" },
    { name: "trust", type: "uint256" },
    { name: "beneficiary", type: "address" },
    { name: "callback", type: "address" },
    { name: "params", type: "string" },
    { name: "salt", type: "bytes32" },
  ],
} as const;

/** EIP-712 types of the four operations; each also needs the type of its order from {@link ORDER_TYPES}. */
export const OPERATION_TYPES = {
  AppOrderOperation: [
    { name: "order", type: "AppOrder" },
    { name: "operation", type: "uint256" },
  ],
  DatasetOrderOperation: [
    { name: "order", type: "DatasetOrder" },
    { name: "operation", type: "uint256" },
  ],
  WorkerpoolOrderOperation: [
    { name: "order", type: "WorkerpoolOrder" },
    { name: "operation", type: "uint256" },
  ],
  RequestOrderOperation: [
    { name: "order", type: "RequestOrder" },
    { name: "operation", type: "uint256" },
  ],
} as const;

/** The EIP-712 type of each kind of order. Append `Operation` for that of its operation. */
export const ORDER_TYPE_NAMES = {
  app: "AppOrder",
  dataset: "DatasetOrder",
  workerpool: "WorkerpoolOrder",
  request: "RequestOrder",
} as const satisfies Record<OrderKind, keyof typeof ORDER_TYPES>;

/**
 * The name of the EIP-712 type of a kind of order.
 *
 * @throws {@link InvalidFieldError} when there is no such kind
 * @example
 * ```ts
 * orderTypeName("request"); // → "RequestOrder"
 * ```
 */
export function orderTypeName<Kind extends OrderKind>(kind: Kind): (typeof ORDER_TYPE_NAMES)[Kind] {
  if (Object.hasOwn(ORDER_TYPE_NAMES, kind)) return ORDER_TYPE_NAMES[kind];
  throw new InvalidFieldError("kind", kind, `one of ${Object.keys(ORDER_TYPE_NAMES).join(", ")}`);
}

/** EIP-712 domain of a hub. The name and version are those of the network that clients grew up with. */
export interface OrderDomain {
  readonly name: "iExecODB";
  readonly version: "5.0.0";
  readonly chainId: bigint;
  readonly verifyingContract: Address;
}

/** EIP-712 types in the shape that ethers signs and hashes. */
export type EthersTypes = Record<string, { name: string; type: string }[]>;

/**
 * The EIP-712 domain of the hub at `hub` on chain `chainId`.
 *
 * @param chainId - A uint256, as a bigint, a number or digits.
 * @throws {@link InvalidFieldError} when either is out of range.
 * @example
 * ```ts
 * const hub = "0x1111111111111111111111111111111111111111";
 * orderDomain({ chainId: 42_161, hub });
 * // → { name: "iExecODB", version: "5.0.0", chainId: 42_161n, verifyingContract: hub }
 * ```
 */
export function orderDomain({ chainId, hub }: { chainId: UintInput; hub: Address }): OrderDomain {
  return {
    name: "iExecODB",
    version: "5.0.0",
    chainId: readUint("chainId", chainId),
    verifyingContract: readAddress("hub", hub),
  };
}

/**
 * The 32-byte separator of a domain, `eip712domain_separator()` of its hub.
 *
 * @throws TypeError of ethers when a field is out of range.
 * @example
 * ```ts
 * domainSeparator(orderDomain({ chainId: 42_161, hub: "0x1111111111111111111111111111111111111111" }));
 * // → "0xec14a683ca4a2809826a057eeebcf1348e35681424de5ff9fb94d0fc9a428f9b"
 * ```
 */
export function domainSeparator(domain: OrderDomain): Hex {
  return TypedDataEncoder.hashDomain(domain) as Hex;
}

/**
 * What ethers' `signTypedData` takes as `types` for an order of this kind.
 *
 * @throws {@link InvalidFieldError} when there is no such kind.
 * @example
 * ```ts
 * const order = buildOrder("request", { app: orders.app.app, requester: orders.request.requester });
 * const sign = await signer.signTypedData(contracts.domain, orderTypes("request"), order);
 * dataLength(sign); // → 65
 * ```
 */
export function orderTypes(kind: OrderKind): EthersTypes {
  const name = orderTypeName(kind);
  return { [name]: ORDER_TYPES[name].map((field) => ({ ...field })) };
}

/**
 * What ethers' `signTypedData` takes as `types` for an operation on an order of this kind.
 *
 * @throws {@link InvalidFieldError} when there is no such kind.
 * @example
 * ```ts
 * Object.keys(operationTypes("app")); // → ["AppOrderOperation", "AppOrder"]
 * ```
 */
export function operationTypes(kind: OrderKind): EthersTypes {
  const name = `${orderTypeName(kind)}Operation` as const;
  return { [name]: OPERATION_TYPES[name].map((field) => ({ ...field })), ...orderTypes(kind) };
}

/**
 * keccak256 of the EIP-712 type of an order of this kind.
 *
 * @throws {@link InvalidFieldError} when there is no such kind.
 * @example
 * ```ts
 * orderTypeHash("app"); // → "0x60815a0eeec47dddf1615fe53b31d016c31444e01b9d796db365443a6445d008"
 * ```
 */
export function orderTypeHash(kind: OrderKind): Hex {
  return typeHash(orderTypes(kind));
}

/**
 * keccak256 of the EIP-712 type of an operation on an order of this kind.
 *
 * @throws {@link InvalidFieldError} when there is no such kind.
 * @example
 * ```ts
 * operationTypeHash("app"); // → "0x0638bb0702457e2b4b01be8a202579b8bf97e587fb4f2cc4d4aad01f21a06ee0"
 * ```
 */
export function operationTypeHash(kind: OrderKind): Hex {
  return typeHash(operationTypes(kind));
}

function typeHash(types: EthersTypes): Hex {
  const encoder = TypedDataEncoder.from(types);
  return id(encoder.encodeType(encoder.primaryType)) as Hex;
}

/**
 * The hash that an order's owner signs and that names the order on chain. A `sign` beside the fields plays no part.
 *
 * @throws TypeError of ethers when a field is missing or out of range; `buildOrder` and `parseOrder` say which one
 * first.
 * @example
 * ```ts
 * const order = buildOrder("app", { app: "0x1111111111111111111111111111111111111111", salt: ZeroHash as Hex });
 * hashOrder("app", order, orderDomain({ chainId: 42_161, hub: "0x2222222222222222222222222222222222222222" }));
 * // → "0x5d3d4d00a4c9ed567d3f74c8230d4e5e92b625acc597b1f8756b64e2b97326a0"
 * ```
 */
export function hashOrder<Kind extends OrderKind>(kind: Kind, order: OrderOf[Kind], domain: OrderDomain): Hex {
  return TypedDataEncoder.hash(domain, orderTypes(kind), order) as Hex;
}

/**
 * The hash to sign so that anybody may send this operation on the order to `manage…Order`.
 *
 * @throws TypeError of ethers when a field is missing or out of range.
 * @example
 * ```ts
 * const order = buildOrder("app", { app: "0x1111111111111111111111111111111111111111", salt: ZeroHash as Hex });
 * const domain = orderDomain({ chainId: 42_161, hub: "0x2222222222222222222222222222222222222222" });
 * hashOrderOperation("app", { order, operation: OrderOperation.CLOSE }, domain);
 * // → "0x12ab30075095ba0151f15301c1a67e771ef200052a0e39673b1e676973b21aaa"
 * ```
 */
export function hashOrderOperation<Kind extends OrderKind>(
  kind: Kind,
  { order, operation }: { order: OrderOf[Kind]; operation: OrderOperation },
  domain: OrderDomain,
): Hex {
  return TypedDataEncoder.hash(domain, operationTypes(kind), { order, operation }) as Hex;
}
