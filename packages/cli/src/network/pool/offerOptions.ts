import type { OfferTerms } from "@poco-marketplace/services/scheduler/offers/offerTargets.js";
import { admissionsOf } from "@poco-marketplace/services/scheduler/offers/admission.js";
import { UsageError } from "../../commandLine.js";
import type { Settings, SettingValues } from "../settings.js";
import { addresses, flag, listOf, numberFrom } from "../values.js";

/** The most nRLC that an option takes: 1,000,000 RLC. */
const MOST = 1e15;
/** The most orders that a pool keeps in each category. */
const MOST_ADMISSIONS = 64;

/** The settings for what a pool offers, and to whom. */
export const OFFER_SETTINGS = {
  price: {
    hint: "NRLC",
    help: "the price of a task at the workerpool (default: 0); above 0, also choose whom its orders admit",
    read: numberFrom(0, MOST),
    otherwise: 0,
  },
  apps: {
    hint: "APP,…",
    help: "orders admit these apps only; an ERC-734 group stands for its members (default: all)",
    read: addresses,
    otherwise: undefined,
  },
  requesters: {
    hint: "ADDRESS,…",
    help: "orders admit these requesters only; an ERC-734 group stands for its members (default: all)",
    read: addresses,
    otherwise: undefined,
  },
  open: {
    hint: "",
    help: "orders at a price admit every requester: a stranger can cost the pool 30 % of the price of each task",
    read: flag,
    otherwise: false,
  },
  categories: {
    hint: "N,…",
    help: "the categories that are offered (default: all)",
    read: listOf(numberFrom(0, 1_000)),
    otherwise: undefined,
  },
  maxStake: {
    hint: "NRLC",
    help: "the most of its owner's stake that orders and deals may put at risk at a time (default: all that is in escrow)",
    read: numberFrom(0, MOST),
    otherwise: undefined,
  },
  maxLoss: {
    hint: "NRLC",
    help: "stop offering when this much stake was lost within a day (default: a tenth of what its owner has in escrow)",
    read: numberFrom(0, MOST),
    otherwise: undefined,
  },
} as const satisfies Settings;

/** The values of {@link OFFER_SETTINGS}. */
export type OfferOptions = SettingValues<typeof OFFER_SETTINGS>;

/**
 * Returns the terms of a pool's offers.
 *
 * @throws {@link UsageError} if the options contradict each other
 */
export function offerTerms({ price, apps, requesters, open, categories, maxStake, maxLoss }: OfferOptions): OfferTerms {
  const isRestricted = apps !== undefined || requesters !== undefined;
  if (open && isRestricted)
    throw new UsageError("--open admits everybody, and --apps and --requesters do not: omit one or the other.");
  if (price > 0 && !open && !isRestricted)
    throw new UsageError(
      `At a price of ${price} nRLC, each task that is matched and not done costs the workerpool 30 % of it: choose whom its ` +
        "orders admit, by --apps or --requesters (addresses or ERC-734 groups), or give --open to admit every stranger. Without " +
        "a price there is nothing to lose.",
    );
  const admits = isRestricted ? { apps: apps ?? [], requesters: requesters ?? [] } : "everyone";
  const { length } = admissionsOf(admits);
  if (length > MOST_ADMISSIONS)
    throw new UsageError(
      `--apps and --requesters make ${length} pairs, each of which takes an order of its own in every category: give at most ` +
        `${MOST_ADMISSIONS}, or an ERC-734 group.`,
    );
  return {
    price: BigInt(price),
    admits,
    ...(categories !== undefined && { categories }),
    ...(maxStake !== undefined && { maxStake: BigInt(maxStake) }),
    ...(maxLoss !== undefined && { maxLoss: BigInt(maxLoss) }),
  };
}

/** Returns the options as settings for a scheduler's process. */
export function offerSettings({ price, apps, requesters, open, categories, maxStake, maxLoss }: OfferOptions) {
  return {
    price,
    apps: apps?.join(","),
    requesters: requesters?.join(","),
    open,
    categories: categories?.join(","),
    maxStake,
    maxLoss,
  };
}
