/**
 * Clients of all services of a network, and functions that protect data, grant access, run apps and read results.
 *
 * In the examples of this entry, `network` is what `network.json` holds, `signer` an account of its chain, `clients`
 * the result of {@link connectClients} for both, and `market`, `secrets` and so on are clients of single services.
 */
export * from "./connectClients.js";
export * from "./createResultKey.js";
export * from "./directory.js";
export * from "./fetchResult.js";
export * from "./grantAccess.js";
export * from "./market.js";
export * from "./protectData.js";
export * from "./publishApp.js";
export * from "./runApp.js";
export * from "./scheduler.js";
export * from "./secrets.js";
export { ServiceError, type ChainClientOptions, type LoginSigner, type ServiceOptions } from "./serviceConnection.js";
export * from "./store.js";
export * from "./subgraph.js";
export * from "./workerSession.js";
export { DecryptionError } from "../protect/aes.js";
export { encryptData, type EncryptedData } from "../protect/encryptData.js";
export * from "../protect/resultEncryption.js";
export {
  EmptyDataError,
  InvalidKeyError,
  UnsupportedValueError,
  type DataObject,
  type Scalar,
  type Schema,
} from "../protect/schema.js";
export { ArchiveTooLargeError, InvalidArchiveError, unzip } from "../protect/zip.js";
export type * from "../wire/market.js";
export * from "../wire/secretRef.js";
