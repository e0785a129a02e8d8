import { readFileSync } from "node:fs";

import { expect } from "chai";

import { findings } from "../harness/differences.js";
import { differencesBetween } from "../harness/differences/compare.js";
import { readOurs, readRecord, type Reaches } from "../harness/differences/interfaces.js";

const page = readFileSync("docs/explanation/differences.md", "utf8");
const peer = readRecord("test/harness/differences/peer.json");
const STALE =
  /^docs\/explanation\/differences\.md does not say what the ABIs do: npm run check:differences -- --update$/;

/** The peer's hub with other functions, or without one. */
function hubWith(change: (functions: Record<string, string>) => void): Reaches {
  const functions = { ...peer["hub"]!.functions };
  change(functions);
  return { ...peer, hub: { ...peer["hub"]!, functions } };
}

describe("The list of what differs from the peer", () => {
  it("is what the ABIs say", () => {
    expect(findings(".", { page, peer })).to.deep.equal([]);
  });

  it("is stale when something was added, or a line of it is gone", () => {
    const found = findings(".", { page, peer: hubWith((functions) => delete functions["viewDeal(bytes32)"]) });
    expect(found).to.have.lengthOf(1);
    expect(found[0]).to.match(STALE);
    expect(findings(".", { page: page.replace(/^\| `acceptOwnership.*\n/m, ""), peer })[0]).to.match(STALE);
  });

  it("needs a reason for what was left out, or has other results", () => {
    const more = hubWith((functions) => (functions["fly()"] = "view"));
    expect(findings(".", { page, peer: more })[0]).to.equal("function fly() of hub is left out: why?");
    const other = hubWith((functions) => (functions["token()"] = "view returns (uint256)"));
    expect(findings(".", { page, peer: other })[0]).to.equal("function token() of hub is changed: why?");
  });

  it("sees an event whose arguments are indexed otherwise, and an error that is ours alone", () => {
    const ours = readOurs(".");
    const hub = { ...ours["hub"]!, events: { ...ours["hub"]!.events, "Transfer(address,address,uint256)": "0" } };
    expect(differencesBetween(ours, { ...ours, hub })).to.deep.equal([
      { kind: "event", signature: "Transfer(address,address,uint256)", change: "changed", places: ["hub"] },
    ]);
    const errors = differencesBetween(peer, ours).filter(({ kind }) => kind === "error");
    expect(errors.find(({ signature }) => signature === "EntryPaused()")).to.deep.include({ change: "added" });
  });
});
