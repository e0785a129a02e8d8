import { AbiCoder, Interface, dataSlice } from "ethers";

import type { Hex } from "../../protocol/ids.js";
import { ERROR_CATALOG } from "./errorCatalog.js";
import type { ErrorEntry, ErrorInput } from "./errorEntry.js";
import { errorSentence, type ErrorValues } from "./errorSentence.js";
import { findRevertData } from "./revertData.js";

type Catalog = typeof ERROR_CATALOG;

/** The name of an error that a contract of ours reverts with. */
export type ContractErrorName = keyof Catalog;

type ValueOf<Input extends ErrorInput> = Input["type"] extends `uint${number}`
  ? bigint
  : Input["type"] extends "bool"
    ? boolean
    : Input["type"] extends "string"
      ? string
      : Hex;

/** The values that an error comes with, by name. */
export type ContractErrorArgs<Name extends ContractErrorName> = {
  readonly [Input in Catalog[Name]["inputs"][number] as Input["name"]]: ValueOf<Input>;
};

/**
 * Why a call reverted: an error of our contracts; `Error` (a message) and `Panic` (a number), which Solidity and other
 * contracts use; `Unknown` for any other data, and `Unexplained` when there is none.
 */
export type RevertReason = ContractErrorName | "Error" | "Panic" | "Unknown" | "Unexplained";

const ERRORS = new Interface(
  Object.entries<ErrorEntry>(ERROR_CATALOG).map(
    ([name, { inputs }]) => `error ${name}(${inputs.map((input) => `${input.type} ${input.name}`).join(", ")})`,
  ),
);

const ERROR_SELECTOR = "0x08c379a0";
const PANIC_SELECTOR = "0x4e487b71";

/** What Solidity panics for. Source: its documentation, "Panic via assert and Error via require". */
const PANICS: Readonly<Record<number, string>> = {
  0x01: "an assertion failed",
  0x11: "a number overflowed or underflowed",
  0x12: "a number was divided by zero",
  0x21: "a number is not a member of its enum",
  0x22: "a byte array in storage is damaged",
  0x31: "pop was called on an empty array",
  0x32: "an index lies outside of an array",
  0x41: "too much memory was asked for",
  0x51: "a function that does not exist was called",
};

/**
 * A call that a contract refused. Its message says why and what to do; code can branch on `reason`.
 *
 * @example
 * ```ts
 * const error = await orRevertReason(contracts.hub.withdraw(parseRlc("1000000"))).catch((error: unknown) => error);
 * if (error instanceof PocoRevertError && error.is("ERC20InsufficientBalance")) {
 *   formatRlc(error.args.needed); // → "1000000"
 * }
 * ```
 */
export class PocoRevertError extends Error {
  override readonly name = "PocoRevertError";
  readonly reason: RevertReason;
  /** The values that came with the error, by name, as the ABI has them: numbers and enums are bigint. */
  readonly args: ErrorValues;
  /** The revert data as it came. */
  readonly data: Hex;

  constructor(revert: DecodedRevert, options?: ErrorOptions) {
    super(revert.message, options);
    this.reason = revert.reason;
    this.args = revert.args;
    this.data = revert.data;
  }

  /** Whether it is this error of our contracts; if so, its values by name and type. */
  is<Name extends ContractErrorName>(
    reason: Name,
  ): this is PocoRevertError & { readonly reason: Name; readonly args: ContractErrorArgs<Name> } {
    return this.reason === reason;
  }
}

/** Decoded revert data. */
export interface DecodedRevert {
  readonly reason: RevertReason;
  readonly args: ErrorValues;
  readonly data: Hex;
  /** For people: why, and what to do. */
  readonly message: string;
}

/**
 * Decodes why a call was refused, from the error that ethers, viem or Hardhat threw.
 *
 * @returns Undefined when it was not a revert: the node cannot be reached, the wallet refused.
 * @example
 * ```ts
 * try {
 *   await contracts.hub.withdraw(parseRlc("1000000"));
 * } catch (error) {
 *   decodeRevert(error)?.reason; // → "ERC20InsufficientBalance"
 * }
 * decodeRevert(new Error("The wallet said no.")); // → undefined
 * ```
 */
export function decodeRevert(error: unknown): PocoRevertError | undefined {
  if (error instanceof PocoRevertError) return error;
  const data = findRevertData(error);
  return data === undefined ? undefined : new PocoRevertError(decodeRevertData(data), { cause: error });
}

/**
 * Decodes revert data.
 *
 * @param data - The bytes that a call reverted with: a selector and its values; `0x` for none.
 * @example
 * ```ts
 * const { reason, args, message } = decodeRevertData(`0x4e487b71${"00".repeat(31)}12`);
 * reason; // → "Panic"
 * args; // → { code: 0x12n }
 * message; // → "The contract panicked because a number was divided by zero (Panic 18). Check the numbers of the call."
 * ```
 */
export function decodeRevertData(data: Hex): DecodedRevert {
  if (data === "0x") {
    const message =
      "The call was refused without a reason (Unexplained). Check that the address is that of the contract on this " +
      "chain, that the function exists there, and send the transaction with a higher gas limit.";
    return { reason: "Unexplained", args: {}, data, message };
  }
  try {
    return decodeBuiltin(data) ?? decodeOurs(data) ?? unknown(data);
  } catch {
    return unknown(data);
  }
}

/**
 * Awaits a call, and throws a refusal as {@link decodeRevert} decodes it. Other errors are thrown as they are.
 *
 * @throws {@link PocoRevertError} when the contract refused the call.
 * @example
 * ```ts
 * await orRevertReason(contracts.hub.viewCategory(0n)).then(({ name }) => name); // → "XS"
 * await orRevertReason(contracts.hub.viewCategory(99n)); // throws PocoRevertError
 * ```
 */
export async function orRevertReason<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw decodeRevert(error) ?? error;
  }
}

function decodeOurs(data: Hex): DecodedRevert | undefined {
  const parsed = ERRORS.parseError(data);
  if (parsed === null) return undefined;
  const reason = parsed.name as ContractErrorName;
  const args = parsed.args.toObject() as ErrorValues;
  return { reason, args, data, message: errorSentence(reason, ERROR_CATALOG[reason], args) };
}

/** The two errors that are part of Solidity. */
function decodeBuiltin(data: Hex): DecodedRevert | undefined {
  const selector = dataSlice(data, 0, 4);
  if (selector === ERROR_SELECTOR) {
    const [text] = AbiCoder.defaultAbiCoder().decode(["string"], dataSlice(data, 4)) as unknown as [string];
    return { reason: "Error", args: { message: text }, data, message: `The call was refused: ${text} (Error).` };
  }
  if (selector === PANIC_SELECTOR) {
    const [code] = AbiCoder.defaultAbiCoder().decode(["uint256"], dataSlice(data, 4)) as unknown as [bigint];
    const what = PANICS[Number(code)] ?? "of an unknown cause";
    const message = `The contract panicked because ${what} (Panic ${code}). Check the numbers of the call.`;
    return { reason: "Panic", args: { code }, data, message };
  }
  return undefined;
}

function unknown(data: Hex): DecodedRevert {
  const message =
    `The call was refused with data that none of our contracts sends (Unknown): ${data}. ` +
    "Ask whoever wrote the contract that was called, or update this package.";
  return { reason: "Unknown", args: { data }, data, message };
}
