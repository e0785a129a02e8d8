import { execFile } from "node:child_process";
import { join } from "node:path";

import type { Endpoint, Reach } from "../network/filter.js";
import { hasUserNetwork, NO_NETWORK_WARNING, type AppNetwork } from "../network/userNetwork.js";
import { bubblewrapCommand } from "./bubblewrap.js";
import { appFlags, type SandboxContents, type Launch } from "./launch.js";
import { runtimeCode, type RuntimeCode } from "./runtimeCode.js";

/** The kinds of sandboxes that isolate an enclave from the rest of the machine. */
export type SandboxKind = "bubblewrap" | "node";

/** The sandbox in which an enclave is started. */
export interface Sandbox {
  readonly kind: SandboxKind;
  readonly warning: string | undefined;
  /**
   * The network of apps that ask for one; they have none without it. Under Node's permission model, they reach the
   * endpoints only.
   */
  readonly network?: AppNetwork;
}

export const NODE_WARNING =
  "Bubblewrap is missing, or does not work: apps run under Node's permission model, which is not a sandbox. " +
  "Its authors say that it does not hold against malicious code. Install bubblewrap (apt install bubblewrap).";

export const NODE_NETWORK_WARNING =
  "Without a sandbox, apps that ask for the network reach what --app-allow names, and nothing else.";

/** Whether an enclave must run in Bubblewrap, or may run without it where there is none. */
export type SandboxRequirement = "bubblewrap" | "none";

/** A missing sandbox where one is required. */
export class NoSandboxError extends Error {
  override readonly name = "NoSandboxError";

  constructor() {
    super(
      "Bubblewrap is missing, or does not work, so that any app could take the keys of its enclave and more: install it " +
        "(apt install bubblewrap), or use --sandbox none to run apps without it.",
    );
  }
}

/**
 * Chooses the best sandbox of this machine.
 *
 * @throws {@link NoSandboxError} where there is none and one is required
 */
export async function chooseSandbox(demand: SandboxRequirement): Promise<Sandbox> {
  if (await isAvailable("bubblewrap")) return { kind: "bubblewrap", warning: undefined };
  if (demand === "bubblewrap") throw new NoSandboxError();
  return { kind: "node", warning: NODE_WARNING };
}

/** A sandbox, with a warning if its apps get no network. */
export interface NetworkedSandbox extends Sandbox {
  readonly networkWarning?: string;
}

/** Lets the apps of a sandbox that ask for the network reach these endpoints, besides the internet or all networks. */
export async function withNetwork(
  sandbox: Sandbox,
  endpoints: readonly Endpoint[],
  reach: Reach = "public",
): Promise<NetworkedSandbox> {
  const network = { endpoints, reach };
  if (sandbox.kind === "node") return { ...sandbox, network, networkWarning: NODE_NETWORK_WARNING };
  if (await hasUserNetwork()) return { ...sandbox, network };
  return { ...sandbox, networkWarning: NO_NETWORK_WARNING };
}

/** Whether a sandbox works here, which is tried. */
export async function isAvailable(kind: SandboxKind): Promise<boolean> {
  if (kind === "node") return true;
  const apart = ["--unshare-all", "--unshare-user", "--ro-bind", "/", "/"];
  // Two nested sandboxes, as apps are run.
  const trial = [...apart, "--proc", "/proc", "bwrap", ...apart, "--disable-userns", "true"];
  return new Promise((resolve) => execFile("bwrap", trial, { timeout: 5_000 }, (error) => resolve(error === null)));
}

/** Builds the command that starts an enclave in a sandbox of that kind. */
export function launchIn(kind: SandboxKind, contents: SandboxContents): Launch {
  const code = runtimeCode();
  if (kind === "bubblewrap") return bubblewrapCommand(contents, code);
  return nodeCommand(contents, code);
}

function nodeCommand({ app, entrypoint, network, workspace, limits }: SandboxContents, code: RuntimeCode): Launch {
  const guard = join(code.source, code.guard);
  const open = network?.endpoints.map(({ address, port }) => `${address} ${port}`).join(",");
  const address = `${guard}${open === undefined ? "" : `?network=${encodeURIComponent(open)}`}`;
  return {
    command: [process.execPath, ...code.flags, join(code.source, code.main)],
    app: {
      kind: "package",
      module: join(app, entrypoint),
      interpreter: [
        process.execPath,
        ...appFlags(limits),
        "--permission",
        ...[`${app}/*`, "{in}/*", "{in}", "{out}/*", "{out}", guard].map((path) => `--allow-fs-read=${path}`),
        ...["{out}/*", "{out}"].map((path) => `--allow-fs-write=${path}`),
        `--import=${address.startsWith("/") ? `file://${address}` : address}`,
      ],
    },
    workspace,
  };
}
