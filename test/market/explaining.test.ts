import { expect } from "chai";

import type { MatchReport } from "@poco-marketplace/sdk/explain/report.js";
import { openMarketPlace, type MarketPlace } from "./marketPlace.js";
import { offersAt } from "./offers.js";

describe("The market explains", () => {
  let place: MarketPlace;
  let wish: Record<string, string>;

  before(async () => {
    place = await openMarketPlace();
    const { published, owners } = offersAt(place);
    for (const kind of ["app", "dataset", "workerpool"] as const) await published(kind);
    const { app, dataset } = place.assets;
    wish = { app, dataset, requester: owners.request.address, volume: "4" };
  });

  after(() => place.close());

  async function explain(more: Record<string, string> = {}): Promise<MatchReport> {
    const { status, body } = await place.get("/explain", { ...wish, ...more });
    expect(status, body.error).to.equal(200);
    return body as unknown as MatchReport;
  }

  it("what a wish costs, which is what the hub then locks", async () => {
    const { matches, cost, best } = await explain();

    expect(matches).to.equal(true);
    expect(cost).to.deep.include({ volume: "4", perTask: "1003", locked: "4012", poolStake: "1200" });
    expect(best.map(({ kind, price }) => [kind, price])).to.deep.equal([
      ["app", "3"],
      ["dataset", "0"],
      ["workerpool", "1000"],
    ]);
  });

  it("why an order does not match, and what would help", async () => {
    const { matches, rejected } = await explain({ workerpoolmaxprice: "999", tag: "tee" });

    expect(matches).to.equal(false);
    const pool = rejected.find(({ kind }) => kind === "workerpool")!;
    expect(pool.obstacles.map(({ reason }) => reason)).to.deep.equal([
      "PriceTooHigh",
      "TagNotCovered",
      "AppWithoutTee",
    ]);
    expect(pool.obstacles[0]!.remedy).to.contain("Raise workerpoolmaxprice to 1000");
  });

  it("what nobody offers", async () => {
    const { missing } = await explain({ dataset: place.accounts.anyone.address });

    expect(missing.map(({ kind }) => kind)).to.deep.equal(["dataset"]);
  });

  for (const [more, error] of [
    [{ app: "0x12" }, "app is "],
    [{ requester: "" }, "requester is missing"],
    [{ tag: "tea" }, "tag is "],
    [{ tag: "0x01" }, "tag is "],
    [{ volume: "0" }, "volume is 0"],
    [{ workerpoolmaxprice: "1.5" }, "workerpoolmaxprice is "],
    [{ category: "9".repeat(30) }, "category is "],
  ] as const) {
    it(`refuses ${JSON.stringify(more)}`, async () => {
      const { status, body } = await place.get("/explain", { ...wish, ...more });

      expect(status).to.equal(400);
      expect(body.error).to.contain(error);
    });
  }
});
