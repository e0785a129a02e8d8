/** What a number in an error counts. `time` is a moment in unix seconds, `asset` a token id, which is an address. */
export type ErrorUnit =
  "rlc" | "wei" | "gas" | "time" | "seconds" | "percent" | "bytes" | "asset" | "tag" | "hex" | "number";

/** The ABI types of values in errors. */
export type ErrorType =
  | "address"
  | "bool"
  | "bytes4"
  | "bytes6"
  | "bytes16"
  | "bytes20"
  | "bytes32"
  | "string"
  | "uint8"
  | "uint64"
  | "uint160"
  | "uint256";

/** A value that comes with an error. */
export interface ErrorInput {
  readonly name: string;
  /** Its ABI type. */
  readonly type: ErrorType;
  /** Of a number or tag: what it counts. */
  readonly unit?: ErrorUnit;
  /** Of an enum: its members, from zero. */
  readonly members?: readonly string[];
}

/** An error that contracts revert with: what it means and what to do, with the names of its values in backticks. */
export interface ErrorEntry {
  readonly inputs: readonly ErrorInput[];
  readonly meaning: string;
  readonly fix: string;
}
