import type { NetworkConnection } from "hardhat/types/network";

import packageJson from "../packages/sdk/package.json" with { type: "json" };
import { abiHash, type Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IPoco__factory, IPocoNative__factory } from "../typechain-types/index.js";
import { administrationOf } from "./administration.js";
import { deployAttestation } from "./deployAttestation.js";
import { runModule, transactionsOf, type IgnitionOptions } from "./ignition.js";
import DataProtector from "./modules/DataProtector.js";
import { pocoWith } from "./modules/Poco.js";
import { facetsOnHub, withOrigin } from "./origin.js";
import type { Parameters } from "./parameters.js";
import { sendStep } from "./sendStep.js";

/** Deploys what is not deployed yet of the protocol, and hands it over to its owner. */
export async function deployHub(
  connection: NetworkConnection,
  parameters: Parameters,
  options: IgnitionOptions,
): Promise<Manifest> {
  const { provider } = connection.ethers;
  const nextBlock = (await provider.getBlockNumber()) + 1;
  const [deployer] = await connection.ethers.getSigners();
  const [backing, given] =
    parameters.token === "dev" || parameters.token === "native"
      ? ([parameters.token, undefined] as const)
      : (["token", parameters.token] as const);
  const native = backing === "native";

  const {
    poco,
    diamond: _,
    rlc,
    appRegistry,
    datasetRegistry,
    workerpoolRegistry,
    ...facets
  } = await runModule(
    connection,
    pocoWith(backing),
    {
      Poco: given === undefined ? {} : { token: given },
    },
    options,
  );
  const root = parameters.rootOfTrust;
  const owner = parameters.owner === "deployer" ? (deployer!.address as Address) : parameters.owner;
  const attestation = root === "none" ? undefined : await deployAttestation(connection, { root, poco, owner }, options);
  const protector = parameters.dataProtector
    ? await runModule(connection, DataProtector, { DataProtector: { datasetRegistry } }, options)
    : {};
  const owned = { poco, appRegistry, datasetRegistry, workerpoolRegistry };
  for (const call of await administrationOf(connection, owned, parameters)) await sendStep(connection, call, options);

  const current = await facetsOnHub(connection, { poco, native, facets });
  const manifest: Manifest = {
    network: connection.networkName,
    chainId: Number((await provider.getNetwork()).chainId),
    block: options.journal === undefined ? nextBlock : await blockOf(connection, options.journal),
    strategy: options.strategy,
    native,
    abi: {
      version: packageJson.version,
      hash: abiHash((native ? IPocoNative__factory : IPoco__factory).createInterface()),
    },
    token: given ?? rlc ?? null,
    ...owned,
    facets: current,
    ...protector,
    ...(attestation !== undefined && { attestation }),
    deployer: deployer!.address as Address,
  };
  return withOrigin(connection, manifest);
}

/** The block in which the hub came to be, by what Ignition noted. */
async function blockOf(connection: NetworkConnection, journal: string): Promise<number> {
  const transactions = await transactionsOf(journal);
  const creation = transactions.findLast(({ name, address }) => name === "Poco" && address !== undefined);
  const receipt = await connection.ethers.provider.getTransactionReceipt(creation!.txHash);
  return receipt!.blockNumber;
}
