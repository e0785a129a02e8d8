import { randomBytes } from "node:crypto";

import { TypedDataEncoder } from "ethers";

import { HttpError } from "../http/HttpError.js";
import { readAddress } from "../protocol/field.js";
import type { Address, Hex } from "../protocol/ids.js";
import { recoverSigner } from "../protocol/signature.js";

/** EIP-712 typed data that only the owner of an account can sign. */
export interface Challenge {
  readonly types: {
    readonly EIP712Domain: readonly { name: string; type: string }[];
    readonly Challenge: readonly { name: string; type: string }[];
  };
  readonly domain: { readonly name: string; readonly version: string; readonly chainId: number };
  readonly primaryType: "Challenge";
  readonly message: { readonly challenge: string };
}

/** Challenges that were given out and not answered yet. */
export type Logins = ReturnType<typeof openLogins>;

const LIFE_MS = 300_000;
/** How many may be open: whoever asks for more makes the oldest void. */
const MOST = 10_000;
const CHALLENGE = [{ name: "challenge", type: "string" }];

/** A place that gives out challenges, each good for one login of one account within five minutes. */
export function openLogins(chainId: number, now: () => number = Date.now) {
  const open = new Map<Hex, { readonly address: Address; readonly until: number }>();

  return {
    /** A challenge for an account. */
    challenge(address: Address): Challenge {
      const domain = { name: "PoCo scheduler", version: "1", chainId };
      const message = {
        challenge: `Sign this message to log into the PoCo scheduler: ${randomBytes(16).toString("hex")}`,
      };
      const hash = TypedDataEncoder.hash(domain, { Challenge: CHALLENGE }, message) as Hex;
      open.set(hash, { address, until: now() + LIFE_MS });
      if (open.size > MOST) open.delete(open.keys().next().value!);
      const EIP712Domain = [
        { name: "name", type: "string" },
        { name: "version", type: "string" },
        { name: "chainId", type: "uint256" },
      ];
      return { types: { EIP712Domain, Challenge: CHALLENGE }, domain, primaryType: "Challenge", message };
    },

    /**
     * Who logs in with a header `Authorization: <hash>_<signature>_<address>`. The challenge is void from then on.
     *
     * @throws HttpError 401 when nobody does.
     */
    login(header: string | undefined): Address {
      const [hash, sign, claimed, ...more] = (header ?? "").split("_");
      if (hash === undefined || sign === undefined || claimed === undefined || more.length > 0) {
        throw new HttpError(401, "The header Authorization should be <challenge hash>_<signature>_<address>.");
      }
      const challenge = open.get(hash.toLowerCase() as Hex);
      if (challenge === undefined || challenge.until < now()) {
        throw new HttpError(401, "This challenge is not open: it was used, is older than five minutes, or never was.");
      }
      const { address, signer } = read({ hash, sign, claimed });
      if (signer !== address || challenge.address !== address) {
        throw new HttpError(
          401,
          `The challenge was for ${challenge.address}, and was signed by ${signer ?? "nobody"}.`,
        );
      }
      open.delete(hash.toLowerCase() as Hex);
      return address;
    },
  };
}

function read({ hash, sign, claimed }: { hash: string; sign: string; claimed: string }) {
  try {
    return { address: readAddress("address", claimed), signer: recoverSigner(hash as Hex, sign as Hex) };
  } catch (cause) {
    throw new HttpError(401, "The header Authorization should be <challenge hash>_<signature>_<address>.", { cause });
  }
}
