/**
 * What a client of PoCo needs: the protocol, typed contracts, and errors in sentences.
 *
 * In the examples of this package, `contracts` is what {@link connectContracts} answers for `hubAddress` and `signer`, the
 * requester's account; `provider` is a node's; `orders` are four signed orders that match; `manifest` is the hub's. What
 * else has no declaration comes from this package or from ethers. `// → value` shows what an expression comes to,
 * `// throws Error` what it throws.
 */
export * from "./chain/assets.js";
export * from "./chain/contracts.js";
export * from "./chain/deals.js";
export { ERROR_CATALOG } from "./chain/errors/errorCatalog.js";
export type { ErrorEntry, ErrorInput, ErrorUnit } from "./chain/errors/errorEntry.js";
export { formatValue, type ErrorValues } from "./chain/errors/errorSentence.js";
export * from "./chain/errors/decodeRevert.js";
export * from "./chain/events.js";
export * from "./chain/matchingFacts.js";
export * from "./chain/sendAndWait.js";
export * from "./manifest.js";
export * from "./explain/explainMatch.js";
export * from "./explain/explainRequest.js";
export * from "./protocol/index.js";
