import { DEFAULT_CATEGORIES } from "@poco-marketplace/sdk/protocol/category.js";

const DESCRIPTIONS = {
  XS: "Up to 5 minutes",
  S: "Up to 20 minutes",
  M: "Up to 1 hour",
  L: "Up to 3 hours",
  XL: "Up to 10 hours",
};

/** How a new hub is set up on every chain. Source: docs/reference/protocol.md sections 3 and 9. */
export const DEFAULT_SETTINGS = {
  name: "Staked RLC",
  symbol: "SRLC",
  callbackGas: 200_000n,
  categories: DEFAULT_CATEGORIES.map((category) => ({ ...category, description: DESCRIPTIONS[category.name] })),
};
