import { ZeroAddress } from "ethers";

import type { Address } from "../ids.js";

/** The purpose that an ERC-734 group gives the keys of its members: `keyHasPurpose(bytes32(account), 4)`. */
export const GROUP_MEMBER_PURPOSE = 4n;

/** A group (an ERC-734 contract) said that an account is one of its members. */
export interface Membership {
  readonly group: Address;
  readonly member: Address;
}

/**
 * Whether a restriction admits an account: it is zero, or that very account, or a group that the account is a member
 * of. Source: docs/reference/protocol.md section 4.
 *
 * @param memberships - The answers of groups on chain. An account that is not listed is not a member.
 * @param restriction - A field of an order such as `requesterrestrict`.
 * @param account - The account that the restriction is about.
 * @example
 * ```ts
 * const group = "0x1111111111111111111111111111111111111111";
 * const member = "0x2222222222222222222222222222222222222222";
 * admits(ZeroAddress as Address, member); // → true
 * admits(group, member); // → false
 * admits(group, member, [{ group, member }]); // → true
 * ```
 */
export function admits(restriction: Address, account: Address, memberships: readonly Membership[] = []): boolean {
  return (
    restriction === ZeroAddress ||
    sameAddress(restriction, account) ||
    memberships.some(({ group, member }) => sameAddress(group, restriction) && sameAddress(member, account))
  );
}

/**
 * Whether two addresses are one, however they are written.
 *
 * @example
 * ```ts
 * const address = "0x99c2268479b93fDe36232351229815DF80837e23";
 * sameAddress(address, "0x99C2268479B93FDE36232351229815DF80837E23"); // → true
 * ```
 */
export function sameAddress(one: Address, other: Address): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
