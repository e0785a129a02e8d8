import { ZeroAddress } from "ethers";

import { encodeReportData, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { encodeResultLink, fileDigest } from "@poco-marketplace/sdk/protocol/result.js";
import { decodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { signAuthorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import { sessionRequestOf } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { EnclaveFailedError, type AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import type { SealedDataset } from "@poco-marketplace/enclave/runtime/messages.js";
import type { EnclaveResult } from "@poco-marketplace/enclave/task/enclave.js";
import { createEncryptionKey } from "@poco-marketplace/enclave/session/sealedSecret.js";
import { Dataset__factory } from "@poco-marketplace/sdk/typechain.js";
import { WORKERS } from "../scenario.js";
import type { Attack, Attempt, AttackedTask } from "./attack.js";
import { askForData, ATTACKER, attempt, startEnclave } from "./attempts.js";

/** The offset of the report data in a version 3 quote: the last 64 bytes of a 384-byte body after a 48-byte header. */
const REPORT_DATA = 48 + 320;

/** A worker requests the data's key, which only an attested enclave may have. */
export const keyThief: Attack = {
  description: "A worker wants the data's key for itself, without an enclave, or with one that it does not control.",
  expected: [
    ["secret service", "UnsupportedVersion"],
    ["secret service", "WrongReportData"],
    ["secret service", "QuoteSignatureInvalid"],
    ["secret service", "NotAuthorized"],
  ],
  ending: "honest worker",
  async run(target) {
    const enclave = await startEnclave(target, ATTACKER);
    await enclave.stop();
    const { identity } = enclave;
    const { binding, quote } = identity;
    const permit = await permitFor(target, enclave);
    const own = { ...binding, encryptionKey: (await createEncryptionKey()).publicKey };
    const ownPermit = await signAuthorization(target.scenario.signerOf(ATTACKER), {
      ...binding,
      taskId: target.taskId,
    });
    const ask = (what: string, shown: Partial<typeof identity>, { sign } = permit) =>
      askForData(target, { ...identity, ...shown }, { sign }, `asks for the data's key ${what}`);
    return [
      await ask("with zeros for a quote", { quote: new Uint8Array(64) }),
      await ask("with an honest enclave's quote, and a key of its own", { binding: own }),
      await ask("with that quote changed, so that it names its own key", { binding: own, quote: naming(quote, own) }),
      await ask("for an enclave that the scheduler did not let in", {}, ownPermit),
    ];
  },
};

/** A worker changes the encrypted data, as any host that stores or forwards data can. */
export const tamperedData: Attack = {
  description: "A worker hands its enclave the encrypted data with one bit changed, to have a result that suits it.",
  expected: [["enclave", "ChecksumMismatchError"]],
  ending: "honest worker",
  async run(target) {
    const enclave = await startEnclave(target, ATTACKER);
    const dataset = await fetchDataset(target);
    dataset.encrypted[dataset.encrypted.length >> 1]! ^= 1;
    return [await attemptIn(enclave, () => runOn(target, enclave, dataset))];
  },
};

/** A worker replaces its enclave's result, which leaves the enclave through the host. */
export const tamperedResult: Attack = {
  description: "A worker's enclave computes and signs a result. The worker sends another one, with that signature.",
  expected: [["hub", "InvalidEnclaveSignature"]],
  ending: "honest worker",
  async run(target) {
    const { scenario, taskId } = target;
    const worker = scenario.workers[WORKERS.indexOf(ATTACKER)]!;
    const enclave = await startEnclave(target, ATTACKER);
    const { quote } = enclave.identity;
    const permit = await permitFor(target, enclave);
    const computed = await runOn(target, enclave, await fetchDataset(target));
    const claim = { ...computed, taskId, digest: fileDigest(Buffer.from("another result")) };
    const result = {
      results: encodeResultLink({ storage: "ipfs", location: "/ipfs/nothing" }),
      callbackData: "0x",
    } as const;
    return [
      await attempt("asks to be paid for another result than was signed", "hub", () =>
        worker.contributeAndFinalize(claim, { permit, place: target, quote }, result),
      ),
    ];
  },
};

/** Runs the app in an enclave of the attacker, on a dataset of its choice. */
async function runOn(target: AttackedTask, enclave: AttestedEnclave, dataset: SealedDataset): Promise<EnclaveResult> {
  const { scenario, dealId, taskId, index } = target;
  const { sign, worker } = await permitFor(target, enclave);
  const request = sessionRequestOf(enclave.identity, sign);
  const { session } = await scenario.secrets.openSession(request, scenario.signerOf(ATTACKER));
  return enclave.run({ taskId, dealId, index, botFirst: 0n, botSize: index + 1n, worker, dataset }, { session });
}

function permitFor({ scenario, taskId }: AttackedTask, { identity }: AttestedEnclave) {
  return scenario.poolOwner.authorize(scenario.addresses[ATTACKER], taskId, identity.binding.enclave);
}

/** Overwrites the report data of a version 3 quote, and leaves its signature unchanged. */
function naming(quote: Uint8Array, binding: EnclaveBinding): Uint8Array {
  const changed = Uint8Array.from(quote);
  changed.set(encodeReportData(binding), REPORT_DATA);
  return changed;
}

/** Runs an attempt that the enclave itself must refuse. */
async function attemptIn(enclave: AttestedEnclave, run: () => Promise<unknown>): Promise<Attempt> {
  const what = "runs the app on changed data";
  try {
    await run();
    return { what, refusal: undefined };
  } catch (error) {
    if (!(error instanceof EnclaveFailedError)) throw error;
    return { what, refusal: { by: "enclave", error: error.reason, sentence: error.message } };
  } finally {
    await enclave.stop();
  }
}

/** Fetches a copy of the deal's encrypted data. */
async function fetchDataset({ scenario, dealId }: AttackedTask) {
  const { hub } = scenario.contracts;
  const address = (await hub.viewDeal(dealId)).dataset.pointer as Address;
  if (address === ZeroAddress) throw new TypeError("The deal has no data to tamper with.");
  const dataset = Dataset__factory.connect(address, hub.runner);
  const multiaddr = await dataset.m_datasetMultiaddr();
  const file = await scenario.store.get(decodeMultiaddr(Buffer.from(multiaddr.slice(2), "hex")));
  return { address, checksum: (await dataset.m_datasetChecksum()) as Hex, encrypted: Uint8Array.from(file) };
}
