import { ZeroHash, type Provider } from "ethers";

import type { Measurement } from "@poco-marketplace/enclave/app/measurement.js";
import { describeMeasured, measuredIn } from "@poco-marketplace/enclave/attestation/measured.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { evidenceOf } from "@poco-marketplace/enclave/attestation/quoteEvidence.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import type { TransactionSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import { readTeeBroker } from "@poco-marketplace/sdk/chain/teeBroker.js";
import {
  authorizationMessage,
  signedMessageHash,
  type Authorization,
} from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import {
  attestationOf,
  encodeAttestation,
  type TaskOfDeal,
} from "@poco-marketplace/enclave/evidence/brokerEvidence.js";
import {
  registerPlatform,
  type RegistrationStep,
  type SendCall,
} from "@poco-marketplace/enclave/evidence/registration.js";
import type { Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import { IPlatformRegistry__factory, ITeeBroker__factory, type IPoco } from "@poco-marketplace/sdk/typechain.js";

/** The proof of an enclave that a hub takes as its authorization. */
export interface Proof {
  /** `authorizationSign`. */
  readonly sign: Hex;
  /** The TEE broker's verdict on the quote, as a sentence; undefined if the hub has no broker that verifies quotes. */
  readonly verdict?: string;
}

/** Evidence that the hub's TEE broker refuses. */
export class EvidenceRefusedError extends Error {
  override readonly name = "EvidenceRefusedError";

  constructor({ broker, enclave }: { broker: Address; enclave: Address }, cause: Error) {
    super(`TEE broker ${broker} refuses the quote of enclave ${enclave}: ${cause.message}`, { cause });
  }
}

/** Proves enclaves on chain. */
export interface Prover {
  /**
   * Registers the platform in the registry that the hub's TEE broker uses, if it is not registered. Does nothing if the
   * broker verifies no quotes.
   *
   * @throws PocoRevertError when the registry refuses it
   */
  registerPlatform(): Promise<readonly RegistrationStep[]>;
  /**
   * Returns the authorization for the hub: the permit of the pool's owner, with the quote if the hub's TEE broker
   * verifies quotes. The broker is first asked whether it accepts this one.
   *
   * @throws {@link EvidenceRefusedError}
   */
  prove(permit: Authorization, place: TaskOfDeal, quote: Uint8Array): Promise<Proof>;
}

/** The errors by which a registry refuses a platform that is not registered. */
const UNKNOWN: ReadonlySet<string> = new Set(["UnknownAuthority", "UnknownPlatform", "UnknownAttestationKey"]);
/** The measurements in a quote that is about a platform alone. */
export const NOTHING: Measurement = { kind: "package", mrEnclave: ZeroHash as Hex, mrTd: `0x${"00".repeat(48)}` };

/** Opens a prover for enclaves of one processor; the account of `sender` registers its platform. */
export function openProver(
  { hub, provider, sender }: { hub: IPoco; provider: Provider; sender: TransactionSender },
  processor: Processor,
): Prover {
  let last: Promise<unknown> = Promise.resolve();

  const sendCall: SendCall = ({ to, data }) => sender.send({ to, data });

  async function sendSteps(quote: Uint8Array, earlier: Promise<unknown>): Promise<readonly RegistrationStep[]> {
    await Promise.allSettled([earlier]);
    const broker = await readTeeBroker(hub);
    if (broker?.registry === undefined) return [];
    const registry = IPlatformRegistry__factory.connect(broker.registry, provider);
    return registerPlatform(registry, quote, sendCall);
  }

  /**
   * Registers the platform and the attestation key of a quote, which are others for SGX than for TDX. It waits for those
   * registrations that are under way, since they may have done so.
   */
  function register(quote: Uint8Array): Promise<readonly RegistrationStep[]> {
    const steps = sendSteps(quote, last);
    last = steps;
    return steps;
  }

  return {
    registerPlatform: () => register(processor.quote(NOTHING, new Uint8Array(64))),

    async prove(permit, place, quote) {
      const broker = await readTeeBroker(hub);
      if (broker?.registry === undefined) return { sign: permit.sign };
      const { address } = broker;
      const contract = ITeeBroker__factory.connect(address, provider);
      const attestation = attestationOf(permit, place, quote);
      const hash = signedMessageHash(authorizationMessage(permit));
      const refusal = async () => {
        try {
          await contract.check(hash, attestation);
          return undefined;
        } catch (error) {
          const revert = decodeRevert(error);
          if (revert === undefined) throw error;
          return revert;
        }
      };

      let refused = await refusal();
      if (refused !== undefined && UNKNOWN.has(refused.reason)) {
        // The platform is new to the registry, or a reorg reverted its registration.
        await register(quote);
        refused = await refusal();
      }
      if (refused !== undefined) throw new EvidenceRefusedError({ broker: address, enclave: permit.enclave }, refused);
      return { sign: encodeAttestation(attestation), verdict: describe(quote, address) };
    },
  };
}

function describe(quote: Uint8Array, broker: Address): string {
  const parsed = parseQuote(quote);
  const { platform } = evidenceOf(quote);
  return (
    `TEE broker ${broker} accepts the ${parsed.header.tee} quote of this enclave: certificate ` +
    `0x${platform.serial.toString(16)}, ${describeMeasured(measuredIn(parsed))}.`
  );
}
