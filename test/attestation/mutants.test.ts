import { readFileSync } from "node:fs";

import { expect } from "chai";

import { FAULT_NAMES } from "@poco-marketplace/enclave/attestation/fault.js";
import { judgeQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { EXTENSION_MUTANTS } from "./mutants/certificateExtensions.js";
import { FIELD_MUTANTS } from "./mutants/certificateFields.js";
import { ENCODING_MUTANTS, LINK_MUTANTS } from "./mutants/certificateLinks.js";
import { LAYOUT_MUTANTS } from "./mutants/layout.js";
import type { Mutant } from "./mutants/mutant.js";
import { PEM_MUTANTS } from "./mutants/pem.js";
import { POLICY_MUTANTS } from "./mutants/policy.js";
import { QUOTING_ENCLAVE_MUTANTS } from "./mutants/quotingEnclave.js";
import { SGX_EXTENSION_MUTANTS } from "./mutants/sgxExtension.js";
import { simulate, type Simulation } from "./simulation.js";

const SUITES: Readonly<Record<string, readonly Mutant[]>> = {
  "A quote with another layout": LAYOUT_MUTANTS,
  "A quote of another quoting enclave": QUOTING_ENCLAVE_MUTANTS,
  "A chain that is written otherwise": PEM_MUTANTS,
  "A certificate with other fields": FIELD_MUTANTS,
  "A chain whose parts do not belong together": LINK_MUTANTS,
  "A certificate in another encoding": ENCODING_MUTANTS,
  "A certificate with other extensions": EXTENSION_MUTANTS,
  "A PCK certificate about another platform": SGX_EXTENSION_MUTANTS,
  "A quote under another policy": POLICY_MUTANTS,
};

let simulation: Simulation;
before(async () => {
  simulation = await simulate();
});

for (const [suite, mutants] of Object.entries(SUITES)) {
  describe(suite, () => {
    for (const { name, fate, because, make } of mutants) {
      it(`${fate === "believed" ? "is believed" : `is refused: ${fate}`}: ${name}`, async () => {
        const { quote, policy } = await make(simulation);
        const { refusal } = judgeQuote(quote, { ...simulation.policy, ...policy });

        expect(refusal?.fault ?? "believed", refusal?.message).to.equal(fate);
        if (because !== undefined) expect(refusal?.message).to.include(because);
      });
    }
  });
}

describe("The mutants", () => {
  const all = Object.values(SUITES).flat();

  it("show every fault that there is", () => {
    const shown = new Set<string>(all.map(({ fate }) => fate));
    expect(FAULT_NAMES.filter((name) => !shown.has(name))).to.deep.equal([]);
  });

  it("are about nothing that the documentation does not explain", () => {
    const page = readFileSync(new URL("../../docs/reference/quotes.md", import.meta.url), "utf8");
    expect(FAULT_NAMES.filter((name) => !page.includes(`\`${name}\``))).to.deep.equal([]);
  });

  it("have a name each", () => {
    const names = Object.values(SUITES).flatMap((mutants, suite) => mutants.map(({ name }) => `${suite} ${name}`));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.deep.equal([]);
  });
});
