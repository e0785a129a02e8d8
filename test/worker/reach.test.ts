import { expect } from "chai";

import { leaveOut } from "../fixtures/leftOut.js";
import { hasMachines, onMachine, OWN_ADDRESS, STAND_IN } from "../fixtures/machine.js";

interface Fetched {
  readonly answers: Readonly<Record<string, string>>;
  readonly asked: readonly string[];
  readonly visited: readonly string[];
}

describe("What a worker reaches for others", () => {
  let fetched: Fetched;

  before(async function () {
    if (!(await hasMachines())) leaveOut(this, "way to make networks (iproute2, user namespaces)");
    fetched = (await onMachine("fetchOnMachine.ts")) as Fetched;
  });

  for (const name of ["public", "name", "redirectToPublic"]) {
    it(`is a public address (${name})`, () => expect(fetched.answers[name]).to.equal(`from ${STAND_IN}`));
  }
  for (const name of ["both", "redirectToLoopback", "redirectToName", "redirectTwice"]) {
    it(`is not a private one (${name})`, () =>
      expect(fetched.answers[name]).to.match(
        /is at 127\.0\.0\.1, which is private: put the file where all can read it/,
      ));
  }
  it("is not the machine itself at its public address", () => {
    expect(fetched.answers["own"]).to.contain(`is at ${OWN_ADDRESS}, which is private`);
  });
  it("is the address that was judged, whatever the name's server says next", () => {
    expect(fetched.answers["rebinding"]).to.equal(`from ${STAND_IN}`);
    expect(fetched.asked.filter((name) => name === "rebinding.example")).to.have.lengthOf(1);
  });
  it("is nothing private, not for a moment", () => expect(fetched.visited).to.deep.equal([STAND_IN]));
});
