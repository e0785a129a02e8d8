import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SandboxKind } from "@poco-marketplace/enclave/runtime/sandbox.js";
import type { AttestationMode } from "./attestation/mode.js";
import type { ChainAccount } from "./chain/accounts.js";
import type { ServiceUrls } from "./startServices.js";

/** What a client needs to know of a network, as `network.json` holds it. What is not there does not run. */
export interface NetworkDescription extends ServiceUrls {
  readonly rpc: string;
  readonly chainId: number;
  readonly hub: Address;
  readonly rlc: Address | null;
  /** The contract that registers datasets with their schema. */
  readonly dataprotector?: Address;
  /** What the workers run apps in, if there are any: `node` is no sandbox. */
  readonly sandbox?: SandboxKind;
  /** Whose enclaves are believed: with none, any key that a worker names counts as an enclave's. */
  readonly attestation: AttestationMode;
  /** Where apps of an embedded network may reach a mail server on this machine, if there is one: `address:port`. */
  readonly mailSink?: string;
  /** The process of the command, which ends the network when it is told to end. */
  readonly pid: number;
  /** The processes of the services by title, as they were when all was ready. */
  readonly processes: Readonly<Record<string, number>>;
  readonly manifest: Manifest;
  readonly accounts: readonly ChainAccount[];
}
