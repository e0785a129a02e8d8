/** The method does what others see. */
const CHANGES = /^(?:eth_send|evm_|hardhat_)/;
/** It only looks like it. */
const CHANGES_NOTHING = new Set(["hardhat_getAutomine", "hardhat_metadata", "hardhat_setLoggingEnabled"]);

/** Names of Anvil for what this node calls otherwise than `hardhat_` and the rest of the name. */
const EVM_NAMES = new Set([
  "increaseTime",
  "revert",
  "setAutomine",
  "setBlockGasLimit",
  "setNextBlockTimestamp",
  "snapshot",
]);

/** A request by the names of this node, whoever's names its sender uses. */
export function inOurNames({ method, params }: { readonly method: string; readonly params: unknown[] }) {
  const [, name] = /^anvil_(\w+)$/.exec(method) ?? [];
  if (name === undefined) return { method, params };
  // Anvil counts seconds.
  if (name === "setIntervalMining") return { method: "evm_setIntervalMining", params: params.map(inMilliseconds) };
  return { method: `${EVM_NAMES.has(name) ? "evm" : "hardhat"}_${name}`, params };
}

/** Whether a request may change the chain. */
export function changesChain(method: string): boolean {
  return CHANGES.test(method) && !CHANGES_NOTHING.has(method);
}

function inMilliseconds(seconds: unknown): unknown {
  return typeof seconds === "number" ? seconds * 1000 : seconds;
}
