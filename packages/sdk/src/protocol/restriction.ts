import { ZeroAddress } from "ethers";

import type { Address } from "./ids.js";

/** The purpose that an ERC-734 group gives the keys of its members: `keyHasPurpose(bytes32(account), 4)`. */
export const GROUP_MEMBER_PURPOSE = 4n;

/** A group (an ERC-734 contract) said that an account is one of its members. */
export interface Membership {
  readonly group: Address;
  readonly member: Address;
}

/**
 * Whether a restriction lets an account in: it is zero, or that very account, or a group that the account is a member of.
 * Source: docs/reference/protocol.md section 4.
 *
 * @param memberships - What groups said when asked on chain. What is not there counts as a no.
 */
export function admits(restriction: Address, account: Address, memberships: readonly Membership[] = []): boolean {
  return (
    restriction === ZeroAddress ||
    sameAddress(restriction, account) ||
    memberships.some(({ group, member }) => sameAddress(group, restriction) && sameAddress(member, account))
  );
}

/** Whether two addresses are one, however they are written. */
export function sameAddress(one: Address, other: Address): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
