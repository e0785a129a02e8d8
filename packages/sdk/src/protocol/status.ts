/** Where a task is in its life, as `viewTask` answers it. Source: docs/reference/protocol.md section 6. */
export const TaskStatus = { UNSET: 0n, ACTIVE: 1n, REVEALING: 2n, COMPLETED: 3n, FAILED: 4n } as const;

/** One of the states of a task. */
export type TaskStatus = (typeof TaskStatus)[keyof typeof TaskStatus];

/**
 * Where a worker's contribution to a task is, as `viewContribution` answers it. Source: docs/reference/protocol.md
 * section 6.
 */
export const ContributionStatus = { UNSET: 0n, CONTRIBUTED: 1n, PROVED: 2n, REJECTED: 3n } as const;

/** One of the states of a contribution. */
export type ContributionStatus = (typeof ContributionStatus)[keyof typeof ContributionStatus];
