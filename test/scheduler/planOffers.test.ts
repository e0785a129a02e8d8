import { expect } from "chai";
import { ZeroAddress } from "ethers";

import type { Address, Hex } from "@poco-marketplace/sdk/index.js";
import { dependableSlots, servableTasks } from "@poco-marketplace/services/scheduler/offers/capacity.js";
import { FREE_VOLUME, planOffers, type StandingOffer } from "@poco-marketplace/services/scheduler/offers/planOffers.js";
import { addressOf } from "../fixtures/addresses.js";

const ANYONE = { app: ZeroAddress as Address, requester: ZeroAddress as Address };
const [APP, OTHER_APP] = [addressOf(1), addressOf(2)];
const PRICE = 10n;
/** Categories of 300 and 36,000 seconds. */
const [SHORT, LONG] = [
  { id: 0, clock: 300n },
  { id: 4, clock: 36_000n },
] as const;

/** A pool of two idle workers that offers tasks of 300 s to everyone, has nothing open, and stake for 1,000 tasks. */
const SITUATION = {
  standing: [] as readonly StandingOffer[],
  price: PRICE,
  categories: [SHORT] as readonly { id: number; clock: bigint }[],
  admissions: [ANYONE],
  workload: { slots: 2, taskSeconds: [] as readonly bigint[] },
  covered: 1_000n as bigint | undefined,
};

let hashes = 0;
function standing(remaining: bigint, changes: Partial<StandingOffer> = {}): StandingOffer {
  const hash: Hex = `0x${(++hashes).toString(16).padStart(64, "0")}`;
  return { hash, category: SHORT.id, price: PRICE, remaining, ...ANYONE, ...changes };
}

describe("How many tasks of a category workers can end in time", () => {
  it("is six of the seven category times before the deadline for each slot", () => {
    expect(servableTasks({ slots: 2, taskSeconds: [] }, 300n)).to.equal(12n);
  });

  it("is none without workers", () => {
    expect(servableTasks({ slots: 0, taskSeconds: [] }, 300n)).to.equal(0n);
  });

  it("is less by what is in hand, and a longer task keeps its worker busy all the time", () => {
    expect(servableTasks({ slots: 2, taskSeconds: [300n, 300n] }, 300n)).to.equal(10n);
    expect(servableTasks({ slots: 2, taskSeconds: [36_000n] }, 300n)).to.equal(6n);
    expect(servableTasks({ slots: 2, taskSeconds: [36_000n, 36_000n, 36_000n] }, 300n)).to.equal(0n);
  });
});

/** A worker of four slots who does tasks well. */
function worker(identity: string, changes = {}) {
  return { identity, slots: 4, isNewcomer: false, isFailing: false, ...changes };
}

describe("The slots of workers that a pool counts on", () => {
  it("are all of those who did tasks, one of a newcomer whatever its accounts, and none of those who fail", () => {
    expect(dependableSlots([])).to.equal(0);
    expect(dependableSlots([worker("a"), worker("b")])).to.equal(8);
    expect(dependableSlots([worker("c", { isNewcomer: true }), worker("c", { isNewcomer: true })])).to.equal(1);
    expect(dependableSlots([worker("a"), worker("d", { isFailing: true })])).to.equal(4);
  });
});

describe("The orders of a pool at a price", () => {
  it("are for what its workers can do", () => {
    expect(planOffers(SITUATION).wanted).to.deep.equal([{ category: 0, ...ANYONE, volume: 12n }]);
  });

  it("are for no more than its stake covers", () => {
    const { wanted } = planOffers({ ...SITUATION, covered: 5n });
    expect(wanted.map(({ volume }) => volume)).to.deep.equal([5n]);
  });

  it("do not count stake twice that an open order may take already", () => {
    const other = standing(4n, { app: OTHER_APP });
    const { wanted } = planOffers({
      ...SITUATION,
      covered: 5n,
      standing: [other],
      admissions: [{ ...ANYONE, app: APP }, other],
    });
    expect(wanted.map(({ app, volume }) => [app, volume])).to.deep.equal([[APP, 1n]]);
  });

  it("are none without workers, and none without stake", () => {
    expect(planOffers({ ...SITUATION, workload: { slots: 0, taskSeconds: [] } }).wanted).to.deep.equal([]);
    expect(planOffers({ ...SITUATION, covered: 0n }).wanted).to.deep.equal([]);
  });

  it("share the workers between categories and between those whom they admit", () => {
    const admissions = [
      { ...ANYONE, app: APP },
      { ...ANYONE, app: OTHER_APP },
    ];
    const { wanted } = planOffers({ ...SITUATION, categories: [SHORT, LONG], admissions });
    expect(wanted.map(({ category, app, volume }) => [category, app, volume])).to.deep.equal([
      [0, APP, 3n],
      [0, OTHER_APP, 3n],
      [4, APP, 3n],
      [4, OTHER_APP, 3n],
    ]);
  });

  it("are renewed when half of one is used up, by what is missing", () => {
    expect(planOffers({ ...SITUATION, standing: [standing(7n)] }).wanted).to.deep.equal([]);
    const { wanted } = planOffers({ ...SITUATION, standing: [standing(6n)] });
    expect(wanted.map(({ volume }) => volume)).to.deep.equal([6n]);
  });

  it("are not renewed while the tasks of the last one are being done", () => {
    const workload = { slots: 2, taskSeconds: Array.from({ length: 12 }, () => 300n) };
    expect(planOffers({ ...SITUATION, workload }).wanted).to.deep.equal([]);
  });

  it("are to be closed where price, category or counterpart are not what is offered now", () => {
    const offers = [
      standing(3n, { price: 11n }),
      standing(3n, { category: LONG.id }),
      standing(3n, { app: APP }),
      standing(3n, { requester: APP }),
    ];
    const { misfits } = planOffers({ ...SITUATION, standing: [standing(9n), ...offers] });
    expect(misfits).to.deep.equal(offers);
  });

  it("are too many where workers left, the newest first", () => {
    const [first, second] = [standing(6n), standing(6n)];
    const workload = { slots: 1, taskSeconds: [] };
    expect(planOffers({ ...SITUATION, workload, standing: [first, second] }).surplus).to.deep.equal([second]);
    expect(planOffers({ ...SITUATION, standing: [first, second] }).surplus).to.deep.equal([]);
  });

  it("are none while nobody is admitted", () => {
    const offer = standing(9n);
    expect(planOffers({ ...SITUATION, admissions: [], standing: [offer] })).to.deep.equal({
      misfits: [offer],
      surplus: [],
      wanted: [],
    });
  });
});

describe("The orders of a pool for nothing", () => {
  const FREE = { ...SITUATION, price: 0n, covered: undefined, workload: { slots: 0, taskSeconds: [] } };

  it("are for as many tasks whoever is there, since there is no stake to lose", () => {
    expect(planOffers(FREE).wanted).to.deep.equal([{ category: 0, ...ANYONE, volume: FREE_VOLUME }]);
  });

  it("are renewed when half is used up", () => {
    const [more, half] = [FREE_VOLUME / 2n + 1n, FREE_VOLUME / 2n].map((remaining) =>
      planOffers({ ...FREE, standing: [standing(remaining, { price: 0n })] }),
    );
    expect(more).to.deep.equal({ misfits: [], surplus: [], wanted: [] });
    expect(half!.wanted.map(({ volume }) => volume)).to.deep.equal([FREE_VOLUME / 2n]);
  });
});
