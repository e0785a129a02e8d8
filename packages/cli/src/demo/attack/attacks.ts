import type { Attack } from "./attack.js";
import { keyThief, tamperedData, tamperedResult } from "./onData.js";
import { otherImage, unapprovedRuntime, zeroMrConfigId } from "./onImages.js";
import { debugEnclave, expiredCertificate, forgedRoot, oldTcb, revokedPlatform } from "./onPlatforms.js";
import { otherApp, replayedQuote, stolenQuote } from "./onQuotes.js";
import type { AttackName } from "./names.js";

/** All attacks by name. */
export const ATTACKS: Readonly<Record<AttackName, Attack>> = {
  "other-app": otherApp,
  "replayed-quote": replayedQuote,
  "stolen-quote": stolenQuote,
  "revoked-platform": revokedPlatform,
  "expired-certificate": expiredCertificate,
  "forged-root": forgedRoot,
  "debug-enclave": debugEnclave,
  "old-tcb": oldTcb,
  "key-thief": keyThief,
  "tampered-data": tamperedData,
  "tampered-result": tamperedResult,
  "unapproved-runtime": unapprovedRuntime,
  "zero-mrconfigid": zeroMrConfigId,
  "other-image": otherImage,
};
