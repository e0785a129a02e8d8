export * from "./chain/contracts.js";
export { ERROR_CATALOG } from "./chain/errorCatalog.js";
export type { ErrorEntry, ErrorInput, ErrorUnit } from "./chain/errorEntry.js";
export { formatValue, type ErrorValues } from "./chain/errorSentence.js";
export * from "./chain/errors.js";
export * from "./chain/events.js";
export * from "./chain/send.js";
export * from "./config/manifest.js";
export * from "./protocol.js";
