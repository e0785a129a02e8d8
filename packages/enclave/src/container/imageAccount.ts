import { ContainerError } from "./containerError.js";
import type { ImageRoot } from "./imageRoot.js";

/** The account that an image's program runs as. */
export interface ImageAccount {
  readonly uid: number;
  readonly gid: number;
  /** An absolute path; the root folder for an account that the image does not know. */
  readonly home: string;
}

interface Entry {
  readonly name: string;
  readonly id: number;
  /** The fields after the id. */
  readonly rest: readonly string[];
}

/** The largest id of container engines, 2^31 − 1. */
const MAX_ID = 2 ** 31 - 1;
/** Of `/etc/passwd` and `/etc/group`, in bytes. */
const MAX_BYTES = 2 ** 20;
const NUMBER = /^\d{1,10}$/;

/**
 * Finds the account of an image's USER, as container engines do: a name, or a number that may have no entry in
 * `/etc/passwd`, and optionally a group. Without one, it is the group of the entry, or 0. Further groups of the user in
 * `/etc/group` are left out, since a sandbox without privileges has one group.
 *
 * @throws {@link ContainerError} UnknownUser, UnknownGroup, InvalidUser, FileTooLarge
 */
export function findAccount(root: ImageRoot, user: string): ImageAccount {
  const [name = "", group, ...more] = user.split(":");
  if (more.length > 0) throw new ContainerError("InvalidUser", { user, problem: "has more than one colon" });
  const wanted = name === "" ? "0" : name;
  const entry = findEntry(root, "/etc/passwd", wanted);
  const uid = entry?.id ?? idOf(wanted, user);
  if (uid === undefined) throw new ContainerError("UnknownUser", { user: wanted });
  const [gid, , home] = entry?.rest ?? [];
  return {
    uid,
    gid: group === undefined || group === "" ? Number(gid ?? 0) : groupOf(root, group, user),
    home: home?.startsWith("/") === true ? home : "/",
  };
}

function groupOf(root: ImageRoot, group: string, user: string): number {
  const id = findEntry(root, "/etc/group", group)?.id ?? idOf(group, user);
  if (id === undefined) throw new ContainerError("UnknownGroup", { group });
  return id;
}

/** Reads a number; undefined for a name. */
function idOf(text: string, user: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  if (Number(text) <= MAX_ID) return Number(text);
  throw new ContainerError("InvalidUser", { user, problem: `has a number above ${MAX_ID}` });
}

/** Finds the first entry with that name, or else with that number. */
function findEntry(root: ImageRoot, path: string, wanted: string): Entry | undefined {
  const entries = (root.readText(path, MAX_BYTES) ?? "").split("\n").flatMap((line): Entry[] => {
    const [name = "", , id = "", ...rest] = line.trim().split(":");
    // A user's group is read too.
    const isValid = name !== "" && [id, ...(path === "/etc/passwd" ? [rest[0] ?? ""] : [])].every(isId);
    return isValid ? [{ name, id: Number(id), rest }] : [];
  });
  return (
    entries.find(({ name }) => name === wanted) ??
    entries.find(({ id }) => NUMBER.test(wanted) && id === Number(wanted))
  );
}

function isId(text: string): boolean {
  return NUMBER.test(text) && Number(text) <= MAX_ID;
}
