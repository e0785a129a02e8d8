import { getAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { DeployError } from "./DeployError.js";
import { sentenceOf } from "./failures.js";
import { transactionsOf } from "./ignition.js";
import type { Parameters } from "./parameters.js";

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
  const ask = async (method: string, refusalOf: (error: unknown) => string): Promise<unknown> => {
    try {
      return await provider.request({ method });
    } catch (error) {
      throw new DeployError(sentenceOf(error) ?? refusalOf(error), { cause: error });
    }
  };
  const chainId = Number(
    await ask("eth_chainId", (error) => {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      return `The node does not say which chain it serves on "${networkName}": ${reason}.`;
    }),
  );
  // Nothing of the error is repeated, since the key may be a part of it.
  const [deployer] = (await ask(
    "eth_accounts",
    () =>
      `The key to deploy with cannot be used on "${networkName}": it should be 64 hexadecimal digits, with or without 0x; ` +
      "correct DEPLOYER_KEY in the keystore (`npx hardhat keystore set DEPLOYER_KEY`) or in the environment.",
  )) as string[];
  if (deployer === undefined) throw new DeployError(`There is no account to deploy from on "${networkName}".`);
  return { chainId, deployer: getAddress(deployer) as Address };
}

/**
 * Whether the token exists here.
 *
 * @throws DeployError otherwise.
 */
export async function assertToken({ ethers, networkName }: NetworkConnection, { token }: Parameters): Promise<void> {
  if (token.startsWith("0x") && (await ethers.provider.getCode(token)) === "0x") {
    throw new DeployError(`There is no token at ${token} on "${networkName}": correct deploy/parameters.`);
  }
}

/**
 * Whether the account to deploy from is the one that began: what it deployed belongs to it.
 *
 * @throws DeployError otherwise.
 */
export async function assertSameDeployer(journal: string | undefined, { chainId, deployer }: Site): Promise<void> {
  const [first] = journal === undefined ? [] : await transactionsOf(journal);
  if (first === undefined || getAddress(first.from) === deployer) return;
  throw new DeployError(
    `${getAddress(first.from)} began the deployment on chain ${chainId}, and this is the key of ${deployer}: ` +
      "go on with the key that began, or use another --directory to deploy anew.",
  );
}

/**
 * Whether the hub is to have an owner with more than one key, where others' money is at stake.
 *
 * @throws DeployError otherwise, unless that was accepted in words.
 */
export function assertSafeOwner(
  { owner, production }: Parameters,
  { networkName, deployer, isAccepted }: { networkName: string; deployer: Address; isAccepted: boolean },
): void {
  if (!production || isAccepted || (owner !== "deployer" && owner !== deployer)) return;
  throw new DeployError(
    `The hub on "${networkName}" would belong to its deployer ${deployer}, whose one key could replace all code and take all ` +
      `money: name a Safe or a timelock as "owner" in deploy/parameters/${networkName}.json, ` +
      "or say --accept-deployer-as-owner if that is what you want.",
  );
}
