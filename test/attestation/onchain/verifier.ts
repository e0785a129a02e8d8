import { isHexString } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readPemChain } from "@poco-marketplace/enclave/attestation/pem.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { encodePem } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import {
  IAttestation__factory,
  PlatformRegistry__factory,
  QuoteVerifier__factory,
  type QuoteVerifier,
} from "../../../typechain-types/index.js";

/** A registry with that root (in DER), and a verifier that goes by it. */
export async function deployVerifier({ ethers }: NetworkConnection, root: Uint8Array) {
  const owner = (await ethers.getSigners())[0]!;
  const registry = await new PlatformRegistry__factory(owner).deploy(owner.address, root);
  const pem = Buffer.from(encodePem([root]).trimEnd());
  const verifier = await new QuoteVerifier__factory(owner).deploy(await registry.getAddress(), pem);
  return { owner, registry, verifier };
}

/** The three certificates in a quote, in DER. */
export function chainIn(quote: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const [pck, intermediate, root] = readPemChain(parseQuote(quote).signatureData.pemChain, 3);
  return [pck!, intermediate!, root!];
}

/** What the verifier says of a quote: the name of the error, or that it is believed. */
export async function judgeOnChain(verifier: QuoteVerifier, quote: Uint8Array, acceptsDebug = false): Promise<string> {
  try {
    await (acceptsDebug ? verifier.verifyEvenDebug : verifier.verify).staticCall(toHex(quote));
    return "believed";
  } catch (error) {
    return faultOf(error);
  }
}

/** The name of the error that a call ended with. */
export function faultOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { data } = cause as { data?: unknown };
    const bytes = typeof data === "object" && data !== null && "data" in data ? data.data : data;
    if (!isHexString(bytes)) continue;
    const named = IAttestation__factory.createInterface().parseError(bytes);
    if (named !== null) return named.name;
    return `an error that nobody knows: ${bytes}`;
  }
  throw error;
}
