/** The values of `--attack` besides `all`. */
export const ATTACK_NAMES = [
  "other-app",
  "replayed-quote",
  "stolen-quote",
  "revoked-platform",
  "expired-certificate",
  "forged-root",
  "debug-enclave",
  "old-tcb",
  "key-thief",
  "tampered-data",
  "tampered-result",
  "unapproved-runtime",
  "zero-mrconfigid",
  "other-image",
] as const;

export type AttackName = (typeof ATTACK_NAMES)[number];
