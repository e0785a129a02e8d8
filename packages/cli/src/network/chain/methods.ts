/** The methods that change the chain, except for {@link CHANGES_NOTHING}. */
const CHANGES = /^(?:eth_send|evm_|hardhat_)/;
/** The methods that match {@link CHANGES} but change nothing. */
const CHANGES_NOTHING = new Set(["hardhat_getAutomine", "hardhat_metadata", "hardhat_setLoggingEnabled"]);

/** The names after `anvil_` that this node has under `evm_` and not `hardhat_`. */
const EVM_NAMES = new Set([
  "increaseTime",
  "revert",
  "setAutomine",
  "setBlockGasLimit",
  "setNextBlockTimestamp",
  "snapshot",
]);

/** Translates a request with one of Anvil's method names to this node's name. */
export function inOurNames({ method, params }: { readonly method: string; readonly params: unknown[] }) {
  const [, name] = /^anvil_(\w+)$/.exec(method) ?? [];
  if (name === undefined) return { method, params };
  // Anvil takes seconds, this node milliseconds.
  if (name === "setIntervalMining") return { method: "evm_setIntervalMining", params: params.map(inMilliseconds) };
  return { method: `${EVM_NAMES.has(name) ? "evm" : "hardhat"}_${name}`, params };
}

/** Returns whether a request may change the chain. */
export function changesChain(method: string): boolean {
  return CHANGES.test(method) && !CHANGES_NOTHING.has(method);
}

function inMilliseconds(seconds: unknown): unknown {
  return typeof seconds === "number" ? seconds * 1000 : seconds;
}
