/** How sequences begin: on purpose where chance alone rarely gets. */
import { DEADLINE_PLANS } from "./deadlinePlans.js";
import type { Plan } from "./plan.js";
import { KITTY_PLANS, ROUNDING_PLANS } from "./payPlans.js";
import { TEAM_PLANS, TRUST_PLANS } from "./trustPlans.js";
import { VOLUME_PLANS } from "./volumePlans.js";

/** A sequence of chance alone comes after so many that begin with a plan. */
const PLANNED = 5;

/** All boundaries that are reached on purpose. */
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

/** The plan that a sequence begins with, if it has one. So many sequences in a row as {@link CYCLE_LENGTH} have all. */
export function planOf(sequence: number): Plan | undefined {
  return CYCLE[sequence % CYCLE.length];
}

export const CYCLE_LENGTH = CYCLE.length;
