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
import { WORKERS } from "../stage.js";
import type { Attack, Attempt, Scene } from "./attack.js";
import { askForData, ATTACKER, attempt, startEnclave } from "./attempts.js";

/** Where the report data are in a quote of version 3: after a header of 48 bytes, the last of 384 bytes. */
const REPORT_DATA = 48 + 320;

/** The key is what makes data readable, and nobody but an enclave is to have it. */
export const keyThief: Attack = {
  story: "A worker wants the data's key for itself, without an enclave, or with one that it does not control.",
  expected: [
    ["secret service", "UnsupportedVersion"],
    ["secret service", "WrongReportData"],
    ["secret service", "QuoteSignatureInvalid"],
    ["secret service", "NotAuthorized"],
  ],
  ending: "honest worker",
  async play(scene) {
    const enclave = await startEnclave(scene, ATTACKER);
    await enclave.stop();
    const { identity } = enclave;
    const { binding, quote } = identity;
    const permit = await permitFor(scene, enclave);
    const own = { ...binding, encryptionKey: (await createEncryptionKey()).publicKey };
    const ownPermit = await signAuthorization(scene.stage.signerOf(ATTACKER), { ...binding, taskId: scene.taskId });
    const ask = (what: string, shown: Partial<typeof identity>, { sign } = permit) =>
      askForData(scene, { ...identity, ...shown }, { sign }, `asks for the data's key ${what}`);
    return [
      await ask("with zeros for a quote", { quote: new Uint8Array(64) }),
      await ask("with an honest enclave's quote, and a key of its own", { binding: own }),
      await ask("with that quote changed, so that it names its own key", { binding: own, quote: naming(quote, own) }),
      await ask("for an enclave that the scheduler did not let in", {}, ownPermit),
    ];
  },
};

/** Whoever stores data, or passes it on, can change it. */
export const tamperedData: Attack = {
  story: "A worker hands its enclave the encrypted data with one bit changed, to have a result that suits it.",
  expected: [["enclave", "ChecksumMismatchError"]],
  ending: "honest worker",
  async play(scene) {
    const enclave = await startEnclave(scene, ATTACKER);
    const dataset = await fetchDataset(scene);
    dataset.encrypted[dataset.encrypted.length >> 1]! ^= 1;
    return [await attemptIn(enclave, () => runOn(scene, enclave, dataset))];
  },
};

/** What is computed in an enclave leaves it through the host. */
export const tamperedResult: Attack = {
  story: "A worker's enclave computes and signs a result. The worker sends another one, with that signature.",
  expected: [["hub", "InvalidEnclaveSignature"]],
  ending: "honest worker",
  async play(scene) {
    const { stage, taskId } = scene;
    const worker = stage.workers[WORKERS.indexOf(ATTACKER)]!;
    const enclave = await startEnclave(scene, ATTACKER);
    const { quote } = enclave.identity;
    const permit = await permitFor(scene, enclave);
    const result = await runOn(scene, enclave, await fetchDataset(scene));
    const claim = { ...result, taskId, digest: fileDigest(Buffer.from("another result")) };
    const told = {
      results: encodeResultLink({ storage: "ipfs", location: "/ipfs/nothing" }),
      callbackData: "0x",
    } as const;
    return [
      await attempt("asks to be paid for another result than was signed", "hub", () =>
        worker.contributeAndFinalize(claim, { permit, place: scene, quote }, told),
      ),
    ];
  },
};

/** Runs the app in an enclave of the attacker, on a dataset of its choice. */
async function runOn(scene: Scene, enclave: AttestedEnclave, dataset: SealedDataset): Promise<EnclaveResult> {
  const { stage, dealId, taskId, index } = scene;
  const { sign, worker } = await permitFor(scene, enclave);
  const request = sessionRequestOf(enclave.identity, sign);
  const { session } = await stage.secrets.openSession(request, stage.signerOf(ATTACKER));
  return enclave.run({ taskId, dealId, index, botFirst: 0n, botSize: index + 1n, worker, dataset }, { session });
}

function permitFor({ stage, taskId }: Scene, { identity }: AttestedEnclave) {
  return stage.poolOwner.authorize(stage.addresses[ATTACKER], taskId, identity.binding.enclave);
}

/** A quote of version 3 whose report data are overwritten, under the signature that it had. */
function naming(quote: Uint8Array, binding: EnclaveBinding): Uint8Array {
  const changed = Uint8Array.from(quote);
  changed.set(encodeReportData(binding), REPORT_DATA);
  return changed;
}

/** What the enclave itself refuses. */
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

/** The encrypted data of the deal, to change. */
async function fetchDataset({ stage, dealId }: Scene) {
  const { hub } = stage.contracts;
  const address = (await hub.viewDeal(dealId)).dataset.pointer as Address;
  if (address === ZeroAddress) throw new TypeError("The deal has no data to tamper with.");
  const dataset = Dataset__factory.connect(address, hub.runner);
  const multiaddr = await dataset.m_datasetMultiaddr();
  const file = await stage.store.get(decodeMultiaddr(Buffer.from(multiaddr.slice(2), "hex")));
  return { address, checksum: (await dataset.m_datasetChecksum()) as Hex, encrypted: Uint8Array.from(file) };
}
