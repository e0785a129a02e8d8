import type { Upgrade } from "../../upgrade.js";

/** Puts the market of this source tree (orders and matching) in the place of the one that the hub has. */
export default { facets: ["market"] } satisfies Upgrade;
