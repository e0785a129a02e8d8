/** Chooses how sequences begin: by plans where random steps alone rarely lead. */
import { DEADLINE_PLANS } from "./deadlinePlans.js";
import type { Plan } from "./plan.js";
import { KITTY_PLANS, ROUNDING_PLANS } from "./payPlans.js";
import { TEAM_PLANS, TRUST_PLANS } from "./trustPlans.js";
import { VOLUME_PLANS } from "./volumePlans.js";

/** The number of sequences with a plan before each one that is random from the start. */
const PLANNED = 5;

/** All plans. */
export const PLANS: readonly Plan[] = [
  ...DEADLINE_PLANS,
  ...VOLUME_PLANS,
  ...TRUST_PLANS,
  ...TEAM_PLANS,
  ...ROUNDING_PLANS,
  ...KITTY_PLANS,
];

const CYCLE: readonly (Plan | undefined)[] = PLANS.flatMap((plan, index) =>
  (index + 1) % PLANNED === 0 ? [plan, undefined] : [plan],
);

/** The plan with which a sequence begins, if any. {@link CYCLE_LENGTH} sequences in a row have all plans. */
export function planOf(sequence: number): Plan | undefined {
  return CYCLE[sequence % CYCLE.length];
}

export const CYCLE_LENGTH = CYCLE.length;
