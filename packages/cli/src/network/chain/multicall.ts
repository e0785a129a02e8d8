import type { HistoryProvider } from "./entry.js";
import type { History } from "./history.js";

/** Where Multicall3 is on every chain; clients such as viem's read many things at once through it. */
const MULTICALL = "0xcA11bde05977b3631167028862bE2a173976CA11";

/** Puts Multicall3 where clients look for it, unless it is there. */
export async function provideMulticall(provider: HistoryProvider, history: History): Promise<void> {
  const there = await provider.request({ method: "eth_getCode", params: [MULTICALL, "latest"] });
  if (there !== "0x") return;
  const code = await provider.request({ method: "eth_call", params: [{ data: await creationCode() }, "latest"] });
  const call = { method: "hardhat_setCode", params: [MULTICALL, code] };
  await history.note(call, await provider.request(call), provider);
}

/** The code that viem carries for chains without the contract. It has no name in viem's index. */
async function creationCode(): Promise<string> {
  const constants = new URL("constants/contracts.js", import.meta.resolve("viem"));
  return ((await import(constants.href)) as { multicall3Bytecode: string }).multicall3Bytecode;
}
