import { KITTY_ADDRESS } from "../../src/protocol/payout.js";
import type { Role, Stage } from "./stage.js";
import { ROLES } from "./stage.js";

/** What one account has in escrow, in nRLC. */
export interface Holding {
  readonly free: bigint;
  readonly frozen: bigint;
  readonly score: bigint;
}

/** Everyone's holdings, the kitty's among them, and what the hub itself holds. */
export interface Books {
  readonly accounts: Readonly<Record<string, Holding>>;
  readonly supply: bigint;
  /** RLC that the hub holds. */
  readonly backing: bigint;
  /** SRLC that the hub holds: all that is frozen. */
  readonly frozen: bigint;
}

/** Who has what. */
export async function readBooks({ contracts, addresses }: Stage): Promise<Books> {
  const { hub, token } = contracts;
  const hubAddress = await hub.getAddress();
  const names = [...ROLES, "kitty"] as const;
  const holdings = await Promise.all(
    names.map(async (name) => {
      const address = name === "kitty" ? KITTY_ADDRESS : addresses[name as Role];
      const { stake: free, locked: frozen } = await hub.viewAccount(address);
      return [name, { free, frozen, score: await hub.viewScore(address) }] as const;
    }),
  );
  return {
    accounts: Object.fromEntries(holdings),
    supply: await hub.totalSupply(),
    backing: await token.balanceOf(hubAddress),
    frozen: await hub.balanceOf(hubAddress),
  };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** The laws that the books of this demo must obey, each with whether they do. */
export function checkBooks({ accounts, supply, backing, frozen }: Books): Readonly<Record<string, boolean>> {
  const all = Object.values(accounts);
  return {
    "every SRLC is backed by an RLC": supply === backing,
    "all balances add up to the supply": sum(all.map(({ free }) => free)) + frozen === supply,
    "all frozen amounts add up to what the hub holds": sum(all.map((account) => account.frozen)) === frozen,
  };
}
