import type { ErrorUnit } from "../../src/chain/errorEntry.js";

/** In which unit a number in an error is, by its name: those that mean the same everywhere. */
const BY_NAME: Readonly<Record<string, ErrorUnit>> = {
  deadline: "time",
  finalDeadline: "time",
  price: "rlc",
  maxPrice: "rlc",
  tokenId: "asset",
  index: "number",
  trust: "number",
  attributes: "hex",
  notAfter: "time",
  notBefore: "time",
  offset: "bytes",
  serial: "hex",
  version: "number",
};

/** The others, by error. */
const BY_ERROR: Readonly<Record<string, Readonly<Record<string, ErrorUnit>>>> = {
  AllowanceTooLarge: { allowance: "rlc", added: "rlc" },
  AlreadyRevealed: { revealed: "number" },
  AlreadySetUp: { categories: "number" },
  AmountsMismatch: { amounts: "number", targets: "number" },
  AssetTooLarge: { size: "bytes", maxSize: "bytes" },
  CallbackGasMissing: { available: "gas", needed: "gas" },
  CallbackGasTooLarge: { callbackGas: "gas", max: "gas" },
  CategoryMismatch: { demanded: "number", offered: "number" },
  CategoryTooLong: { workClockTimeRef: "seconds", max: "seconds" },
  CodeGasMissing: { available: "gas", length: "bytes" },
  CoinTransferFailed: { value: "wei" },
  ERC20InsufficientAllowance: { allowance: "rlc", needed: "rlc" },
  ERC20InsufficientBalance: { balance: "rlc", needed: "rlc" },
  FaucetLimitExceeded: { amount: "rlc", limit: "rlc" },
  IndexOutOfRange: { first: "number", size: "number" },
  IndexesMismatch: { deals: "number", indexes: "number" },
  InsufficientBalance: { balance: "wei", needed: "wei" },
  InsufficientFrozen: { frozen: "rlc", amount: "rlc" },
  OrderExhausted: { volume: "number" },
  QuotingEnclaveAttributes: { miscSelect: "hex" },
  QuotingEnclaveTooOld: { svn: "number", minimum: "number" },
  RevealsMissing: { revealed: "number", winners: "number" },
  SchedulerRewardRatioTooHigh: { ratio: "percent", maxRatio: "percent" },
  SupplyTooLarge: { amount: "rlc", available: "rlc" },
  TokenNotMoved: { amount: "rlc" },
  TooLongForCode: { length: "bytes", maxLength: "bytes" },
  TooManyContributors: { max: "number" },
  TrustTooHigh: { demanded: "number", offered: "number" },
  Truncated: { needed: "bytes", available: "bytes" },
  UnexpectedAttributes: { required: "hex", allowed: "hex" },
  UnexpectedFeatures: { features: "hex", required: "hex", allowed: "hex" },
  UnexpectedMiscSelect: { miscSelect: "hex", allowed: "hex" },
  UnknownAttributes: { unknown: "hex" },
  UnknownQuotingEnclave: { product: "number" },
  UnsupportedBodyType: { bodyType: "number" },
  UnsupportedCertification: { expected: "number", actual: "number" },
  UnsupportedKeyType: { keyType: "number" },
  UnsupportedTee: { tee: "hex" },
  UnknownCategory: { id: "number" },
  ValueTooSmall: { sent: "wei", needed: "wei" },
  WrongBasicConstraints: { pathLength: "number" },
  WrongKeyUsage: { usage: "hex" },
  WrongLength: { stated: "bytes", actual: "bytes" },
};

/** In which unit the number `input` of `error` is; undefined when nobody has said so yet. */
export function unitOf(error: string, input: string): ErrorUnit | undefined {
  return BY_ERROR[error]?.[input] ?? BY_NAME[input];
}
