import { chown, mkdir, readdir } from "node:fs/promises";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";

import { sandboxAccount, type HostAccount } from "../files/sandboxAccount.js";

/** Where files are put that the account could not get at, in a file system that only the started command sees. */
const PLACE = "/mnt";
const READ = 0o004;
const ENTER = 0o001;

/**
 * Mounts files at places that everybody can get at, for the command that follows only, and runs it as another account.
 * Before the command come pairs of a source and a name, and an empty word.
 */
const SWITCH = `
stage=$1 account=$2
shift 2
mount -t tmpfs -o mode=0755 stage "$stage" || exit
while [ -n "$1" ]; do
  if [ -d "$1" ]; then mkdir "$stage/$2"; else : > "$stage/$2"; fi
  mount --bind "$1" "$stage/$2" || exit
  shift 2
done
shift
mount --rbind "$stage" ${PLACE} && cd / || exit
exec setpriv --reuid "$account" --regid "$account" --clear-groups --no-new-privs -- "$@"`;

/** Starts a command as an account without privileges, which this process has anyhow unless it is root. */
export class UnprivilegedStart {
  readonly #folder: string;
  readonly #account: HostAccount | undefined = sandboxAccount();
  readonly #placed = new Map<string, string>();

  /** @param folder - An empty folder, which must exist until the command ends. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the path at which the command will find a file or folder of this machine. */
  readonly place = (path: string): string => {
    if (this.#account === undefined || isOpenToAll(path)) return path;
    const name = this.#placed.get(path) ?? `${this.#placed.size}`;
    this.#placed.set(path, name);
    return join(PLACE, name);
  };

  /** Gives a folder with the files in it to the account, which has to write or read them. */
  async give(folder: string): Promise<void> {
    if (this.#account === undefined) return;
    const { uid, gid } = this.#account;
    const files = (await readdir(folder)).map((name) => join(folder, name));
    for (const path of [...files, folder]) await chown(path, uid, gid);
  }

  /** Returns the words that precede the command. */
  async prefix(): Promise<string[]> {
    if (this.#account === undefined) return [];
    const stage = join(this.#folder, "stage");
    await mkdir(stage);
    const pairs = [...this.#placed].flat();
    const words = ["sh", "-c", SWITCH, "sh", stage, `${this.#account.uid}`, ...pairs, ""];
    return ["unshare", "--mount", "--propagation", "slave", ...words];
  }
}

/** Whether every account can read a file, or enter a folder and list it. */
function isOpenToAll(path: string): boolean {
  const { mode } = statSync(path);
  if ((mode & READ) === 0) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & ENTER) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
