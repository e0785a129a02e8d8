import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";

import { hexlify } from "ethers";

import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { removeFolder, removeFolderAtOnce } from "@poco-marketplace/enclave/files/removeFolder.js";
import type { BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import type { SealedTask } from "@poco-marketplace/enclave/runtime/messages.js";
import { simulatedProcessor, type Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import { chooseSandbox, withNetwork } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { sealSession } from "@poco-marketplace/enclave/session/session.js";
import type { EnclaveResult } from "@poco-marketplace/enclave/task/enclave.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { unpackBuilt, type UnpackOptions } from "./unpackBuilt.js";
import { cacheFolder } from "../build/layerCache.js";
import type { MockDataset } from "./testInput.js";

/** What an app is tested with. */
export interface TestInput {
  readonly args: string | undefined;
  readonly data: readonly MockDataset[];
  /** Whether the data are those of a bulk request, as several always are. */
  readonly isBulk: boolean;
  readonly inputFiles: NonNullable<SealedTask["inputFiles"]>;
  readonly requesterSecrets: Readonly<Record<string, string>>;
  readonly appSecret: string | undefined;
}

/** Any account: nobody is paid. */
const WORKER: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const DAY = 24 * 3_600_000;

/**
 * Runs an image as a worker does: in the same sandbox, with the same limits, variables and network, and its output goes
 * through the same checks. The enclave is started, attested and given sealed secrets as for a deal.
 *
 * @throws `EnclaveFailedError`, `EnclaveLostError`, `ImageError`, `ImageSandboxError`
 */
export async function runTest(
  built: BuiltImage,
  input: TestInput,
  { limits, ...unpacking }: Omit<UnpackOptions, "folder"> & { limits: Partial<SandboxLimits> },
): Promise<EnclaveResult> {
  // In the file system of the cache, whose files are linked here.
  const folder = await mkdtemp(join(await cacheFolder(unpacking.environment, "roots"), "test-"));
  const removeAtOnce = () => removeFolderAtOnce(folder);
  process.once("exit", removeAtOnce);
  try {
    const root = join(folder, "root");
    const image = await unpackBuilt(built, { folder: root, ...unpacking });
    const taskId = hexlify(randomBytes(32)) as Hex;
    const enclave = await AttestedEnclave.start({
      app: { kind: "image", image: { image, root } },
      processor: await createProcessor(),
      worker: WORKER,
      taskId,
      sandbox: await withNetwork(await chooseSandbox("none"), []),
      limits,
    });
    return await runIn(enclave, input, taskId);
  } finally {
    await removeFolder(folder);
    process.off("exit", removeAtOnce);
  }
}

async function runIn(enclave: AttestedEnclave, input: TestInput, taskId: Hex): Promise<EnclaveResult> {
  const { args, data, isBulk, inputFiles, requesterSecrets, appSecret } = input;
  const numbers = { taskId, dealId: taskId, index: 0n, botFirst: 0n, botSize: 1n };
  const [one] = data;
  const session = await sealSession(enclave.identity.binding, {
    ...numbers,
    inputFiles: inputFiles.map(({ url }) => url),
    requesterSecrets,
    storage: { provider: "ipfs" },
    ...(args !== undefined && { args }),
    ...(isBulk ? { bulk: data.map((each) => each.session) } : one !== undefined && { dataset: one.session }),
    ...(appSecret !== undefined && { appSecret }),
  });
  const sealed = data.map((each) => each.sealed);
  const files = isBulk ? { bulk: sealed } : sealed[0] !== undefined && { dataset: sealed[0] };
  return enclave.run({ ...numbers, worker: WORKER, inputFiles, ...files }, { session });
}

async function createProcessor(): Promise<Processor> {
  const period = { from: new Date(Date.now() - DAY), until: new Date(Date.now() + DAY) };
  return simulatedProcessor(await certifyMachine(createMachine(), await createAuthority(period), period));
}
