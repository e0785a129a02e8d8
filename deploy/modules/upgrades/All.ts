import type { Upgrade } from "../../upgrade.js";
import { FACET_NAMES } from "../Facets.js";

/** Puts every facet of this source tree that differs from the hub's in its place. */
export default { facets: FACET_NAMES } satisfies Upgrade;
