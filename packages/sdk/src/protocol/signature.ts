import { Signature, type Signer, dataLength, recoverAddress } from "ethers";

import { readBytes, readBytes32 } from "./field.js";
import type { Address, Hex } from "./ids.js";
import type { OrderKind, OrderOf, OrderOperation, Signed } from "./order.js";
import { type OrderDomain, operationTypes, orderTypes } from "./typedData.js";

/** The part of an ethers signer that signs orders. */
export type TypedDataSigner = Pick<Signer, "signTypedData">;

/**
 * Signs an order as its owner.
 *
 * @param signer - The owner of the asset, or the requester.
 * @param domain - The hub's, see {@link orderDomain} and `connectContracts`.
 * @returns The order with its 65-byte signature.
 * @throws TypeError of ethers when a field of the order is missing or out of range.
 * @example
 * ```ts
 * const order = buildOrder("request", { app: orders.app.app, requester: (await signer.getAddress()) as Address });
 * const signed = await signOrder(signer, { kind: "request", order, domain: contracts.domain });
 * recoverSigner(hashOrder("request", order, contracts.domain), signed.sign); // → order.requester
 * ```
 */
export async function signOrder<Kind extends OrderKind>(
  signer: TypedDataSigner,
  { kind, order, domain }: { kind: Kind; order: OrderOf[Kind]; domain: OrderDomain },
): Promise<Signed<OrderOf[Kind]>> {
  const sign = await signer.signTypedData(domain, orderTypes(kind), order);
  return { ...order, sign: sign as Hex };
}

/**
 * Signs an operation on an order as its owner, so that anybody may send it to `manage…Order`.
 *
 * @param signer - The owner of the asset, or the requester.
 * @param domain - The hub's, see {@link orderDomain} and `connectContracts`.
 * @returns The 65-byte signature.
 * @throws TypeError of ethers when a field of the order is missing or out of range.
 * @example
 * ```ts
 * const order = orders.request;
 * const operation = OrderOperation.CLOSE;
 * const sign = await signOrderOperation(signer, { kind: "request", order, operation, domain: contracts.domain });
 * await sendAndWait(contracts.hub.manageRequestOrder({ order, operation, sign }));
 * await contracts.hub.viewConsumed(hashOrder("request", order, contracts.domain)); // → order.volume
 * ```
 */
export async function signOrderOperation<Kind extends OrderKind>(
  signer: TypedDataSigner,
  {
    kind,
    order,
    operation,
    domain,
  }: { kind: Kind; order: OrderOf[Kind]; operation: OrderOperation; domain: OrderDomain },
): Promise<Hex> {
  const sign = await signer.signTypedData(domain, operationTypes(kind), { order, operation });
  return sign as Hex;
}

/**
 * Recovers the account whose key signed a hash, if `sign` is the signature of a key.
 *
 * Takes what the hub takes of a key: 65 bytes, or the 64 of EIP-2098, with s in the lower half. A contract's signature
 * (ERC-1271) is beyond this: only the chain can tell. Source: docs/reference/protocol.md section 4.
 *
 * @param hash - What was signed: an EIP-712 hash, or that of an Ethereum signed message.
 * @returns The signer, or undefined for any other length and for what no key can have made.
 * @throws {@link InvalidFieldError} when `hash` is not 32 bytes, or `sign` is no bytes at all.
 * @example
 * ```ts
 * const wallet = new Wallet(id("a key"));
 * const hash = id("a message") as Hex;
 * recoverSigner(hash, wallet.signingKey.sign(hash).serialized as Hex); // → wallet.address
 * recoverSigner(hash, "0x1234"); // → undefined
 * ```
 */
export function recoverSigner(hash: Hex, sign: Hex): Address | undefined {
  const signed = readBytes32("hash", hash);
  const bytes = readBytes("sign", sign);
  const length = dataLength(bytes);
  if (length !== 64 && !(length === 65 && /1[bc]$/.test(bytes))) return undefined;
  try {
    const signature = Signature.from(bytes);
    return signature.isValid() ? (recoverAddress(signed, signature) as Address) : undefined;
  } catch {
    return undefined;
  }
}
