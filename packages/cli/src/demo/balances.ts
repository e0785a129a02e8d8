import { KITTY_ADDRESS } from "@poco-marketplace/sdk/protocol/payout.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { ROLES, type Role, type Scenario } from "./scenario.js";

/** An account that can have money in escrow. */
export type Holder = Role | "kitty";

/** An account's RLC in its wallet and SRLC in escrow, in nRLC, and its score. */
export interface Holding {
  readonly wallet: bigint;
  readonly free: bigint;
  readonly frozen: bigint;
  readonly score: bigint;
}

/** The holdings of all accounts and of the hub. */
export interface Balances {
  readonly accounts: Readonly<Record<Holder, Holding>>;
  readonly supply: bigint;
  /** RLC that the hub holds. */
  readonly backing: bigint;
  /** SRLC that the hub holds: the sum of all frozen amounts. */
  readonly frozen: bigint;
}

/** All accounts that can have money in escrow. */
export const HOLDERS: readonly Holder[] = [...ROLES, "kitty"];

/** Returns the address of a holder. */
export function addressOfHolder({ addresses }: Pick<Scenario, "addresses">, holder: Holder): Address {
  return holder === "kitty" ? KITTY_ADDRESS : addresses[holder];
}

/** Reads the holdings of one account. */
export async function readHolding(scenario: Scenario, holder: Holder): Promise<Holding> {
  const { hub, token } = scenario.contracts;
  const address = addressOfHolder(scenario, holder);
  const { stake: free, locked: frozen } = await hub.viewAccount(address);
  return { wallet: await token.balanceOf(address), free, frozen, score: await hub.viewScore(address) };
}

/** Reads the holdings of all accounts. */
export async function readBalances(scenario: Scenario): Promise<Balances> {
  const { hub, token } = scenario.contracts;
  const hubAddress = await hub.getAddress();
  const holdings = await Promise.all(
    HOLDERS.map(async (holder) => [holder, await readHolding(scenario, holder)] as const),
  );
  return {
    accounts: Object.fromEntries(holdings) as Record<Holder, Holding>,
    supply: await hub.totalSupply(),
    backing: await token.balanceOf(hubAddress),
    frozen: await hub.balanceOf(hubAddress),
  };
}
