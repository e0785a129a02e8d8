import { id, Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { assignAccounts } from "../../fixtures/roleAccounts.js";

const ROLES = [
  "owner",
  "requester",
  "sponsor",
  "appOwner",
  "datasetOwner",
  "scheduler",
  "worker1",
  "worker2",
  "worker3",
  "worker4",
  "worker5",
  "broker",
  "newcomer",
  "stranger",
] as const;

/** The accounts of the roles, one for each, and the same on both systems. */
export type RoleAccounts = Awaited<ReturnType<typeof createRoleAccounts>>;

/** The roles, in the order of the chain's accounts. The owner comes first, since it deploys. */
export async function createRoleAccounts(connection: NetworkConnection) {
  const accounts = await assignAccounts(connection, ROLES);
  return {
    ...accounts,
    workers: [accounts.worker1, accounts.worker2, accounts.worker3, accounts.worker4, accounts.worker5] as const,
    /** The key of a worker's enclave, which signs and holds no coins. */
    enclave: new Wallet(id("enclave")),
  };
}
