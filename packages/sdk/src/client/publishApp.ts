import { toUtf8Bytes, ZeroAddress } from "ethers";

import { orRevertReason } from "../chain/errors/decodeRevert.js";
import { sendAndWait } from "../chain/sendAndWait.js";
import type { UintInput } from "../protocol/field.js";
import type { Address, Hex } from "../protocol/ids.js";
import { OrderKind, type SignedAppOrder } from "../protocol/order.js";
import { buildOrder } from "../protocol/orderForm.js";
import { signOrder } from "../protocol/signature.js";
import { parseTag, type Tag } from "../protocol/tag.js";
import type { Clients } from "./connectClients.js";

/** An app in a container image. */
export interface ImageTerms {
  /** The name for people. The same image under the same name of the same owner is the same app. */
  readonly name: string;
  /** The name of the image: `docker.io/alice/hello:1.0`, or with another registry in front. */
  readonly image: string;
  /** SHA-256 of the image's manifest, as the registry has it. */
  readonly checksum: Hex;
}

/** An app that is registered. */
export interface AppRegistration {
  readonly app: Address;
  readonly owner: Address;
  /** The hash of the transaction; undefined if the app was registered before. */
  readonly transactionHash?: Hex;
}

/** The terms on which an app may be run. */
export interface AppOffer {
  readonly app: Address;
  /** The price of each task, in nRLC; 0 by default. */
  readonly price?: UintInput;
  /** The number of tasks; 1 by default. */
  readonly volume?: UintInput;
  /** The account that may run the app; anyone by default. */
  readonly requester?: Address;
  /** The dataset, or group of datasets (ERC-734), that it may run on; any by default. */
  readonly dataset?: Address;
  /** What workers must support; a TDX enclave by default, as images need. */
  readonly tag?: Tag;
}

/** A published app order, by which the owner lets the app be run. */
export interface OfferedApp {
  readonly hash: Hex;
  readonly order: SignedAppOrder;
}

/**
 * Registers an app in a container image, with the signer as its owner. An app that is registered already is returned.
 *
 * @throws {@link PocoRevertError}
 * @example
 * ```ts
 * const image = "docker.io/alice/hello:1.0";
 * const checksum = "0x5e4e54b7c6d5f0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829";
 * const { app } = await registerApp(clients, { name: "hello", image, checksum });
 * ```
 */
export async function registerApp(
  { signer, contracts: { apps } }: Pick<Clients, "signer" | "contracts">,
  terms: ImageTerms,
): Promise<AppRegistration> {
  const owner = (await signer.getAddress()) as Address;
  const fields = registrationOf(owner, terms);
  const app = (await apps.predictApp(...fields)) as Address;
  if (await apps.isRegistered(app)) return { app, owner };
  const { hash } = await sendAndWait(apps.createApp(...fields));
  return { app, owner, transactionHash: hash as Hex };
}

/**
 * Estimates the gas of registering an app; 0 if it is registered already.
 *
 * @throws {@link PocoRevertError}
 * @example
 * ```ts
 * const image = "docker.io/alice/hello:1.0";
 * const checksum = "0x5e4e54b7c6d5f0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829";
 * const gas = await registrationGas(clients, { name: "hello", image, checksum });
 * ```
 */
export async function registrationGas(
  { signer, contracts: { apps } }: Pick<Clients, "signer" | "contracts">,
  terms: ImageTerms,
): Promise<bigint> {
  const fields = registrationOf((await signer.getAddress()) as Address, terms);
  if (await apps.isRegistered(await apps.predictApp(...fields))) return 0n;
  return orRevertReason(apps.createApp.estimateGas(...fields));
}

/**
 * Lets an app be run: signs an order as the app's owner, and publishes it.
 *
 * @throws {@link InvalidFieldError} for what no order takes; {@link ServiceError} where the market refuses it
 * @example
 * ```ts
 * const { hash } = await offerApp(clients, { app, volume: 1_000 });
 * ```
 */
export async function offerApp(
  { signer, contracts, market }: Pick<Clients, "signer" | "contracts" | "market">,
  {
    app,
    price = 0n,
    volume = 1n,
    requester = ZeroAddress as Address,
    dataset = ZeroAddress as Address,
    tag = parseTag(["tee", "tdx"]),
  }: AppOffer,
): Promise<OfferedApp> {
  const form = { app, appprice: price, volume, tag, requesterrestrict: requester, datasetrestrict: dataset };
  const built = buildOrder(OrderKind.APP, form);
  const order = await signOrder(signer, { kind: OrderKind.APP, order: built, domain: contracts.domain });
  return { hash: await market.publish(OrderKind.APP, order), order };
}

/** Returns the fields of an app on chain. An image has no measurement of its own: its digest is the checksum. */
function registrationOf(owner: Address, { name, image, checksum }: ImageTerms) {
  return [owner, name, "DOCKER", toUtf8Bytes(image), checksum, "0x"] as const;
}
