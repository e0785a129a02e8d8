import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";

import { handledLater } from "@poco-marketplace/sdk/handledLater.js";
import { OWNER_FILE } from "../files/ownerOnly.js";
import { removeFolder } from "../files/removeFolder.js";
import { filterRules, STACK, type Endpoint, type Reach } from "./filter.js";
import { ownAddresses } from "./ownAddresses.js";

/** The network of apps that ask for one: what `reach` says, and these endpoints. */
export interface AppNetwork {
  readonly endpoints: readonly Endpoint[];
  /** The internet by default. */
  readonly reach?: Reach;
}

export const NO_NETWORK_WARNING =
  "slirp4netns or nftables is not here, or does not work: apps that ask for the network get none. Install both " +
  "(apt install slirp4netns nftables).";

/**
 * The file descriptor on which a process in a new namespace reports that it is ready, and waits until it may continue.
 */
export const GATE_FD = 3;

/**
 * A script that installs the filter of the namespace first, waits until the network stack is attached, and becomes the
 * program. The namespace belongs to another user namespace than the program's, so that the program cannot change it.
 */
const ENTER = `
PATH=$PATH:/usr/sbin:/sbin
nft -f "$1" && shift || exit 1
echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet
echo here >&${GATE_FD}
read -r go <&${GATE_FD} || exit 1
exec ${GATE_FD}>&-
exec "$@"`;

/** The files with which names are resolved, none of the machine's own. */
const NAME_FILES = {
  "resolv.conf": `nameserver ${STACK.nameServer}\n`,
  hosts: "127.0.0.1 localhost\n::1 localhost\n",
  "nsswitch.conf": "hosts: files dns\n",
};

const RULES = "rules.nft";

/** A command in its own network, whose rules and files are in a folder. */
export interface UserNetwork {
  readonly command: readonly string[];
  /** The files with which names are resolved, by their path in `/etc`. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Prepares a network for a program.
 *
 * @param folder - A folder that must exist until the program ends.
 * @param seen - The path of that folder for the program's command, if it is another.
 */
export async function prepareNetwork(
  { endpoints, reach }: AppNetwork,
  folder: string,
  seen = folder,
): Promise<UserNetwork> {
  await writeFile(join(folder, RULES), filterRules(endpoints, ownAddresses(), reach), { mode: OWNER_FILE });
  const files = new Map<string, string>();
  for (const [name, content] of Object.entries(NAME_FILES)) {
    await writeFile(join(folder, name), content, { mode: OWNER_FILE });
    files.set(`/etc/${name}`, join(seen, name));
  }
  return {
    command: ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", ENTER, "sh", join(seen, RULES)],
    files,
  };
}

/**
 * Attaches a user-mode network stack to a process that was started with the command of a {@link UserNetwork} and a pipe
 * as {@link GATE_FD}, and lets the process continue.
 *
 * @returns A function that ends the stack.
 */
export async function attachNetwork(child: ChildProcess, { endpoints }: AppNetwork): Promise<() => void> {
  const gate = child.stdio[GATE_FD] as Duplex;
  gate.on("error", () => undefined);
  let stop: (() => void) | undefined;
  try {
    await firstOutputOf(gate, child, "the rules of its network were not taken");
    const reachesHost = endpoints.some(({ address }) => address.startsWith("127."));
    const stack = spawn(
      "slirp4netns",
      [
        ["--configure", "--mtu=65520", "--exit-fd=3", "--ready-fd=4", "--enable-sandbox", "--enable-seccomp"],
        reachesHost ? [] : ["--disable-host-loopback"],
        [`${child.pid}`, STACK.device],
      ].flat(),
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true },
    );
    // The stack ends when the other side of its third descriptor is closed: with this process, at the latest.
    stop = () => void (stack.kill("SIGKILL"), (stack.stdio[3] as Duplex).destroy());
    await firstOutputOf(stack.stdio[4] as Readable, stack, "slirp4netns does not serve it");
    gate.write("go\n");
    return stop;
  } catch (error) {
    stop?.();
    // The process that waits ends when its pipe is closed.
    gate.destroy();
    throw error;
  }
}

/** Whether programs can have a network here, which is tried. */
export async function hasUserNetwork(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "network-"));
  const network: AppNetwork = { endpoints: [{ address: "127.0.0.1", port: 1 }] };
  try {
    const { command } = await prepareNetwork(network, folder);
    const [program, ...args] = command;
    const child = spawn(program!, [...args, "true"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    const ended = handledLater(once(child, "close") as Promise<[number | null]>);
    const stop = await attachNetwork(child, network);
    const [code] = await ended;
    stop();
    return code === 0;
  } catch {
    return false;
  } finally {
    await removeFolder(folder);
  }
}

/** Waits for the first output of a process; rejects if it ends before. */
function firstOutputOf(stream: Readable, process: ChildProcess, problem: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(problem));
    stream
      .once("data", () => resolve())
      .once("end", fail)
      .once("error", fail);
    process.once("error", fail).once("exit", fail);
  });
}
