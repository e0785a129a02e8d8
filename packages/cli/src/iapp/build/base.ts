import type { BuiltLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";

/** A base image that is made of programs of this machine. */
export interface Base {
  readonly layer: BuiltLayer;
  readonly environment: ReadonlyMap<string, string>;
  /** What it has, for people. */
  readonly name: string;
}
