/** The orders, deals and tasks that a sequence mentions, whose views are compared. */
import type { Argument, DealRef, Step, TaskRef } from "./sequence.js";

/** Orders, deals and tasks by their keys. */
export interface Mentions {
  readonly orders: Set<string>;
  readonly deals: Map<string, DealRef>;
  readonly tasks: Map<string, TaskRef>;
}

/** The mentions at the start. */
export function noMentions(): Mentions {
  return { orders: new Set(), deals: new Map(), tasks: new Map() };
}

/** Records the mentions of a step. */
export function note(mentions: Mentions, step: Step): void {
  const visit = (argument: Argument): void => {
    if (typeof argument !== "object") return;
    if (Array.isArray(argument)) return argument.forEach(visit);
    for (const key of ["order", "of", "hashOf", "signatureOf"]) {
      const label = (argument as Readonly<Record<string, unknown>>)[key];
      if (typeof label === "string") mentions.orders.add(label);
    }
    if ("deal" in argument) mentionDeal(mentions, argument.deal);
    if ("task" in argument) {
      const [request, first, index] = argument.task;
      mentionDeal(mentions, [request, first]);
      mentions.tasks.set(`${request} ${first} ${index}`, [request, first, index]);
    }
    if ("calldata" in argument) argument.args.forEach(visit);
  };
  step.args.forEach(visit);
  // For boost tasks and `initialize` the index is an argument beside the deal; for arrays it is in another array.
  const [first, index] = step.args;
  if (isDeal(first) && typeof index === "bigint") {
    visit({ task: [...first.deal, index] });
  }
  if (Array.isArray(first) && Array.isArray(index)) {
    for (const [place, deal] of (first as readonly Argument[]).entries()) {
      const number = (index as readonly Argument[])[place];
      if (isDeal(deal) && typeof number === "bigint") visit({ task: [...deal.deal, number] });
    }
  }
}

function mentionDeal({ deals, orders }: Mentions, deal: DealRef): void {
  orders.add(deal[0]);
  deals.set(deal.join(" "), deal);
}

function isDeal(argument: Argument | undefined): argument is { deal: DealRef } {
  return typeof argument === "object" && "deal" in argument;
}
