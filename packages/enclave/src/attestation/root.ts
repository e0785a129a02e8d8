import { createPublicKey, X509Certificate } from "node:crypto";

import { SPKI_PREFIX } from "./p256.js";

/** The key (x, y) of "Intel SGX Root CA", in which the chains of all genuine platforms end. */
export const INTEL_ROOT_KEY = Uint8Array.from(
  Buffer.from(
    "0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5" +
      "67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394",
    "hex",
  ),
);

/** The certificate of "Intel SGX Root CA" in DER, valid until the end of 2049, as quotes carry it. */
export const INTEL_ROOT_CERTIFICATE = Uint8Array.from(
  Buffer.from(
    "MIICjzCCAjSgAwIBAgIUImUM1lqdNInzg7SVUr9QGzknBqwwCgYIKoZIzj0EAwIwaDEaMBgGA1UEAwwRSW50ZWwgU0dYIFJvb3Qg" +
      "Q0ExGjAYBgNVBAoMEUludGVsIENvcnBvcmF0aW9uMRQwEgYDVQQHDAtTYW50YSBDbGFyYTELMAkGA1UECAwCQ0ExCzAJBgNVBAYT" +
      "AlVTMB4XDTE4MDUyMTEwNDUxMFoXDTQ5MTIzMTIzNTk1OVowaDEaMBgGA1UEAwwRSW50ZWwgU0dYIFJvb3QgQ0ExGjAYBgNVBAoM" +
      "EUludGVsIENvcnBvcmF0aW9uMRQwEgYDVQQHDAtTYW50YSBDbGFyYTELMAkGA1UECAwCQ0ExCzAJBgNVBAYTAlVTMFkwEwYHKoZI" +
      "zj0CAQYIKoZIzj0DAQcDQgAEC6nEwMDIYZOj/iPWsCzaEKi71OiOSLRFhWGjbnBVJfVnkY4u3IjkDYYL0MxO4mqsyYjlBalTVYxF" +
      "P2sJBK5zlKOBuzCBuDAfBgNVHSMEGDAWgBQiZQzWWp00ifODtJVSv1AbOScGrDBSBgNVHR8ESzBJMEegRaBDhkFodHRwczovL2Nl" +
      "cnRpZmljYXRlcy50cnVzdGVkc2VydmljZXMuaW50ZWwuY29tL0ludGVsU0dYUm9vdENBLmRlcjAdBgNVHQ4EFgQUImUM1lqdNInz" +
      "g7SVUr9QGzknBqwwDgYDVR0PAQH/BAQDAgEGMBIGA1UdEwEB/wQIMAYBAf8CAQEwCgYIKoZIzj0EAwIDSQAwRgIhAOW/5QkR+S9C" +
      "iSDcNoowLuPRLsWGf/Yi7GSX94BgwTwgAiEA4J0lrHoMs+Xo5o/sX6O9QWxHRAvZUGOdRQ7cvqRXaqI=",
    "base64",
  ),
);

/** A file without a usable root key. */
export class UnusableRootError extends Error {
  override readonly name = "UnusableRootError";
}

/**
 * Reads the key (x, y) of a root from its certificate or its public key, in PEM or DER.
 *
 * @throws {@link UnusableRootError}
 */
export function readRootKey(file: Uint8Array): Uint8Array {
  const spki = readPublicKey(file).export({ format: "der", type: "spki" });
  const isP256 = spki.length === SPKI_PREFIX.length + 64 && spki.indexOf(SPKI_PREFIX) === 0;
  if (!isP256) throw new UnusableRootError("This key is not on the curve P-256, as roots of trust for quotes are.");
  return spki.subarray(SPKI_PREFIX.length);
}

function readPublicKey(file: Uint8Array) {
  const bytes = Buffer.from(file);
  const text = bytes.toString("latin1");
  if (text.includes("PRIVATE KEY")) {
    throw new UnusableRootError("This is a private key: give the root's certificate or its public key.");
  }
  const attempts = [
    () => new X509Certificate(bytes).publicKey,
    () => createPublicKey(bytes),
    () => createPublicKey({ key: bytes, format: "der", type: "spki" }),
  ];
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch {
      // The file may have another format.
    }
  }
  throw new UnusableRootError("There is neither a certificate nor a public key in PEM or DER here.");
}
