import { Wallet, type BaseWallet } from "ethers";

import { encodeReportData, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { measureApp, type Measurement } from "@poco-marketplace/enclave/app/measurement.js";
import { simulatedProcessor, type Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import { createEncryptionKey } from "@poco-marketplace/enclave/session/sealedSecret.js";
import { WORKERS, type Scenario } from "./scenario.js";

/** An enclave whose keys its host knows, since the host broke it or wrote its program, with the binding and quote. */
export interface BrokenEnclave {
  readonly key: BaseWallet;
  readonly binding: EnclaveBinding;
  readonly quote: Uint8Array;
}

/** The processor and the measurement in a broken enclave's quote. */
export interface BrokenEnclaveOptions {
  /** The processor; by default the worker's own, which is genuine, registered and up to date. */
  readonly processor?: Processor;
  /** The measurement; by default that of the deal's app. */
  readonly measurement?: Measurement;
}

/** Makes an enclave whose keys its host knows, with a quote of the processor. */
export async function breakEnclave(
  scenario: Scenario,
  { name, taskId }: { name: (typeof WORKERS)[number]; taskId: TaskId },
  { processor = processorOf(scenario, name), measurement = measureApp(scenario.app) }: BrokenEnclaveOptions = {},
): Promise<BrokenEnclave> {
  const key = Wallet.createRandom();
  const { publicKey } = await createEncryptionKey();
  const worker = scenario.addresses[name];
  const binding = { worker, taskId, enclave: key.address as Address, encryptionKey: publicKey };
  return { key, binding, quote: processor.quote(measurement, encodeReportData(binding)) };
}

function processorOf({ platforms }: Scenario, name: (typeof WORKERS)[number]): Processor {
  return simulatedProcessor(platforms[WORKERS.indexOf(name)]!);
}
