import { publishedImage, type PublishedDigests } from "@poco-marketplace/sdk/protocol/appMeasurement.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { digestOfChecksum, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { formatImageName, type ImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { App__factory } from "@poco-marketplace/sdk/typechain.js";

/** An app as its owner published it on chain. */
export interface PublishedApp extends PublishedDigests {
  readonly address: Address;
  readonly multiaddr: Hex;
}

/** An app that cannot be run as published: its package or its image, or the measurement, differs. */
export class WrongAppError extends Error {
  override readonly name = "WrongAppError";

  constructor(app: Address, problem: string, advice: string) {
    super(`App ${app} ${problem}: ${advice}.`);
  }
}

/** Reads what was published about an app; that never changes. */
export async function readPublishedApp(
  address: Address,
  runner: Parameters<typeof App__factory.connect>[1],
): Promise<PublishedApp> {
  const app = App__factory.connect(address, runner);
  const [multiaddr, checksum, mrEnclave] = await Promise.all([
    app.m_appMultiaddr(),
    app.m_appChecksum(),
    app.m_appMREnclave(),
  ]);
  return { address, multiaddr: multiaddr as Hex, checksum: checksum as Hex, mrEnclave: mrEnclave as Hex };
}

/**
 * Returns the digest of the image that an app was published as: its checksum, whatever its name says.
 *
 * @throws {@link WrongAppError} if the app published a measurement, or names another digest
 */
export function publishedDigest(app: PublishedApp, name: ImageName): Digest {
  const image = publishedImage(app);
  if (image === undefined) {
    throw new WrongAppError(
      app.address,
      `is the image ${formatImageName(name)}, and published the measurement ${app.mrEnclave} of a packed app`,
      "register it with an empty m_appMREnclave, since the checksum of an image is what is measured",
    );
  }
  const digest = digestOfChecksum(image);
  if (name.digest !== undefined && name.digest !== digest) {
    throw new WrongAppError(
      app.address,
      `names the digest ${name.digest}, and published the checksum ${app.checksum}`,
      "register it with the digest that the registry shows for the image as its checksum",
    );
  }
  return digest;
}
