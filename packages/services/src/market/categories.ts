import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { readChainText } from "@poco-marketplace/sdk/chain/chainText.js";
import { wireNumber } from "./wireNumber.js";

/** A class of tasks by their maximum duration. */
export interface WireCategory {
  readonly catid: number;
  readonly name: string;
  readonly description: string;
  /** In seconds. */
  readonly workClockTimeRef: number | string;
}

/** The hub's categories. */
export interface Categories {
  count(): Promise<bigint>;
  all(): Promise<readonly WireCategory[]>;
}

/** Reads each category once: categories never change, they are only added. */
export function openCategories(hub: Contracts["hub"]): Categories {
  const known: WireCategory[] = [];

  async function read(catid: number): Promise<WireCategory> {
    const category = await hub.viewCategory(catid);
    const { workClockTimeRef } = category;
    return {
      catid,
      name: readChainText(() => category.name) ?? "",
      description: readChainText(() => category.description) ?? "",
      workClockTimeRef: wireNumber(workClockTimeRef),
    };
  }

  return {
    count: () => hub.countCategory(),
    async all() {
      const count = Number(await hub.countCategory());
      for (let catid = known.length; catid < count; catid++) {
        const category = await read(catid);
        // A concurrent call may have read it first.
        known[catid] = category;
      }
      return known.slice(0, count);
    },
  };
}
