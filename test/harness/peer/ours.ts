import type { NetworkConnection } from "hardhat/types/network";

import { deployHub } from "../../../deploy/deployHub.js";
import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { stepsSince } from "../bench/chain.js";
import type { System } from "./system.js";

/** Deploys this repository's contracts, with the modules that deploy for real. */
export async function deployOurs(connection: NetworkConnection, token: Address): Promise<System> {
  const { provider } = connection.ethers;
  const [owner] = await connection.ethers.getSigners();
  const before = await provider.getBlockNumber();
  const baseUris = { app: "", dataset: "", workerpool: "" };
  const manifest = await deployHub(
    connection,
    { token, owner: "deployer", baseUris, rootOfTrust: "none", dataProtector: false },
    { strategy: "basic" },
  );
  return {
    name: "ours",
    deployment: await stepsSince(connection, before),
    ...(await connectContracts(manifest.poco, owner!)),
  };
}
