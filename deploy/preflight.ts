import { formatEther, getAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address } from "../src/protocol/ids.js";
import { DeployError } from "./DeployError.js";
import { sentenceOf } from "./failures.js";
import type { Parameters } from "./parameters.js";

/** The gas that a whole deployment takes at the least. Measured: 22.1 million with a token deployed along. */
export const DEPLOYMENT_GAS = 20_900_000n;

/** What the contracts that verify quotes take besides. Measured: 9.9 million, 10.6 without the precompile for P-256. */
export const ATTESTATION_GAS = 9_900_000n;

/** Who deploys, and where: asked before anything is sent. */
export interface Site {
  readonly chainId: number;
  readonly deployer: Address;
}

/**
 * Whether the chain answers, is the right one, and knows an account to deploy from.
 *
 * @throws DeployError otherwise.
 */
export async function survey(connection: NetworkConnection): Promise<Site> {
  const { networkName, provider } = connection;
  const ask = async (method: string, refusal: string): Promise<unknown> => {
    try {
      return await provider.request({ method });
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      throw new DeployError(sentenceOf(error) ?? `${refusal} on "${networkName}": ${reason}.`, { cause: error });
    }
  };
  const chainId = Number(await ask("eth_chainId", "The node does not say which chain it serves"));
  const [deployer] = (await ask("eth_accounts", "The key to deploy with cannot be used")) as string[];
  if (deployer === undefined) throw new DeployError(`There is no account to deploy from on "${networkName}".`);
  return { chainId, deployer: getAddress(deployer) as Address };
}

/**
 * Whether the token exists here, and whether the deployer can pay.
 *
 * @throws DeployError otherwise.
 */
export async function checkMeans(
  connection: NetworkConnection,
  { token, rootOfTrust }: Parameters,
  { deployer, isFirstRun }: { deployer: Address; isFirstRun: boolean },
): Promise<void> {
  const { ethers, networkName } = connection;
  if (token.startsWith("0x") && (await ethers.provider.getCode(token)) === "0x") {
    throw new DeployError(`There is no token at ${token} on "${networkName}": correct deploy/parameters.`);
  }

  const { gasPrice } = await ethers.provider.getFeeData();
  const gas = DEPLOYMENT_GAS + (rootOfTrust === "none" ? 0n : ATTESTATION_GAS);
  const price = isFirstRun ? gas * (gasPrice ?? 1n) : 1n;
  const balance = await ethers.provider.getBalance(deployer);
  if (balance < price) {
    throw new DeployError(
      `The deployer ${deployer} has ${formatEther(balance)} coins on "${networkName}", ` +
        `but deploying takes about ${formatEther(price)} at the present gas price: send it some first.`,
    );
  }
}
