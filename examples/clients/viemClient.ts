/** Reads a hub on a development chain, deposits, signs an order, and reads a refusal as a sentence. With viem. */
import {
  ORDER_TYPES,
  buildOrder,
  decodeRevert,
  formatRlc,
  orderDomain,
  parseRlc,
  type Address,
} from "@poco-marketplace/sdk";
import { pocoAbi, rlcAbi } from "@poco-marketplace/sdk/abi";
import jsonAbi from "@poco-marketplace/sdk/abi/poco.json" with { type: "json" };
import { createPublicClient, createWalletClient, hashTypedData, http, parseEventLogs } from "viem";

const [url, hub] = process.argv.slice(2) as [string, Address];
const transport = http(url);
const chain = createPublicClient({ transport });
const [account] = await createWalletClient({ transport }).getAddresses();
if (account === undefined) throw new Error("The chain manages no account: use a development chain.");
const wallet = createWalletClient({ account, transport });

const token = await chain.readContract({ address: hub, abi: pocoAbi, functionName: "token" });
const amount = parseRlc("1.5");
await wallet.writeContract({ chain: null, address: token, abi: rlcAbi, functionName: "faucet", args: [amount] });
const hash = await wallet.writeContract({
  chain: null,
  address: token,
  abi: rlcAbi,
  functionName: "approveAndCall",
  args: [hub, amount, "0x"],
});
const { logs } = await chain.waitForTransactionReceipt({ hash });
const [deposit] = parseEventLogs({
  abi: pocoAbi,
  eventName: "Transfer",
  logs: logs.filter(({ address }) => address.toLowerCase() === hub.toLowerCase()),
});

const { chainId } = await chain.readContract({ address: hub, abi: pocoAbi, functionName: "domain" });
const typedData = {
  domain: orderDomain({ chainId, hub }),
  types: ORDER_TYPES,
  primaryType: "AppOrder",
  message: buildOrder("app", { app: hub, appprice: parseRlc("0.1"), volume: 3 }),
} as const;
const sign = await wallet.signTypedData(typedData);
const isSigned: boolean = await chain.readContract({
  address: hub,
  abi: pocoAbi,
  functionName: "verifySignature",
  args: [account, hashTypedData(typedData), sign],
});

let refusal = "none";
try {
  await chain.readContract({ address: hub, abi: pocoAbi, functionName: "viewCategory", args: [99n] });
} catch (error) {
  const revert = decodeRevert(error);
  if (revert === undefined) throw error;
  refusal = revert.message;
}

console.log(
  JSON.stringify({
    deposited: formatRlc(deposit?.args.value ?? 0n),
    isSigned,
    refusal,
    functions: jsonAbi.filter(({ type }) => type === "function").length,
  }),
);
