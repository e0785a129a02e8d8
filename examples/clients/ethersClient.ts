/** Deploys a hub to a development chain, deposits, signs an order, and reads a refusal as a sentence. With ethers. */
import { JsonRpcProvider, type ContractFactory, type JsonRpcSigner } from "ethers";
import {
  DEFAULT_CATEGORIES,
  buildOrder,
  connectContracts,
  decodeRevert,
  findEvent,
  formatRlc,
  hashOrder,
  parseRlc,
  sendAndWait,
  signOrder,
  type Address,
} from "@poco-marketplace/sdk";
import * as factories from "@poco-marketplace/sdk/typechain";

async function deploy(signer: JsonRpcSigner): Promise<Address> {
  const addressOf = async (factory: ContractFactory, ...args: unknown[]): Promise<string> => {
    const contract = await factory.connect(signer).deploy(...args);
    return (await contract.waitForDeployment()).getAddress();
  };

  const facets: string[] = [];
  for (const Bundle of [
    factories.EscrowBundle__factory,
    factories.MarketBundle__factory,
    factories.WorkBundle__factory,
    factories.SettingsBundle__factory,
  ]) {
    facets.push(await addressOf(new Bundle()));
  }
  const hub = await addressOf(new factories.Poco__factory(), signer.address, facets);

  const deployment = {
    token: await addressOf(new factories.Rlc__factory()),
    name: "Staked RLC",
    symbol: "SRLC",
    appRegistry: await addressOf(new factories.AppRegistry__factory(), signer.address),
    datasetRegistry: await addressOf(new factories.DatasetRegistry__factory(), signer.address),
    workerpoolRegistry: await addressOf(new factories.WorkerpoolRegistry__factory(), signer.address),
    callbackGas: 200_000n,
    categories: DEFAULT_CATEGORIES.map((category) => ({ ...category, description: "" })),
  };
  const run = factories.ISetup__factory.createInterface().encodeFunctionData("run", [deployment]);
  await sendAndWait(factories.IPoco__factory.connect(hub, signer).diamondCut([], facets.at(-1)!, run));
  return hub as Address;
}

const provider = new JsonRpcProvider(process.argv[2]);
const signer = await provider.getSigner(0);

const contracts = await connectContracts(await deploy(signer), signer);
const { hub, token, domain } = contracts;

await sendAndWait(token.faucet(parseRlc("25.5")));
const deposit = await sendAndWait(token.approveAndCall(hub, parseRlc("25.5"), "0x"));
const { value } = await findEvent(deposit, { contract: hub, event: "Transfer" });

const order = buildOrder("app", { app: domain.verifyingContract, appprice: parseRlc("0.1"), volume: 3 });
const { sign } = await signOrder(signer, { kind: "app", order, domain });
const isSigned = await hub.verifySignature(signer, hashOrder("app", order, domain), sign);

let refusal = "none";
try {
  await sendAndWait(hub.withdraw(parseRlc("26")));
} catch (error) {
  const revert = decodeRevert(error);
  if (revert?.is("ERC20InsufficientBalance") !== true) throw error;
  const missing: bigint = revert.args.needed - revert.args.balance;
  refusal = `${revert.message} ${formatRlc(missing)} RLC are missing.`;
}

console.log(JSON.stringify({ hub: domain.verifyingContract, deposited: formatRlc(value), isSigned, refusal }));
provider.destroy();
