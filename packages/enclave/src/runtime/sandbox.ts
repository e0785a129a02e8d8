import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import type { Endpoint } from "../network/filter.js";
import { hasUserNetwork, NO_NETWORK_WARNING, type AppNetwork } from "../network/userNetwork.js";
import { bubblewrapCommand } from "./bubblewrap.js";
import { appFlags, NO_INSPECTOR, type SandboxContents, type Launch, type RuntimeCode } from "./launch.js";

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

/** The packages of this project whose code runs in an enclave. */
const OWN = ["sdk", "enclave"];
const NEEDED = ["ethers", "jszip", "@hpke/core", "magic-bytes.js"];
/** A hook for Node: sources import `.js` where the file is still `.ts`. */
const FIND_SOURCES = `import m from "node:module";m.registerHooks({resolve(s,c,n){try{return n(s,c)}catch(e){
if(s.startsWith(".")&&s.endsWith(".js"))return n(s.slice(0,-3)+".ts",c);throw e}}});`;

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

/** Lets the apps of a sandbox reach these endpoints besides the internet. */
export async function withNetwork(sandbox: Sandbox, endpoints: readonly Endpoint[]): Promise<NetworkedSandbox> {
  if (sandbox.kind === "node") return { ...sandbox, network: { endpoints }, networkWarning: NODE_NETWORK_WARNING };
  if (await hasUserNetwork()) return { ...sandbox, network: { endpoints } };
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
    program: join(app, entrypoint),
    workspace,
    interpreter: [
      process.execPath,
      ...appFlags(limits),
      "--permission",
      ...[`${app}/*`, "{in}/*", "{in}", "{out}/*", "{out}", guard].map((path) => `--allow-fs-read=${path}`),
      ...["{out}/*", "{out}"].map((path) => `--allow-fs-write=${path}`),
      `--import=${address.startsWith("/") ? `file://${address}` : address}`,
    ],
  };
}

/** Finds the code that is put into each enclave to run it. */
export function runtimeCode(): RuntimeCode {
  const folder = dirname(fileURLToPath(import.meta.url));
  const source = dirname(dirname(dirname(dirname(folder))));
  const runtime = relative(source, folder);
  return {
    source,
    main: `${runtime}/inside.ts`,
    guard: `${runtime}/guard.ts`,
    flags: [NO_INSPECTOR, `--import=data:text/javascript,${encodeURIComponent(FIND_SOURCES)}`],
    folders: OWN.flatMap((name) => [`packages/${name}/src`, `packages/${name}/package.json`]),
    links: new Map(OWN.map((name) => [`@poco-marketplace/${name}`, `packages/${name}`])),
    packages: packagesFrom(source, NEEDED),
  };
}

/** Finds the packages that a folder's code needs, with their dependencies, by name. */
function packagesFrom(folder: string, needed: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = needed.map((name) => ({ name, from: folder }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, from } = next;
    const place = findPackage(name, from);
    // A package that lies within one that was found comes with it.
    if (place === undefined || [...found.values()].some((known) => place.startsWith(known))) continue;
    found.set(name, place);
    const { dependencies = {} } = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as {
      dependencies?: Record<string, string>;
    };
    waiting.push(...Object.keys(dependencies).map((dependency) => ({ name: dependency, from: place })));
  }
  return found;
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return realpathSync(place);
    if (folder === dirname(folder)) return undefined;
  }
}
