import type { HistoryProvider } from "./entry.js";
import type { History } from "./history.js";

/** The address of Multicall3 on every chain. Clients such as viem's batch their reads through it. */
const MULTICALL = "0xcA11bde05977b3631167028862bE2a173976CA11";

/** Sets the code of Multicall3 at its usual address, unless it is there already. */
export async function provideMulticall(provider: HistoryProvider, history: History): Promise<void> {
  const there = await provider.request({ method: "eth_getCode", params: [MULTICALL, "latest"] });
  if (there !== "0x") return;
  const code = await provider.request({ method: "eth_call", params: [{ data: await creationCode() }, "latest"] });
  const call = { method: "hardhat_setCode", params: [MULTICALL, code] };
  await history.note(call, await provider.request(call), provider);
}

/** Loads the creation code from viem, which carries it for chains without the contract but does not export it. */
async function creationCode(): Promise<string> {
  const constants = new URL("constants/contracts.js", import.meta.resolve("viem"));
  return ((await import(constants.href)) as { multicall3Bytecode: string }).multicall3Bytecode;
}
