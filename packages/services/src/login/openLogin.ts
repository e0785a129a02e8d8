import { createHash, createHmac, randomBytes } from "node:crypto";

import { id, keccak256, TypedDataEncoder } from "ethers";

import { HttpError } from "../http/HttpError.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { sameAddress } from "@poco-marketplace/sdk/protocol/matching/restriction.js";
import { recoverSigner } from "@poco-marketplace/sdk/protocol/signature.js";
import type { Challenge } from "@poco-marketplace/sdk/login/challenge.js";
import { UsedChallenges } from "./usedChallenges.js";

/** Authenticates accounts for one purpose, by challenges that they sign. */
export interface Login {
  /**
   * A challenge that this account, and no other, may answer once, here and for this purpose, for at least
   * {@link LIFETIME_MS}. Anybody may ask for one: it takes none from anybody else.
   *
   * @param address in any case
   * @throws InvalidFieldError when it is no address
   */
  challenge(address: unknown): Challenge;
  /**
   * The account whose answer a header `<hash of the challenge>_<signature>_<address>` is. From then on the challenge is used up; an
   * answer that is refused leaves it as it is, since anybody could send such.
   *
   * @throws HttpError 401
   */
  authenticate(header: string | undefined): Promise<Address>;
}

/** The options of a login. */
export interface LoginOptions {
  /** The name of the EIP-712 domain. */
  readonly name: string;
  readonly chainId: number;
  /** What the signer reads: for what, and with whom. */
  readonly purpose: string;
  /** The route that gives challenges. */
  readonly route: string;
  /** Whether a contract's account accepts a signature (ERC-1271). */
  readonly acceptsSignature: (account: Address, hash: Hex, sign: Hex) => Promise<boolean>;
  /** The time, in milliseconds. */
  readonly now?: () => number;
}

/** How long a challenge can be answered at the least, in milliseconds. At the most it is twice as long. */
export const LIFETIME_MS = 5 * 60_000;
const TYPES = {
  EIP712Domain: [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
  ],
  Challenge: [{ name: "challenge", type: "string" }],
} as const;
const HEADER = /^(0x[0-9a-fA-F]{64})_(0x(?:[0-9a-fA-F]{2}){0,4096})_(0x[0-9a-fA-F]{40})$/;

/**
 * Challenges are not stored but computed again: each is an HMAC of its account, its period and its number in it, so that no
 * flood of requests makes another one void. Only used challenges are stored, and using one takes the key of its account.
 *
 * The key of the HMAC is of this process and this purpose: after a restart, at another instance or for another purpose, a
 * client asks for another challenge.
 */
export function openLogin({ name, chainId, purpose, route, acceptsSignature, now = Date.now }: LoginOptions): Login {
  const domain = { name, version: "1", chainId } as const;
  const hashOf = hasher(TypedDataEncoder.hashDomain(domain) as Hex);
  const key = randomBytes(32);
  const used = new UsedChallenges();
  const periodNow = () => Math.floor(now() / LIFETIME_MS);

  /** The texts of an account's challenges in a period, by their numbers. */
  function textsOf(account: Address, period: number): (number: number) => string {
    const secret = createHmac("sha256", key).update(`${account} ${period}`).digest();
    return (number) => `${purpose}: ${createHash("sha256").update(secret).update(`${number}`).digest("hex")}`;
  }

  /** Which open challenge of an account has this hash. */
  function find(account: Address, hash: Hex): { readonly period: number; readonly number: number } | undefined {
    const current = periodNow();
    for (const period of [current, current - 1]) {
      const textOf = textsOf(account, period);
      for (const number of used.open(account, period)) {
        if (hashOf(textOf(number)) === hash) return { period, number };
      }
    }
    return undefined;
  }

  return {
    challenge(address) {
      const account = readAccount(address);
      const period = periodNow();
      used.deleteBefore(period - 1);
      const challenge = textsOf(account, period)(used.next(account, period));
      return { types: TYPES, primaryType: "Challenge", domain, message: { challenge } };
    },
    async authenticate(header) {
      const { hash, sign, account } = readHeader(header, route);
      const found = find(account, hash);
      if (found === undefined) throw closed(hash, account, route);
      const signer = recoverSigner(hash, sign);
      const isSigned = signer !== undefined && sameAddress(signer, account);
      if (!isSigned && !(await acceptsSignature(account, hash, sign))) {
        throw new HttpError(401, `The signature of the challenge ${hash} is not one of ${account}.`);
      }
      // While a contract was asked, the same answer may have come a second time.
      if (!used.use(account, found)) throw closed(hash, account, route);
      return account;
    },
  };
}

/** The EIP-712 hash of a challenge, as `TypedDataEncoder.hash` makes it, in a fraction of the time. */
function hasher(domainHash: Hex): (challenge: string) => Hex {
  const typeHash = bytesOf(id("Challenge(string challenge)"));
  const prefix = Buffer.concat([Buffer.from("1901", "hex"), bytesOf(domainHash)]);
  return (challenge) => {
    const struct = keccak256(Buffer.concat([typeHash, bytesOf(keccak256(Buffer.from(challenge)))]));
    return keccak256(Buffer.concat([prefix, bytesOf(struct)])) as Hex;
  };
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.slice(2), "hex");
}

function readHeader(header: string | undefined, route: string): { hash: Hex; sign: Hex; account: Address } {
  const [, hash, sign, account] = HEADER.exec(header ?? "") ?? [];
  if (hash === undefined || sign === undefined || account === undefined) {
    const expected = `<hash>_<signature>_<address> of a challenge from ${route}`;
    throw new HttpError(401, `The header Authorization must be ${expected}.`);
  }
  return { hash: hash.toLowerCase() as Hex, sign: sign as Hex, account: readAccount(account) };
}

function readAccount(address: unknown): Address {
  return readAddress("address", typeof address === "string" ? address.toLowerCase() : address);
}

function closed(hash: Hex, account: Address, route: string): HttpError {
  return new HttpError(
    401,
    `The challenge ${hash} is not open for ${account}: it was used, is older than five minutes, was for somebody or ` +
      `something else, or never was. Get one from ${route}.`,
  );
}
