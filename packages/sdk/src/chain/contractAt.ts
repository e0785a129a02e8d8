import { Contract, Interface, type BaseContract, type ContractRunner } from "ethers";

/** ABIs are read once: that of the hub takes 20 ms. */
const interfaces = new WeakMap<readonly string[], Interface>();

/** A contract as TypeChain types it, with an ABI in words that has all of it, or the part that is called. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- TypeChain's types are known to the compiler only.
export function contractAt<Typed extends BaseContract>(
  address: string,
  abi: readonly string[],
  runner: ContractRunner | null,
): Typed {
  const known = interfaces.get(abi) ?? new Interface(abi);
  interfaces.set(abi, known);
  return new Contract(address, known, runner) as BaseContract as Typed;
}
