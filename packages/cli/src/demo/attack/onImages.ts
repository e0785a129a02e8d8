import { runtimeIdOf } from "@poco-marketplace/enclave/attestation/imageRule.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { simulatedRuntime, type SimulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import type { Measurement } from "@poco-marketplace/enclave/app/measurement.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { WORKERS } from "../scenario.js";
import type { Attack, AttackedTask, Attempt } from "./attack.js";
import { askForDataAndPay, ATTACKER, breakEnclaveOf } from "./attempts.js";
import { register } from "./onPlatforms.js";

/** The image that the attacked app publishes. Nobody fetches it, since every attack is refused before. */
export const ATTACKED_IMAGE = { name: "registry.invalid/demo/app:1.0", digest: `0x${"a1".repeat(32)}` } as const;
const OTHER_DIGEST: Hex = `0x${"a2".repeat(32)}`;

/** A worker runs the right image with a runtime that it changed. */
export const unapprovedRuntime: Attack = {
  description:
    "A worker starts a trust domain for the right image, with a runtime that it changed: it hands out the enclave's keys.",
  expected: [
    ["secret service", "UnapprovedRuntime"],
    ["TEE broker", "UnapprovedRuntime"],
  ],
  ending: "refund",
  app: "image",
  run: (target) => attackWith(target, { kind: "image", digest: ATTACKED_IMAGE.digest }, changedRuntime()),
};

/** A worker starts the approved runtime without saying for which image, so that the runtime would be bound to none. */
export const zeroMrConfigId: Attack = {
  description: "A worker starts the approved runtime without an image in MRCONFIGID, to choose one later.",
  expected: [
    ["secret service", "WrongMeasurement"],
    ["TEE broker", "WrongMeasurement"],
  ],
  ending: "refund",
  app: "image",
  async run(target) {
    const mrTd = toHex(simulatedRuntime().mrTd);
    return attackWith(target, { kind: "package", mrEnclave: `0x${"00".repeat(32)}`, mrTd }, simulatedRuntime());
  },
};

/** A worker runs an image of its own in the approved runtime. */
export const otherImage: Attack = {
  description: "A worker has the approved runtime run an image of its own, which gives away whatever it is given.",
  expected: [
    ["secret service", "WrongImage"],
    ["TEE broker", "WrongImage"],
  ],
  ending: "refund",
  app: "image",
  run: (target) => attackWith(target, { kind: "image", digest: OTHER_DIGEST }, simulatedRuntime()),
};

/** The runtime of this code with a bit of its measurement changed, as a changed file would. */
export function changedRuntime(): SimulatedRuntime {
  const { id: _, ...fields } = simulatedRuntime();
  const mrTd = Uint8Array.from(fields.mrTd);
  mrTd[0]! ^= 1;
  const changed = { ...fields, mrTd };
  return { ...changed, id: runtimeIdOf(changed) };
}

/** Shows the quote of a trust domain on the attacker's platform, which is genuine and registered. */
async function attackWith(
  target: AttackedTask,
  measurement: Measurement,
  runtime: SimulatedRuntime,
): Promise<Attempt[]> {
  const platform = target.scenario.platforms[WORKERS.indexOf(ATTACKER)]!;
  const processor = simulatedProcessor(platform, { version: 4, runtime });
  const enclave = await breakEnclaveOf(target, { processor, measurement });
  await register(target, enclave.quote);
  return askForDataAndPay(target, enclave);
}
