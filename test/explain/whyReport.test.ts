import { expect } from "chai";

import { formatMatchReport } from "@poco-marketplace/cli/why/report.js";
import type { ObstacleReport, RejectedReport, MatchReport } from "@poco-marketplace/sdk/explain/report.js";

const because = (sentence: string): ObstacleReport => ({ reason: sentence, sentence, remedy: `Mend: ${sentence}` });
const [DEAR, CLOSED, FAR] = ["It is too dear.", "It is closed.", "It is far away."].map(because) as [
  ObstacleReport,
  ObstacleReport,
  ObstacleReport,
];

function rejected(asset: string, ...obstacles: ObstacleReport[]): RejectedReport {
  return { kind: "app", asset, price: "0", orderHash: `0x${"11".repeat(32)}`, obstacles };
}

function reportOf(...orders: RejectedReport[]): string {
  const report: MatchReport = {
    matches: false,
    cost: null,
    gas: null,
    best: [],
    obstacles: [],
    rejected: orders,
    missing: [],
  };
  return formatMatchReport(report);
}

describe("What npm run why prints of orders that do not match", () => {
  it("has a cause that all share once, and at each order what only some share", () => {
    const text = reportOf(rejected("a", DEAR, CLOSED), rejected("b", DEAR, CLOSED, FAR), rejected("c", DEAR));
    const [common, ...orders] = text.split(/\n\n(?=The app order)/);
    expect(common).to.contain("Obstacles of all orders:\n- It is too dear.");
    expect(common).not.to.contain(CLOSED.sentence);
    expect(orders.map((order) => [CLOSED, FAR, DEAR].map(({ sentence }) => order.includes(sentence)))).to.deep.equal([
      [true, false, false],
      [true, true, false],
      [false, false, false],
    ]);
    expect(orders[2]).to.contain("has no other obstacle.");
  });

  it("has the causes of a single order at that order", () => {
    const text = reportOf(rejected("a", DEAR));
    expect(text).not.to.contain("Obstacles of all orders");
    expect(text).to.contain("does not match:\n- It is too dear.\n  Mend: It is too dear.");
  });
});
