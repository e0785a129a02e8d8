import { AbiCoder, keccak256 } from "ethers";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { AttestationError } from "@poco-marketplace/enclave/attestation/fault.js";
import { verifyPckChain, type PckChain } from "@poco-marketplace/enclave/attestation/pckChain.js";
import { defaultPolicy, verifyQuote, type VerifiedQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { NOW, type Role, type Stock } from "./stock.js";
import type { OffChain, Proven } from "./verdict.js";

/** Whether enclaves that the host can look into are accepted, because of debug mode or otherwise. */
export type Debug = "accepted" | "refused";

/** The verdict of the TypeScript verifier on a quote. */
export function judgeQuoteOffChain(quote: Uint8Array, { rootKey }: Stock, debugEnclaves: Debug): OffChain {
  const isolation = debugEnclaves === "accepted" ? "any" : "required";
  const policy = defaultPolicy({ rootKey, at: NOW, debugEnclaves, isolation });
  return judge(() => whatQuoteProves(verifyQuote(quote, policy)));
}

/** The verdict of the TypeScript verifier on a chain whose root is known. */
export function judgeChainOffChain(certificates: Readonly<Record<Role, Uint8Array>>, stock: Stock): OffChain {
  return judge(() => {
    const chain = {
      pck: readCertificate(certificates.pck, "PCK certificate"),
      intermediate: readCertificate(certificates.intermediate, "intermediate certificate"),
      root: readCertificate(stock.root, "root certificate"),
    };
    verifyPckChain(chain, { rootKey: stock.rootKey, at: NOW });
    return whoIsCertified(chain);
  });
}

function judge(verify: () => Proven): OffChain {
  try {
    return { fate: "valid", proven: verify() };
  } catch (error) {
    if (error instanceof AttestationError) return { fate: (error as AttestationError).fault, refusal: error };
    return { fate: "broken", how: error instanceof Error ? String(error.stack) : String(error) };
  }
}

function whatQuoteProves({ quote: { header, body }, chain, facts }: VerifiedQuote): Proven {
  const measured = body.tee === "SGX" ? [body.mrEnclave] : [body.mrTd, ...body.rtmr];
  return {
    version: String(header.version),
    tee: body.tee === "SGX" ? "0" : "1",
    isDebug: String(body.isDebug),
    measurement: toHex(Buffer.concat(measured)),
    reportData: toHex(body.reportData),
    ...whoIsCertified(chain),
    fmspc: toHex(facts.fmspc),
    components: toHex(Uint8Array.from(facts.tcbComponents)),
    pceSvn: String(facts.pceSvn),
    notAfter: String(chain.pck.notAfter.getTime() / 1000),
  };
}

/** The platform by its id on chain. */
function whoIsCertified({ pck, intermediate }: PckChain): Proven {
  const { publicKey, subjectName, extensions } = intermediate;
  const key = [publicKey.subarray(0, 32), publicKey.subarray(32), keccak256(subjectName), extensions.subjectKeyId];
  const encoded = AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes32", "bytes32", "bytes20"], key);
  return { authority: keccak256(encoded), serial: String(BigInt(toHex(pck.serial))) };
}
