import type { App } from "../app/appFolder.js";
import { measureApp, type Measurement } from "../app/measurement.js";
import { hexOf } from "../image/digest.js";
import type { CachedImage } from "../image/imageCache.js";
import { ImageError } from "../image/imageError.js";
import type { ContainerImage } from "../image/manifest.js";

/** What an enclave runs. */
export type EnclaveApp = PackagedApp | ImageApp;

/** A folder of Node's modules with a manifest. */
export interface PackagedApp {
  readonly kind: "package";
  readonly app: App;
}

/** A container image. Whoever starts an enclave with it releases it only after the enclave has ended. */
export interface ImageApp {
  readonly kind: "image";
  readonly image: Pick<CachedImage, "image" | "root">;
}

/** The network that an app wants: none, or the public internet with the endpoints that the operator allows. */
export type WantedNetwork = "none" | "public";

/** The label by which an image does without the network: `poco.network=none`. */
export const NETWORK_LABEL = "poco.network";

/**
 * The network that an app wants. A folder of modules asks for it in its manifest; an image has it unless its label says
 * otherwise, since nobody who builds images for other workers asks.
 *
 * @throws `ImageError` InvalidLabel for another value than these two
 */
export function networkOf(runs: EnclaveApp): WantedNetwork {
  if (runs.kind === "image") return networkOfImage(runs.image.image);
  return runs.app.manifest.permissions.includes("network") ? "public" : "none";
}

/**
 * The network that an image wants, by its label.
 *
 * @throws `ImageError` InvalidLabel
 */
export function networkOfImage({ labels }: Pick<ContainerImage, "labels">): WantedNetwork {
  const { [NETWORK_LABEL]: wanted = "public" } = labels;
  const allowed = ["none", "public"] as const;
  const known = allowed.find((value) => value === wanted);
  if (known === undefined) throw new ImageError("InvalidLabel", { label: NETWORK_LABEL, value: wanted, allowed });
  return known;
}

/** Measures what an enclave runs; an image's files were checked when it was unpacked, so that its digest stands for them. */
export function loadedMeasurement(runs: EnclaveApp): Measurement {
  if (runs.kind === "package") return measureApp(runs.app);
  return { kind: "image", digest: `0x${hexOf(runs.image.image.digest)}` };
}
