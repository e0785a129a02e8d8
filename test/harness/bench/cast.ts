import { id, Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { assignAccounts } from "../../fixtures/cast.js";

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
export type Cast = Awaited<ReturnType<typeof createCast>>;

/** The roles, in the order of the chain's accounts. The owner comes first, since it deploys. */
export async function createCast(connection: NetworkConnection) {
  const cast = await assignAccounts(connection, ROLES);
  return {
    ...cast,
    workers: [cast.worker1, cast.worker2, cast.worker3, cast.worker4, cast.worker5] as const,
    /** The key of a worker's enclave, which signs and holds no coins. */
    enclave: new Wallet(id("enclave")),
  };
}
