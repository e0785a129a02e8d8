import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SandboxKind } from "@poco-marketplace/enclave/runtime/sandbox.js";
import type { AttestationMode } from "./attestation/mode.js";
import type { ChainAccount } from "./chain/accounts.js";
import type { ServiceUrls } from "./startServices.js";

/** The content of `network.json`: all that a client needs to use a network. Services that do not run are left out. */
export interface NetworkDescription extends ServiceUrls {
  readonly rpc: string;
  readonly chainId: number;
  readonly hub: Address;
  readonly rlc: Address | null;
  /** The contract that registers datasets with their schema. */
  readonly dataprotector?: Address;
  /** The workers' sandbox for apps, if there are workers; `node` only restricts apps by Node's permission model. */
  readonly sandbox?: SandboxKind;
  /** The enclaves that are trusted; with `none`, any key that a worker names counts as an enclave's. */
  readonly attestation: AttestationMode;
  /** The `address:port` on this machine at which apps of an embedded network may reach a mail server, if one runs. */
  readonly mailSink?: string;
  /** The process of the command; a signal to it stops the network. */
  readonly pid: number;
  /** The process ids of the services by title, as of when the network became ready. */
  readonly processes: Readonly<Record<string, number>>;
  readonly manifest: Manifest;
  readonly accounts: readonly ChainAccount[];
}
