/** An account of the machine by its numbers. */
export interface HostAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account whose processes run images for a worker that is root: a number that systems give to no account of their
 * own, so that it owns nothing else and no other process belongs to it.
 */
const SANDBOX_ID = 61_000;

/**
 * Returns the account to which the files and processes of images belong, if it is another one than this process's: root
 * has privileges that no app may come near, and to which the kernel's limits do not apply.
 */
export function sandboxAccount(): HostAccount | undefined {
  return process.getuid?.() === 0 ? { uid: SANDBOX_ID, gid: SANDBOX_ID } : undefined;
}
