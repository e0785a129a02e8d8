import { ZeroAddress } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { admits, type Membership } from "@poco-marketplace/sdk/protocol/matching/restriction.js";

/**
 * The deals that a pool's offers admit: everyone's, or those of these apps and requesters. An empty list admits all; where neither
 * list is empty, a deal needs one of each. An entry may be an ERC-734 group, which stands for its members.
 */
export type AdmissionRule = "everyone" | { readonly apps: readonly Address[]; readonly requesters: readonly Address[] };

/**
 * `apprestrict` and `requesterrestrict` of one order; zero admits all. An order can name one app and one requester only, so a
 * rule that names several takes an order for each pair.
 */
export interface Admission {
  readonly app: Address;
  readonly requester: Address;
}

/** The restrictions of the orders that a rule takes. */
export function admissionsOf(rule: AdmissionRule): Admission[] {
  const all = [ZeroAddress as Address];
  const { apps, requesters } = rule === "everyone" ? { apps: [], requesters: [] } : rule;
  return (apps.length === 0 ? all : apps).flatMap((app) =>
    (requesters.length === 0 ? all : requesters).map((requester) => ({ app, requester })),
  );
}

/** Whether an order with these restrictions lets a deal of this app and requester through. */
export function admitsPair(
  { app, requester }: Admission,
  pair: Admission,
  memberships: readonly Membership[] = [],
): boolean {
  return admits(app, pair.app, memberships) && admits(requester, pair.requester, memberships);
}
