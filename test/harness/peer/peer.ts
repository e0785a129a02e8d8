import { Contract, ContractFactory, type InterfaceAbi, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { DEFAULT_SETTINGS } from "../../../deploy/settings.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { orderDomain } from "@poco-marketplace/sdk/protocol/typedData.js";
import {
  AppRegistry__factory,
  DatasetRegistry__factory,
  IPoco__factory,
  Rlc__factory,
  WorkerpoolRegistry__factory,
} from "../../../typechain-types/index.js";
import { stepsSince } from "../bench/chain.js";
import { link, type PeerArtifact, type PeerPackage } from "./peerPackage.js";
import type { System } from "./system.js";

/** The facets that the package has only as they were deployed: those of the diamond itself. */
export const DIAMOND_FACETS = ["DiamondCutFacet", "DiamondLoupeFacet", "OwnershipFacet"];
/** The protocol's facets. If two serve the same function, the first one does. */
export const FACETS = [
  "IexecPocoAccessorsFacet",
  "IexecAccessorsABILegacyFacet",
  "IexecCategoryManagerFacet",
  "IexecConfigurationExtraFacet",
  "IexecConfigurationFacet",
  "IexecERC20Facet",
  "IexecEscrowTokenFacet",
  "IexecOrderManagementFacet",
  "IexecPoco1Facet",
  "IexecPoco2Facet",
  "IexecRelayFacet",
  "IexecPocoBoostFacet",
  "IexecPocoBoostAccessorsFacet",
];
/** The selectors that the peer's cut uses for `receive` and `fallback`, and the facet that refuses them. */
const FALLBACKS = { facet: "IexecEscrowTokenFacet", selectors: ["0x00000000", "0xffffffff"] };
/** `init()` of the diamond's initializer. */
const INIT = "0xe1c7392a";
const ADD = 0;

/** The functions that the peer names differently. */
const SET_UP_ABI = [
  "function configure(address,string,string,uint8,address,address,address,address)",
  "function initialize(address)",
];

/**
 * Deploys the peer and sets it up like ours: same token, same names, same categories. All facets are cut in one
 * transaction, which is the cheapest way.
 */
export async function deployPeer(
  connection: NetworkConnection,
  token: Address,
  { artifact, deployed }: PeerPackage,
): Promise<System> {
  const { ethers } = connection;
  const [owner] = await ethers.getSigners();
  const before = await ethers.provider.getBlockNumber();
  const deploy = async (code: PeerArtifact, libraries: Record<string, Address> = {}, args: unknown[] = []) => {
    const factory = new ContractFactory(deployable(code.abi), link(code, libraries), owner);
    const contract = await factory.deploy(...args);
    await contract.waitForDeployment();
    return { contract, address: (await contract.getAddress()) as Address };
  };

  const orders = await deploy(await artifact("libs/IexecLibOrders_v5"));
  const libraries = { IexecLibOrders_v5: orders.address };
  const init = await deploy(await deployed("DiamondInit"));
  const taken = new Set<string>();
  const cuts: { facetAddress: Address; action: number; functionSelectors: string[] }[] = [];
  for (const name of [...DIAMOND_FACETS, ...FACETS]) {
    const code = DIAMOND_FACETS.includes(name) ? await deployed(name) : await artifact(`facets/${name}`);
    const { contract, address } = await deploy(code, libraries);
    const functionSelectors: string[] = name === FALLBACKS.facet ? [...FALLBACKS.selectors] : [];
    contract.interface.forEachFunction(({ selector }) => {
      if (!taken.has(selector)) functionSelectors.push(selector);
      taken.add(selector);
    });
    cuts.push({ facetAddress: address, action: ADD, functionSelectors });
  }
  const args = [cuts, { owner: owner!.address, init: init.address, initCalldata: INIT }];
  const { address: hub } = await deploy(await artifact("Diamond"), {}, args);

  const [apps, datasets, workerpools] = [
    await deploy(await artifact("registries/apps/AppRegistry")),
    await deploy(await artifact("registries/datasets/DatasetRegistry")),
    await deploy(await artifact("registries/workerpools/WorkerpoolRegistry")),
  ];
  const setUp = (address: Address) => new Contract(address, SET_UP_ABI, owner);
  const registries = [apps, datasets, workerpools].map(({ address }) => address);
  for (const registry of registries) {
    await sendAndWait(setUp(registry).getFunction("initialize").send(ZeroAddress));
    await sendAndWait(AppRegistry__factory.connect(registry, owner).setBaseURI(""));
  }
  const { name, symbol, callbackGas, categories } = DEFAULT_SETTINGS;
  const configured = [token, name, symbol, 9, ...registries, ZeroAddress];
  await sendAndWait(
    setUp(hub)
      .getFunction("configure")
      .send(...configured),
  );
  const poco = IPoco__factory.connect(hub, owner);
  await sendAndWait(poco.setCallbackGas(callbackGas));
  for (const { name: category, description, workClockTimeRef } of categories) {
    await sendAndWait(poco.createCategory(category, description, workClockTimeRef));
  }

  return {
    name: "peer",
    deployment: await stepsSince(connection, before),
    hub: poco,
    token: Rlc__factory.connect(token, owner),
    apps: AppRegistry__factory.connect(apps.address, owner),
    datasets: DatasetRegistry__factory.connect(datasets.address, owner),
    workerpools: WorkerpoolRegistry__factory.connect(workerpools.address, owner),
    domain: orderDomain({ chainId: (await ethers.provider.getNetwork()).chainId, hub }),
  };
}

/** The ABI without functions that ethers cannot parse: those of libraries with storage arguments, which no client calls. */
function deployable(abi: PeerArtifact["abi"]): InterfaceAbi {
  return abi.filter(({ name }) => name !== "hash");
}
