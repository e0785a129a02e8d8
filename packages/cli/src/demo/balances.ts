import { KITTY_ADDRESS } from "@poco-marketplace/sdk/protocol/payout.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { ROLES, type Role, type Scenario } from "./scenario.js";

/** Somebody with money in this demo. */
export type Holder = Role | "kitty";

/** What one account has: RLC in its wallet, and SRLC in escrow, in nRLC. */
export interface Holding {
  readonly wallet: bigint;
  readonly free: bigint;
  readonly frozen: bigint;
  readonly score: bigint;
}

/** Everyone's holdings, the kitty's among them, and what the hub itself holds. */
export interface Balances {
  readonly accounts: Readonly<Record<Holder, Holding>>;
  readonly supply: bigint;
  /** RLC that the hub holds. */
  readonly backing: bigint;
  /** SRLC that the hub holds: all that is frozen. */
  readonly frozen: bigint;
}

/** Everyone who can have money in escrow. */
export const HOLDERS: readonly Holder[] = [...ROLES, "kitty"];

/** Where somebody's money is. */
export function addressOfHolder({ addresses }: Pick<Scenario, "addresses">, holder: Holder): Address {
  return holder === "kitty" ? KITTY_ADDRESS : addresses[holder];
}

/** What one account has. */
export async function readHolding(scenario: Scenario, holder: Holder): Promise<Holding> {
  const { hub, token } = scenario.contracts;
  const address = addressOfHolder(scenario, holder);
  const { stake: free, locked: frozen } = await hub.viewAccount(address);
  return { wallet: await token.balanceOf(address), free, frozen, score: await hub.viewScore(address) };
}

/** Who has what. */
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
