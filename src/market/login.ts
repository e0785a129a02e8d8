import { randomBytes } from "node:crypto";

import { TypedDataEncoder } from "ethers";

import { HttpError } from "../http/HttpError.js";
import { readAddress } from "../protocol/field.js";
import type { Address, Hex } from "../protocol/ids.js";
import { sameAddress } from "../protocol/restriction.js";
import { recoverSigner } from "../protocol/signature.js";

/** What somebody signs to show who they are, as wallets take it. */
export interface Challenge {
  readonly types: typeof TYPES;
  readonly primaryType: "Challenge";
  readonly domain: { readonly name: "iExec Gateway"; readonly version: "1"; readonly chainId: number };
  readonly message: { readonly challenge: string };
}

/** Lets accounts show who they are. */
export interface Login {
  /** A challenge that this account, and no other, may answer once, within {@link LIFETIME}. */
  challenge(account: Address): Challenge;
  /**
   * Whose answer a header `<hash of the challenge>_<signature>_<address>` is. The challenge is used up, whatever comes of it.
   *
   * @throws HttpError 401
   */
  authenticate(header: string | undefined): Promise<Address>;
}

/** What a login depends on. */
export interface LoginOptions {
  readonly chainId: number;
  /** Whether a contract's account accepts a signature (ERC-1271). */
  readonly acceptsSignature: (account: Address, hash: Hex, sign: Hex) => Promise<boolean>;
  /** The time, in milliseconds. */
  readonly now?: () => number;
  /** How many challenges may wait for an answer; the oldest is dropped for another. */
  readonly limit?: number;
}

const TYPES = {
  EIP712Domain: [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
  ],
  Challenge: [{ name: "challenge", type: "string" }],
} as const;

/** How long a challenge may be answered, in milliseconds. */
export const LIFETIME = 5 * 60_000;
const LIMIT = 100_000;
const HEADER = /^(0x[0-9a-fA-F]{64})_(0x(?:[0-9a-fA-F]{2}){0,4096})_(0x[0-9a-fA-F]{40})$/;

/**
 * Challenges are kept in memory: after a restart, or at another instance of the service, a client asks for another one.
 */
export function openLogin({ chainId, acceptsSignature, now = Date.now, limit = LIMIT }: LoginOptions): Login {
  const domain = { name: "iExec Gateway", version: "1", chainId } as const;
  /** By their hashes, the oldest first. */
  const waiting = new Map<string, { readonly account: Address; readonly expires: number }>();

  function dropOld(): void {
    for (const [hash, { expires }] of waiting) {
      if (expires > now() && waiting.size < limit) return;
      waiting.delete(hash);
    }
  }

  return {
    challenge(account) {
      dropOld();
      const challenge = `Sign this message to log into iExec Gateway: ${randomBytes(32).toString("hex")}`;
      const hash = TypedDataEncoder.hash(domain, { Challenge: [...TYPES.Challenge] }, { challenge });
      waiting.set(hash, { account, expires: now() + LIFETIME });
      return { types: TYPES, primaryType: "Challenge", domain, message: { challenge } };
    },
    async authenticate(header) {
      const [, givenHash, sign, givenAccount] = HEADER.exec(header ?? "") ?? [];
      if (givenHash === undefined || sign === undefined || givenAccount === undefined) {
        throw new HttpError(
          401,
          "The header authorization must be <hash>_<signature>_<address> of a challenge from GET /challenge.",
        );
      }
      const hash = givenHash.toLowerCase() as Hex;
      const account = readAddress("authorization", givenAccount.toLowerCase());
      const known = waiting.get(hash);
      waiting.delete(hash);
      if (known === undefined || known.expires <= now()) {
        throw new HttpError(401, `There is no challenge ${hash} here, or no longer: get one from GET /challenge.`);
      }
      if (!sameAddress(known.account, account)) {
        throw new HttpError(401, `The challenge ${hash} was for ${known.account}, not for ${account}.`);
      }
      const signer = recoverSigner(hash, sign as Hex);
      if (signer !== undefined && sameAddress(signer, account)) return account;
      if (await acceptsSignature(account, hash, sign as Hex)) return account;
      throw new HttpError(401, `The signature of the challenge ${hash} is not one of ${account}.`);
    },
  };
}
