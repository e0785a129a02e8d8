import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import { getAddress, SigningKey } from "ethers";

import { readManifest, type Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { readEndpoint, type NamedEndpoint } from "@poco-marketplace/enclave/network/endpoints.js";
import type { OfferedNetwork } from "@poco-marketplace/services/worker/enclavePool.js";
import type { SandboxRequirement } from "@poco-marketplace/enclave/runtime/sandbox.js";

/** Returns the text unchanged. */
export function text(value: string): string {
  return value;
}

/** Reads `true`, `1`, `false` or `0`. */
export function flag(value: string): boolean {
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new Error("give true or false");
}

/** Returns a reader of whole numbers from `least` to `most`. */
export function numberFrom(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new Error(`give a whole number from ${least} to ${most}`);
  };
}

/** Reads a TCP port, 0 included. */
export const port = numberFrom(0, 65_535);

/** Reads a comma-separated list of origins of web pages; `*` stands for any. */
export function originList(list: string): readonly string[] {
  return list.split(",").map((origin) => {
    if (origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin)) return origin;
    throw new Error(`"${origin}" is not an origin: give https://app.example, or * for all`);
  });
}

/** Reads an http or https URL, and strips slashes at its end. */
export function httpUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new Error("give a URL such as http://127.0.0.1:8545");
  return value.replace(/\/+$/, "");
}

/** Reads an address in one case or with a valid checksum. */
export function address(value: string): Address {
  try {
    return getAddress(value) as Address;
  } catch {
    throw new Error("give an address: 0x and 40 hex digits");
  }
}

/** Returns a reader of comma-separated lists. */
export function listOf<Value>(read: (value: string) => Value): (list: string) => readonly Value[] {
  return (list) => list.split(",").map((each) => read(each.trim()));
}

/** Reads comma-separated addresses, and drops duplicates. */
export function addresses(list: string): readonly Address[] {
  return [...new Set(listOf(address)(list))];
}

/** Reads a private key of 32 bytes in hex. */
export function privateKey(value: string): Hex {
  try {
    return new SigningKey(value).privateKey as Hex;
  } catch {
    throw new Error("give a private key of 32 bytes in hex, with 0x before it");
  }
}

/** Reads `allowed` or `refused`. */
export function allowedOrRefused(value: string): "allowed" | "refused" {
  if (value === "allowed" || value === "refused") return value;
  throw new Error("use allowed or refused");
}

/** Reads `off`, `public` or `all`; `refused` and `allowed` are older words for the first two. */
export function offeredNetwork(value: string): OfferedNetwork {
  if (value === "off" || value === "refused") return "off";
  if (value === "public" || value === "allowed") return "public";
  if (value === "all") return "all";
  throw new Error("use off, public or all");
}

/** Reads comma-separated `HOST:PORT` endpoints. */
export function endpoints(list: string): NamedEndpoint[] {
  return list.split(",").map((each) => readEndpoint(each.trim()));
}

/** Reads `bubblewrap` or `none`. */
export function sandboxDemand(value: string): SandboxRequirement {
  if (value === "bubblewrap" || value === "none") return value;
  throw new Error("give bubblewrap or none");
}

/** Reads a deployment's manifest from a file. */
export function manifestFile(file: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`it should be a file that \`npm run deploy\` wrote (${(error as Error).message})`, {
      cause: error,
    });
  }
  return readManifest(json);
}

/** Reads a certificate from a file. */
export function certificateFile(file: string): X509Certificate {
  try {
    return new X509Certificate(readFileSync(file));
  } catch (error) {
    throw new Error(`it should be a file with a certificate (${(error as Error).message})`, { cause: error });
  }
}

/** Reads `a=b,c=d` as a record. */
export function pairs(
  list: string,
  readName: (name: string) => string,
  readValue: (value: string) => string,
): Readonly<Record<string, string>> {
  const entries = list.split(",").map((pair) => {
    const [name, value, ...more] = pair.split("=");
    if (name === undefined || value === undefined || more.length > 0)
      throw new Error("give NAME=VALUE, separated by commas");
    return [readName(name.trim()), readValue(value.trim())] as const;
  });
  return Object.fromEntries(entries);
}

/** Reads `NAME=APP,…`: the addresses of apps by the names under which clients look them up. */
export function iapps(list: string): Readonly<Record<string, string>> {
  return pairs(list, String, address);
}
