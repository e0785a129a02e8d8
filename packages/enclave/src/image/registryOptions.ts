import type { Resolve } from "../network/reach.js";

/** An account at a registry. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The options of a registry client. */
export interface RegistryOptions {
  /** Credentials by registry, as named in images (`docker.io` is Docker Hub), or by the host of a mirror. */
  readonly credentials?: Readonly<Record<string, Credentials>>;
  /** The URLs of mirrors by registry; they are asked before the registry. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Registries that may be on this machine or its private network, as named in images: `127.0.0.1:5000`. */
  readonly privateRegistries?: readonly string[];
  /**
   * Whether requests may go to this machine and its private network because an app's publisher named a registry there.
   * Registries and mirrors with an entry in these options may be anywhere.
   */
  readonly privateHosts?: "allowed" | "refused";
  /** Resolves host names; by default, the system's resolver does. */
  readonly resolve?: Resolve;
  /** The time without any data after which a request is aborted, in milliseconds. */
  readonly idleTimeoutMs?: number;
  /** The pause before the first retry, in milliseconds; it doubles with each retry. */
  readonly pauseMs?: number;
}
