import { AbiCoder, Interface, keccak256, toBeHex, TypedDataEncoder, ZeroAddress, ZeroHash } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { DeployError } from "./DeployError.js";
import type { Call } from "./sendStep.js";

/** What we ask of an owner to know what it is, and what operators of a timelock call. */
const TIMELOCK = new Interface([
  "function getMinDelay() view returns (uint256)",
  "function getOperationState(bytes32 id) view returns (uint8)",
  "function getTimestamp(bytes32 id) view returns (uint256)",
  "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)",
  "function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt) payable",
]);
const SAFE = new Interface([
  "function nonce() view returns (uint256)",
  "function getThreshold() view returns (uint256)",
]);

/** What a timelock says of an operation, by the numbers of OpenZeppelin's `OperationState`. */
const STATES = ["not scheduled", "waiting", "ready", "done"] as const;

/** What owns a hub: an account with one key, a Safe, a timelock, or another contract. */
export type Owner =
  | { readonly kind: "account" | "contract"; readonly address: Address }
  | { readonly kind: "safe"; readonly address: Address; readonly threshold: bigint; readonly nonce: bigint }
  | { readonly kind: "timelock"; readonly address: Address; readonly delay: bigint };

/** A transaction that an owner, or who proposes to it, is to make. */
export interface Proposal {
  /** What the transaction does, as part of a file's name. */
  readonly title: string;
  readonly to: Address;
  readonly data: Hex;
}

/** An operation of a timelock. */
export interface Operation {
  readonly id: Hex;
  readonly salt: Hex;
  readonly delay: bigint;
  readonly state: (typeof STATES)[number];
  /** When it may be executed, in unix seconds; 0 before it is scheduled. */
  readonly readyAt: bigint;
}

/** What an address is, by what it answers. */
export async function ownerAt({ ethers: { provider } }: NetworkConnection, address: Address): Promise<Owner> {
  if ((await provider.getCode(address)) === "0x") return { kind: "account", address };
  const ask = async (abi: Interface, name: string) => {
    try {
      const answer = await provider.call({ to: address, data: abi.encodeFunctionData(name) });
      return BigInt(String(abi.decodeFunctionResult(name, answer)[0]));
    } catch {
      return undefined;
    }
  };
  const delay = await ask(TIMELOCK, "getMinDelay");
  if (delay !== undefined) return { kind: "timelock", address, delay };
  const [threshold, nonce] = [await ask(SAFE, "getThreshold"), await ask(SAFE, "nonce")];
  if (threshold !== undefined && nonce !== undefined) return { kind: "safe", address, threshold, nonce };
  return { kind: "contract", address };
}

/** The transactions with which an owner that is a contract makes a call: one, or two if it is a timelock. */
export async function proposalsOf(
  connection: NetworkConnection,
  owner: Owner,
  { step, to, data }: Call,
): Promise<{ readonly proposals: readonly Proposal[]; readonly operation?: Operation }> {
  if (owner.kind === "account") {
    throw new DeployError(`${owner.address} is an account with one key: send as it, without --propose.`);
  }
  if (owner.kind !== "timelock") return { proposals: [{ title: step, to, data: data as Hex }] };

  const operation = await operationOf(connection, owner, { step, to, data });
  const { salt, delay } = operation;
  const schedule = TIMELOCK.encodeFunctionData("schedule", [to, 0, data, ZeroHash, salt, delay]) as Hex;
  const execute = TIMELOCK.encodeFunctionData("execute", [to, 0, data, ZeroHash, salt]) as Hex;
  return {
    operation,
    proposals: [
      { title: `${step}-1-schedule`, to: owner.address, data: schedule },
      { title: `${step}-2-execute`, to: owner.address, data: execute },
    ],
  };
}

/**
 * The operation that a call is for a timelock. Its salt is the first number of which no operation is done yet: asked again,
 * the same operation comes out until it is executed, and another one when the same call is to be made another time.
 */
async function operationOf(
  { ethers: { provider } }: NetworkConnection,
  { address, delay }: Extract<Owner, { kind: "timelock" }>,
  { to, data }: Call,
): Promise<Operation> {
  const ask = async (name: string, operation: Hex) => {
    const answer = await provider.call({ to: address, data: TIMELOCK.encodeFunctionData(name, [operation]) });
    return BigInt(String(TIMELOCK.decodeFunctionResult(name, answer)[0]));
  };
  for (let number = 0; ; number++) {
    const salt = toBeHex(number, 32) as Hex;
    const operation = operationId(to, data, salt);
    const state = STATES[Number(await ask("getOperationState", operation))]!;
    if (state === "done") continue;
    return { id: operation, salt, delay, state, readyAt: await ask("getTimestamp", operation) };
  }
}

/** As `hashOperation` of OpenZeppelin's TimelockController has it, for calls without value or predecessor. */
export function operationId(to: Address, data: string, salt: Hex): Hex {
  const types = ["address", "uint256", "bytes", "bytes32", "bytes32"];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [to, 0, data, ZeroHash, salt])) as Hex;
}

const SAFE_TX = {
  SafeTx: [
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "data", type: "bytes" },
    { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" },
    { name: "baseGas", type: "uint256" },
    { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" },
    { name: "refundReceiver", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
};

/** What a Safe's signers sign (EIP-712, as Safes since 1.3.0 have it), computed here and not asked of anybody. */
export function safeTxHash(
  safe: Address,
  chainId: number,
  { to, data }: Pick<Proposal, "to" | "data">,
  nonce: bigint,
): Hex {
  const transaction = {
    to,
    value: 0,
    data,
    operation: 0,
    safeTxGas: 0,
    baseGas: 0,
    gasPrice: 0,
    gasToken: ZeroAddress,
    refundReceiver: ZeroAddress,
    nonce,
  };
  return TypedDataEncoder.hash({ chainId, verifyingContract: safe }, SAFE_TX, transaction) as Hex;
}

/**
 * A file that Safe's Transaction Builder imports. What it says in plain JSON (target, value, data) is what the operator of a
 * timelock, or of another contract, sends with any other tool.
 */
export function builderFile(
  chainId: number,
  { title, to, data }: Proposal,
  { description, createdAt }: { readonly description: string; readonly createdAt: number },
): object {
  return {
    version: "1.0",
    chainId: `${chainId}`,
    createdAt,
    meta: { name: title, description, txBuilderVersion: "1.16.5" },
    transactions: [{ to, value: "0", data, contractMethod: null, contractInputsValues: null }],
  };
}
