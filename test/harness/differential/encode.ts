/** Encodes a step for one system: finds addresses, computes ids, signs. */
import {
  type ParamType,
  type SigningKey,
  concat,
  getBytes,
  hashMessage,
  id,
  keccak256,
  toBeHex,
  zeroPadValue,
} from "ethers";

import { authorizationMessage, enclaveMessage } from "@poco-marketplace/sdk/protocol/authorization.js";
import { type Address, type Hex, dealId, taskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { resultHash, resultSeal } from "@poco-marketplace/sdk/protocol/result.js";
import {
  ORDER_TYPES,
  ORDER_TYPE_NAMES,
  hashOrder,
  hashOrderOperation,
} from "@poco-marketplace/sdk/protocol/typedData.js";
import { KEYS } from "./names.js";
import type { Argument, DealRef, Expression, Form, Name, OrderSpec, Step, TaskRef } from "./sequence.js";
import { interfaceOf, type World } from "./world.js";

/** The encoder of a sequence's orders, deals and tasks on one system; it names those that it creates. */
export type Speaker = ReturnType<typeof speakerOf>;

/** Types whose values are one word each. */
const WORDS = new Set(["address", "bool", "bytes32", "uint256"]);

/** The order of the curve secp256k1, for signatures that are valid but not canonical. */
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Creates an encoder for orders, which may grow in number with the sequence. */
export function speakerOf(world: World, orders: Readonly<Record<string, OrderSpec>>) {
  const { addressNamed, alias, domain } = world;
  world.forget();
  const known = new Map<string, unknown>();
  const remember = <Value>(key: string, make: () => Value): Value => {
    if (!known.has(key)) known.set(key, make());
    return known.get(key) as Value;
  };
  const named = (word: Hex, name: string): Hex => {
    alias(word, name);
    return word;
  };

  const specOf = (label: string): OrderSpec => {
    const spec = orders[label];
    if (spec === undefined) throw new Error(`No order is labeled ${label}.`);
    return spec;
  };
  /** The fields of an order, without its signature. */
  const fieldsOf = (label: string) =>
    remember(`fields ${label}`, () => {
      const { kind, fields } = specOf(label);
      const types = ORDER_TYPES[ORDER_TYPE_NAMES[kind]];
      const entries = types.map(({ name, type }) => [name, field(label, name, type, fields[name])]);
      return Object.fromEntries(entries) as Record<string, bigint | string>;
    });
  const field = (label: string, name: string, type: string, value: bigint | string | undefined): bigint | string => {
    if (type === "address") return addressNamed(value === undefined ? "nobody" : String(value));
    if (value !== undefined) return value;
    if (name === "salt") return id(label);
    if (type === "uint256") return 0n;
    return type === "bytes32" ? zeroPadValue("0x", 32) : "";
  };
  const hashOf = (label: string): Hex =>
    remember(`hash ${label}`, () =>
      named(hashOrder(specOf(label).kind, fieldsOf(label) as never, domain), `hash of ${label}`),
    );
  /** Events of published orders show their signatures. */
  const signatureOf = (label: string): Hex =>
    remember(`signature ${label}`, () => {
      const { by, form } = specOf(label);
      if (by === undefined) return "0x";
      const signature = sign(by, hashOf(label), form);
      const words = signature.slice(2).match(/.{1,64}/g) ?? [];
      for (const [index, word] of words.entries()) {
        const name = word.length < 64 ? "last byte of a signature" : `sign ${index} of ${label}`;
        if (!/^0+$/.test(word)) alias(`0x${word.padEnd(64, "0")}`, name);
      }
      return signature;
    });
  const operation = (label: string, is: bigint, by: Name | undefined, signsInstead: bigint | undefined): object => {
    const { kind } = specOf(label);
    const signed = { order: fieldsOf(label), operation: signsInstead ?? is } as never;
    const signature = (who: Name) =>
      remember(`operation ${label} ${is} ${who} ${signsInstead}`, () =>
        sign(who, hashOrderOperation(kind, signed, domain), undefined),
      );
    return { order: signedOrder(label), operation: is, sign: by === undefined ? "0x" : signature(by) };
  };
  const signedOrder = (label: string) => ({ ...fieldsOf(label), sign: signatureOf(label) });

  const dealOf = ([request, first]: DealRef): Hex =>
    remember(`deal ${request} ${first}`, () => named(dealId(hashOf(request), first), `deal ${request} ${first}`));
  const taskOf = ([request, first, index]: TaskRef): Hex =>
    remember(`task ${request} ${first} ${index}`, () =>
      named(taskId(dealOf([request, first]), index), `task ${request} ${first} ${index}`),
    );
  const hashOfResult = (of: string, task: TaskRef): Hex =>
    remember(`result ${of} ${String(task)}`, () =>
      named(resultHash(taskOf(task), digestOf(of)), `result ${of} of ${String(task)}`),
    );
  const sealOf = (of: string, task: TaskRef, worker: Name): Hex =>
    remember(`seal ${of} ${String(task)} ${worker}`, () =>
      named(
        resultSeal(addressNamed(worker) as Address, taskOf(task), digestOf(of)),
        `seal of ${worker} on ${of} of ${String(task)}`,
      ),
    );
  const message = (who: Name, hash: Hex, form?: Form): Hex =>
    remember(`message ${who} ${hash} ${form}`, () => sign(who, hashMessage(getBytes(hash)) as Hex, form));

  function express(expression: Expression): unknown {
    if ("order" in expression) return signedOrder(expression.order);
    if ("operation" in expression) {
      return operation(expression.of, expression.operation, expression.by, expression.signsInstead);
    }
    if ("hashOf" in expression) return hashOf(expression.hashOf);
    if ("signatureOf" in expression) return signatureOf(expression.signatureOf);
    if ("deal" in expression) return dealOf(expression.deal);
    if ("token" in expression) return BigInt(addressNamed(expression.token));
    if ("digest" in expression) return digestOf(expression.digest);
    if ("resultHash" in expression) return hashOfResult(expression.resultHash, expression.task);
    if ("seal" in expression) return sealOf(expression.seal, expression.task, expression.worker);
    if ("leave" in expression) {
      const { leave, task, enclave, by, form } = expression;
      const worker = addressNamed(leave) as Address;
      const asked = { worker, taskId: taskOf(task), enclave: addressNamed(enclave) as Address };
      return message(by, authorizationMessage(asked), form);
    }
    if ("vouch" in expression) {
      const { vouch, task, worker, by } = expression;
      const contribution = { resultHash: hashOfResult(vouch, task), resultSeal: sealOf(vouch, task, worker) };
      return message(by, enclaveMessage(contribution));
    }
    if ("vouchBoost" in expression) {
      const { vouchBoost, task, worker, by } = expression;
      return message(by, keccak256(concat([addressNamed(worker), taskOf(task), keccak256(vouchBoost)])) as Hex);
    }
    if ("calldata" in expression) return encodeCall("hub", expression.calldata, expression.args);
    return taskOf(expression.task);
  }

  function resolve(argument: Argument, type: ParamType): unknown {
    if (typeof argument === "string") return type.baseType === "address" ? addressNamed(argument) : argument;
    if (typeof argument !== "object") return argument;
    if (isList(argument)) {
      return argument.map((item, index) => resolve(item, type.arrayChildren ?? type.components![index]!));
    }
    return express(argument);
  }

  function encodeCall(to: Name, call: string, args: readonly Argument[]): string {
    const contract = interfaceOf(to);
    const fragment = contract.getFunction(call);
    if (fragment === null) throw new Error(`${to} has no function ${call}.`);
    const values = fragment.inputs.map((type, index) => resolve(args[index]!, type));
    if (fragment.inputs.every(({ baseType }) => WORDS.has(baseType))) {
      // This is much quicker than ethers, for the many views whose arguments are words.
      return fragment.selector + values.map((value) => wordOf(value as bigint | boolean | string)).join("");
    }
    return contract.encodeFunctionData(fragment, values);
  }

  return {
    encode: ({ to, call, args }: Pick<Step, "to" | "call" | "args">) => encodeCall(to, call, args),
    hashOf,
    dealOf,
    taskOf,
    hashOfResult,
    sealOf,
  };
}

/** A result, given by the preimage of its digest: bytes for a callback, or any word. */
function digestOf(of: string): Hex {
  return (of.startsWith("0x") ? keccak256(of) : id(of)) as Hex;
}

function wordOf(value: bigint | boolean | string): string {
  return (typeof value === "string" ? value.slice(2).toLowerCase() : BigInt(value).toString(16)).padStart(64, "0");
}

function sign(who: Name, hash: Hex, form: Form | undefined): Hex {
  const key = KEYS[who];
  if (key === undefined) throw new Error(`${who} has no key to sign with.`);
  return inForm(key, hash, form);
}

function isList(argument: Argument): argument is readonly Argument[] {
  return Array.isArray(argument);
}

function inForm(key: SigningKey, hash: Hex, form: Form | undefined): Hex {
  if (form === "empty") return "0x";
  if (form === "zeros") return `0x${"00".repeat(65)}`;
  const signature = key.sign(hash);
  const { r, s, v } = signature;
  switch (form) {
    case undefined:
      return signature.serialized as Hex;
    case "compact":
      return signature.compactSerialized as Hex;
    case "highS":
      return concat([r, zeroPadValue(toBeHex(CURVE_ORDER - BigInt(s)), 32), toBeHex(v === 27 ? 28 : 27)]) as Hex;
    case "lowV":
      // Always 1, though it could be 0: the two systems sign different digests, whose signatures may have different parity.
      return concat([r, s, "0x01"]) as Hex;
    case "short":
      return signature.serialized.slice(0, -4) as Hex;
    case "long":
      return `${signature.serialized}00` as Hex;
  }
}
