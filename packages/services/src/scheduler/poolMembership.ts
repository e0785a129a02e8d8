import { getBytes } from "ethers";

import { HttpError } from "../http/HttpError.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { assertPlatform } from "@poco-marketplace/enclave/trust/verifyEnclave.js";
import type { EnclaveFacts } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import type { PlatformPolicy } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { verifyEnclaveQuote, type VerifiedEnclave } from "@poco-marketplace/enclave/trust/verifyEnclaveQuote.js";
import { IPlatformRegistry__factory, type IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { EnclaveTrust } from "./dealEnclave.js";
import { joinBinding } from "@poco-marketplace/sdk/wire/joinBinding.js";
import type { Standings } from "./standings.js";

/** What a pool asks of workers that its operator does not list. */
export interface OpenTerms {
  /** The least that they must have in escrow, free or locked, in nRLC. */
  readonly stake: bigint;
}

/** A worker that asks to join. */
export interface Applicant {
  readonly worker: Address;
  /** The hash of the challenge with which it logged in. */
  readonly challenge: Hex;
  /** A quote of its platform about {@link joinBinding}; without one, it gets no tasks for enclaves. */
  readonly quote?: Hex | undefined;
}

/** The workers that may join a pool: those that its operator lists, and, if it is open, any with a stake and a platform. */
const PLATFORM = "platform ";

/** The options of a pool's membership. */
export interface PoolMembershipOptions {
  readonly hub: IPoco;
  readonly facts: EnclaveFacts;
  /** The trust by which platforms are judged. */
  readonly trust: EnclaveTrust;
  readonly listed: readonly Address[];
  /** The terms for all others; without it, the pool is for listed workers only. */
  readonly open: OpenTerms | undefined;
  readonly standings: Standings;
}

/** Decides which workers are members of a pool, and what they may do. */
export class PoolMembership {
  readonly #options: PoolMembershipOptions;

  constructor(options: PoolMembershipOptions) {
    this.#options = options;
  }

  /**
   * Admits a worker, and records the identity that answers for it.
   *
   * @throws HttpError 403 with what to do, when the pool does not admit it
   */
  async admit({ worker, challenge, quote }: Applicant): Promise<void> {
    const { listed, open, standings, trust, hub } = this.#options;
    if (listed.includes(worker)) return standings.bind(worker, worker);
    if (open === undefined) {
      throw new HttpError(
        403,
        `Account ${worker} is not among the workers of this pool: ask its operator to list it (--workers of ` +
          "a scheduler, --admit-workers of poco network), and join again.",
      );
    }
    const stake = await this.#stakeOf(worker);
    if (stake < open.stake) {
      throw new HttpError(
        403,
        `Account ${worker} has ${stake} nRLC in escrow at hub ${await hub.getAddress()}, and this pool asks ${open.stake} of ` +
          `workers that it does not list: deposit ${open.stake - stake} more there, and join again.`,
      );
    }
    if (quote === undefined || trust === "unattested") return standings.bind(worker, worker);
    return standings.bind(worker, identityOf(await this.#verify({ worker, challenge }, quote, trust)));
  }

  /**
   * Refuses an enclave on another platform than the one that a worker joined with, which answers for what it does.
   *
   * @throws HttpError 403
   */
  assertPlatform(worker: Address, proven: VerifiedEnclave | undefined): void {
    const { identity } = this.#options.standings.of(worker);
    if (proven === undefined || this.#isListed(worker) || identityOf(proven) === identity) return;
    throw new HttpError(
      403,
      `Worker ${worker} joined with ${identity}, and this enclave is on ${identityOf(proven)}: join again with a quote of ` +
        "that platform.",
    );
  }

  /** Whether a worker may do tasks of this kind: a worker that is not listed needs a verified platform for enclaves. */
  mayDo(worker: Address, { isTee }: { isTee: boolean }): boolean {
    const { trust, standings } = this.#options;
    if (!isTee || trust === "unattested" || this.#isListed(worker)) return true;
    return standings.of(worker).identity.startsWith(PLATFORM);
  }

  /** Returns those of the workers that no longer have the stake that the pool asks for. */
  async lapsed(workers: readonly Address[]): Promise<Address[]> {
    const { open } = this.#options;
    if (open === undefined) return [];
    const strangers = workers.filter((worker) => !this.#isListed(worker));
    const stakes = await Promise.all(strangers.map((worker) => this.#stakeOf(worker)));
    return strangers.filter((_, index) => stakes[index]! < open.stake);
  }

  #isListed(worker: Address): boolean {
    return this.#options.listed.includes(worker);
  }

  async #stakeOf(worker: Address): Promise<bigint> {
    const { stake, locked } = await this.#options.hub.viewAccount(worker);
    return stake + locked;
  }

  /**
   * Verifies the platform of a worker that joins by its quote, as enclaves are verified for tasks.
   *
   * @throws HttpError, EnclaveRefusal
   */
  async #verify(
    { worker, challenge }: Applicant,
    quote: Hex,
    { policy, registries }: PlatformPolicy,
  ): Promise<VerifiedEnclave> {
    const { facts, hub } = this.#options;
    const quotes = policy();
    const proven = verifyEnclaveQuote({ binding: joinBinding(worker, challenge), quote: getBytes(quote) }, quotes);
    await assertPlatform(facts, proven, { registries, rootKey: quotes.rootKey });
    const registry = (await facts.broker())?.registry;
    if (registry === undefined) return proven;
    const { platform } = proven;
    if ((await IPlatformRegistry__factory.connect(registry, hub.runner).platform(platform)).notAfter === 0n) {
      throw new HttpError(
        403,
        `The platform with certificate 0x${platform.serial.toString(16)} is not registered at ${registry}, which the hub's TEE ` +
          "broker goes by: register it there, then join again.",
      );
    }
    return proven;
  }
}

/** The name of a platform: the same whatever account, enclave or certificate it comes with. */
function identityOf({ machine }: VerifiedEnclave): string {
  return `${PLATFORM}${machine}`;
}
