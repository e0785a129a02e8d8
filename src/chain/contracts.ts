import type { ContractRunner } from "ethers";

import {
  AppRegistry__factory,
  DatasetRegistry__factory,
  IPoco__factory,
  Rlc__factory,
  WorkerpoolRegistry__factory,
  type AppRegistry,
  type DatasetRegistry,
  type IPoco,
  type Rlc,
  type WorkerpoolRegistry,
} from "../../typechain-types/index.js";
import type { Address } from "../protocol/ids.js";
import { orderDomain, type OrderDomain } from "../protocol/typedData.js";

/** Typed handles on everything that a client talks to on one chain. */
export interface Contracts {
  readonly hub: IPoco;
  readonly token: Rlc;
  readonly apps: AppRegistry;
  readonly datasets: DatasetRegistry;
  readonly workerpools: WorkerpoolRegistry;
  /** The EIP-712 domain in which orders are signed here. */
  readonly domain: OrderDomain;
}

/** Finds everything from the hub's address. */
export async function connectContracts(hub: Address, runner: ContractRunner): Promise<Contracts> {
  const poco = IPoco__factory.connect(hub, runner);
  const { chainId } = await poco.domain();
  return {
    hub: poco,
    token: Rlc__factory.connect(await poco.token(), runner),
    apps: AppRegistry__factory.connect(await poco.appregistry(), runner),
    datasets: DatasetRegistry__factory.connect(await poco.datasetregistry(), runner),
    workerpools: WorkerpoolRegistry__factory.connect(await poco.workerpoolregistry(), runner),
    domain: orderDomain({ chainId, hub }),
  };
}
