import { readFileSync } from "node:fs";

import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { RegistryClient, type Credentials, type RegistryOptions } from "@poco-marketplace/enclave/image/registry.js";
import type { Setting } from "../settings.js";
import { listOf, text } from "../values.js";

/** The setting for registries near the one who fetches: strangers choose the names of images. */
const privateRegistries: Setting<readonly string[]> = {
  hint: "HOST:PORT,…",
  help: "container registries that may be on this machine or its private network (default: none)",
  read: listOf(registryName),
  otherwise: [],
};

type ValueOf<One> = One extends Setting<infer Value> ? Value : never;

interface RegistrySettings {
  readonly privateRegistries: Setting<readonly string[]>;
  readonly registryLogins: Setting<Readonly<Record<string, Credentials>>>;
  readonly registryMirrors: Setting<Readonly<Record<string, readonly string[]>>>;
}

/** The settings by which workers fetch images from container registries, and schedulers look at them. */
export const registrySettings: RegistrySettings = {
  privateRegistries,
  registryLogins: {
    hint: "FILE",
    help: "a file of `docker login` or `podman login --authfile`, with accounts at container registries (default: none)",
    read: loginsFile,
    otherwise: {},
  },
  registryMirrors: {
    hint: "REGISTRY=URL,…",
    help: "mirrors that are asked before a registry, as in docker.io=https://mirror.example (default: none)",
    read: mirrorLists,
    otherwise: {},
  },
};

/** Returns what these settings say, as clients of registries take it. */
export function registriesOf(values: {
  readonly [Name in keyof RegistrySettings]: ValueOf<RegistrySettings[Name]>;
}): RegistryOptions {
  const { registryLogins: credentials, registryMirrors: mirrors } = values;
  return { privateRegistries: values.privateRegistries, credentials, mirrors };
}

/** Reads the name of a registry as images have it: aliases of Docker Hub are `docker.io`. */
function registryName(value: string): string {
  const { registry, repository } = parseImageName(`${value}/image`);
  if (repository === "image" || (registry === "docker.io" && repository === "library/image")) return registry;
  throw new Error(`"${value}" is not a registry: give a host, or HOST:PORT`);
}

/** Reads the accounts in the configuration file of a container engine. */
export function loginsFile(file: string): Readonly<Record<string, Credentials>> {
  const { auths } = JSON.parse(readFileSync(file, "utf8")) as { readonly auths?: object };
  if (typeof auths !== "object" || auths === null)
    throw new Error('it has no "auths", as docker and podman write them');
  const entries = Object.entries(auths).map(([place, entry]) => {
    const { auth } = entry as { readonly auth?: unknown };
    const [, username, password] = typeof auth === "string" ? (/^([^:]+):(.*)$/s.exec(decoded(auth)) ?? []) : [];
    if (username === undefined || password === undefined)
      throw new Error(
        `it has no password for ${place}, which a credential helper may keep: use podman login --authfile`,
      );
    return [registryName(place.replace(/^https?:\/\//, "").replace(/\/.*$/, "")), { username, password }] as const;
  });
  return Object.fromEntries(entries);
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}

function mirrorLists(list: string): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const pair of listOf(text)(list)) {
    const [, registry, url] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (registry === undefined || url === undefined) throw new Error("give REGISTRY=URL, separated by commas");
    (found[registryName(registry)] ??= []).push(url);
  }
  // The client refuses URLs that are not safe.
  void new RegistryClient({ mirrors: found });
  return found;
}
