import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { toHex } from "./bytes.js";
import { imageDigestIn, runtimeIdOf } from "./imageRule.js";
import type { Quote } from "./quote.js";

/** What a quote says that its enclave or trust domain is, by the rule that the kind of quote chooses. */
export type Measured = MeasuredPackage | MeasuredImage;

/** An enclave, or a trust domain without MRCONFIGID, whose contents were measured. */
export interface MeasuredPackage {
  readonly kind: "package";
  /** The measurement as apps publish it: MRENCLAVE, or MRTD and RTMR0 to RTMR3. */
  readonly measurement: Hex;
}

/** A trust domain that was started for a container image. It runs that image only if its runtime is approved. */
export interface MeasuredImage {
  readonly kind: "image";
  /** MRCONFIGID. */
  readonly configuration: Hex;
  /** The digest of the image, which apps publish as their checksum; undefined where MRCONFIGID has another layout. */
  readonly digest: Hex | undefined;
  /** The id of the runtime in the lists of TEE brokers. */
  readonly runtime: Hex;
  /** RTMR3, which the runtime extends with the digest after it has verified the image. */
  readonly register: Hex;
}

/** Reads what a quote says. Nothing is verified here. */
export function measuredIn({ body }: Pick<Quote, "body">): Measured {
  if (body.tee === "SGX") return { kind: "package", measurement: toHex(body.mrEnclave) };
  if (body.mrConfigId.some((byte) => byte !== 0))
    return {
      kind: "image",
      configuration: toHex(body.mrConfigId),
      digest: imageDigestIn(body.mrConfigId),
      runtime: runtimeIdOf(body),
      register: toHex(body.rtmr[3]),
    };
  return { kind: "package", measurement: toHex(Buffer.concat([body.mrTd, ...body.rtmr])) };
}

/** Describes what a quote says, as part of a sentence. */
export function describeMeasured(measured: Measured): string {
  if (measured.kind === "package") return `measurement ${measured.measurement}`;
  return `image ${measured.digest ?? `unknown, MRCONFIGID ${measured.configuration}`}, runtime ${measured.runtime}`;
}
