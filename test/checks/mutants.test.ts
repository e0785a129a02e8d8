import { expect } from "chai";

import { analyze } from "../../deploy/solidity.js";
import { changeOf } from "../harness/mutants/change.js";
import { generate } from "../harness/mutants/generate.js";
import { instrument, SWITCH, SWITCH_FILE } from "../harness/mutants/instrument.js";
import { type Mutant } from "../harness/mutants/mutant.js";
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { choose, readOptions } from "../harness/mutants/options.js";
import { asText, reportOn } from "../harness/mutants/report.js";
import { withFolder } from "../fixtures/folder.js";

const FILE = "contracts/core/Till.sol";

/** A contract with this body, whose comment has characters of several bytes. */
function tillWith(body: string): string {
  return `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @dev Töpfe → Äpfel ‖ Birnen
contract Till {
    error Full(uint256 amount, uint256 limit, address by);
    event Moved(address from, address to, uint256 amount);
    enum Kind { NONE, SOME }
    uint256 private constant LIMIT = 5;
    uint256 public total;
    bool public isOpen;
    bytes32 public name;
${body}
}
`;
}

function mutantsOf(body: string): Mutant[] {
  return withFolder({ [FILE]: tillWith(body) }, (root) => generate(analyze(root, [FILE]), [FILE]));
}

/** What each mutant changes, as "operator: original → mutated". */
function changesOf(body: string): string[] {
  return mutantsOf(body).map(({ operator, original, mutated }) => `${operator}: ${original} → ${mutated}`);
}

const STATEMENTS: readonly [string, string, readonly string[]][] = [
  [
    "demands something",
    "function f(uint256 x) external pure { require(x < LIMIT, Full(x, LIMIT, address(1))); }",
    [
      "guard: x < LIMIT → true",
      "relational: x < LIMIT → x <= LIMIT",
      "relational: x < LIMIT → x > LIMIT",
      "constant: LIMIT → LIMIT + 1",
      "constant: LIMIT → LIMIT + 1",
      "constant: address(1) → address(2)",
      "arguments: require(x < LIMIT, Full(x, LIMIT, address(1))); → require(x < LIMIT, Full(LIMIT, x, address(1)));",
    ],
  ],
  [
    "reverts",
    "function f() external { if (isOpen) revert Full(total, LIMIT, msg.sender); total = 2; }",
    [
      "condition: isOpen → true",
      "condition: isOpen → false",
      "guard: revert Full(total, LIMIT, msg.sender); → ",
      "arguments: revert Full(total, LIMIT, msg.sender); → revert Full(LIMIT, total, msg.sender);",
      "constant: LIMIT → LIMIT + 1",
      "statement: total = 2; → ",
      "constant: 2 → 3",
    ],
  ],
  [
    "emits an event",
    "function f(address a, address b) external { emit Moved(a, b, total); }",
    ["statement: emit Moved(a, b, total); → ", "arguments: emit Moved(a, b, total); → emit Moved(b, a, total);"],
  ],
  [
    "decides",
    "function f(Kind k) external view returns (bool) { return !isOpen && (k == Kind.SOME || name == bytes32(0)); }",
    [
      "statement: return !isOpen && (k == Kind.SOME || name == bytes32(0)); → ",
      "logical: !isOpen && (k == Kind.SOME || name == bytes32(0)) → !isOpen",
      "logical: !isOpen && (k == Kind.SOME || name == bytes32(0)) → (k == Kind.SOME || name == bytes32(0))",
      "logical: !isOpen → isOpen",
      "logical: k == Kind.SOME || name == bytes32(0) → k == Kind.SOME",
      "logical: k == Kind.SOME || name == bytes32(0) → name == bytes32(0)",
      "relational: k == Kind.SOME → k != Kind.SOME",
      "relational: name == bytes32(0) → name != bytes32(0)",
      "constant: bytes32(0) → bytes32(uint256(1))",
    ],
  ],
  [
    "counts",
    "function f(uint256 n) external { for (uint256 i = 0; i < n; ++i) { total += n; } delete name; }",
    [
      "condition: i < n → false",
      "constant: 0 → 1",
      "relational: i < n → i <= n",
      "relational: i < n → i > n",
      "arithmetic: ++i → --i",
      "statement: total += n; → ",
      "arithmetic: total += n → total -= n",
      "statement: delete name; → ",
    ],
  ],
  [
    "is written in assembly",
    `function f(uint256 x) external pure returns (uint256 y) { assembly ("memory-safe") { y := add(x, 1) } }`,
    [
      `assembly: assembly ("memory-safe") { y := add(x, 1) } → assembly ("memory-safe") {  }`,
      `assembly: assembly ("memory-safe") { y := add(x, 1) } → assembly ("memory-safe") { y := sub(x, 1) }`,
      `assembly: assembly ("memory-safe") { y := add(x, 1) } → assembly ("memory-safe") { y := add(x, 2) }`,
    ],
  ],
  [
    "goes round in assembly, but for loops that would never end",
    "function f(uint256 x) external pure { assembly { for {} gt(x, 0) { x := sub(x, 1) } {} } }",
    [
      "gt(x, 0) → lt(x, 0)",
      "gt(x, 0) → gt(x, 1)",
      "x := sub(x, 1) → x := add(x, 1)",
      "x := sub(x, 1) → x := sub(x, 2)",
    ].map((change) => {
      const [before, after] = change.split(" → ") as [string, string];
      const loop = "assembly { for {} gt(x, 0) { x := sub(x, 1) } {} }";
      return `assembly: ${loop} → ${loop.replace(before, after)}`;
    }),
  ],
  ["stands outside of functions", "uint256 private constant OTHER = 1 + 2; uint256 private more = OTHER;", []],
];

describe("Mutants", () => {
  for (const [what, body, changes] of STATEMENTS) {
    it(`of what ${what}`, () => {
      expect(changesOf(body)).to.have.members(changes);
    });
  }

  it("know where they are", () => {
    const [mutant] = mutantsOf("\n    function f() external { total = 1; }");
    expect(mutant).to.include({ id: 1, file: FILE, line: 14, within: "f", original: "total = 1;", mutated: "" });
  });

  it("leave pointers to storage alone, without which there is nothing to compile", () => {
    const body = `struct Pot { uint256 x; } mapping(uint256 => Pot) pots;
      function f() external returns (uint256) { return _pot().x; }
      function _pot() private view returns (Pot storage pot) { pot = pots[7]; }
      function g() external pure returns (Pot storage pot) { assembly { pot.slot := 1 } }`.replace(
      "external pure",
      "private pure",
    );
    expect(changesOf(body)).to.have.members([
      "statement: return _pot().x; → ",
      "constant: 7 → 8",
      "assembly: assembly { pot.slot := 1 } → assembly { pot.slot := 2 }",
    ]);
  });

  it("all compile together, each behind its switch", () => {
    const text = tillWith(
      STATEMENTS.map(([, body], index) => body.replace("function f", `function f${index}`)).join("\n"),
    );
    const mutants = withFolder({ [FILE]: text }, (root) => generate(analyze(root, [FILE]), [FILE]));
    const instrumented = instrument(FILE, text, mutants);
    for (const { id } of mutants) expect(instrumented).to.include(`Mutant.on(${id})`);
    withFolder({ [FILE]: instrumented, [SWITCH_FILE]: SWITCH }, (root) => analyze(root, [FILE, SWITCH_FILE]));
  });

  it("leave a file without any as it is", () => {
    expect(instrument(FILE, tillWith(""), [])).to.equal(tillWith(""));
  });
});

describe("A choice of mutants", () => {
  const mutants = mutantsOf(
    STATEMENTS.map(([, body], index) => body.replace("function f", `function f${index}`)).join(""),
  );
  const chosen = (...args: string[]) => choose(mutants, readOptions(args)!);

  it("is all of them unless something is asked for", () => {
    expect(chosen()).to.have.members(mutants);
  });

  it("can be a file, a kind or a number", () => {
    expect(chosen("--only", "core/Till")).to.have.members(mutants);
    expect(chosen("--only", "core/Tills")).to.deep.equal([]);
    expect(chosen("--operator", "guard").map(({ operator }) => operator)).to.deep.equal(["guard", "guard"]);
    expect(chosen("--id", "3", "--id", "4").map(({ id }) => id)).to.have.members([3, 4]);
  });

  it("can be a sample, the same for the same seed, with which the tries for all begin", () => {
    expect(chosen("--sample", "5")).to.have.length(5);
    expect(chosen("--sample", "5", "--seed", "9")).to.deep.equal(chosen("--seed", "9").slice(0, 5));
    expect(chosen("--sample", "5", "--seed", "9")).to.deep.equal(chosen("--sample", "5", "--seed", "9"));
    expect(chosen("--sample", "5", "--seed", "9")).not.to.deep.equal(chosen("--sample", "5", "--seed", "8"));
  });

  it("is refused when nobody understands it", () => {
    for (const args of [["--operator", "magic"], ["--sample", "many"], ["--nonsense"]]) {
      expect(() => readOptions(args)).to.throw(UsageError);
    }
    expect(readOptions(["--help"])).to.equal(undefined);
  });
});

describe("A report on mutants", () => {
  const [first, second] = mutantsOf("function f() external { total = 1; }") as [Mutant, Mutant];
  const killed = { mutant: first, killers: ["T.test"], suitesThatMetIt: 1 };
  const alive = { mutant: second, killers: [], suitesThatMetIt: 1 };
  const explained = [{ ...second, reason: "because" }];
  const report = (fates: Parameters<typeof reportOn>[0]["fates"], known: typeof explained) =>
    reportOn({ fates, unusable: [], tests: 1, isComplete: true }, known, []);

  it("passes when enough were killed and the others are explained", () => {
    const many = [...Array.from({ length: 19 }, () => killed), alive];
    expect(report(many, explained)).to.include({ mutants: 20, killed: 19, score: 0.95, passed: true });
    expect(report(many, [])).to.include({ score: 0.95, passed: false });
    expect(report(many.slice(1), explained)).to.include({ passed: false });
  });

  it("counts by operator and by folder", () => {
    const { byOperator, byFolder } = report([killed, alive], explained);
    expect(byOperator).to.deep.equal({
      [first.operator]: { mutants: 1, killed: 1 },
      [second.operator]: { mutants: 1, killed: 0 },
    });
    expect(byFolder).to.deep.equal({ "contracts/core": { mutants: 2, killed: 1 } });
  });

  it("does not pass before the end", () => {
    const hunt = { fates: [killed], unusable: [], tests: 1, isComplete: false };
    expect(asText(reportOn(hunt, [], []))).to.match(/failed, it was stopped before the end$/);
  });

  it("does not pass when a test fails without any mutant, unless that is known and true", () => {
    const hunt = { fates: [killed], unusable: ["T.test"], tests: 1, isComplete: true };
    const known = [{ test: "T.test", reason: "because" }];
    expect(asText(reportOn(hunt, [], []))).to.match(/without any mutant: T\.test[^]*failed, 1 tests fail/);
    expect(asText(reportOn(hunt, [], known))).to.match(/left out: T\.test\n {4}because[^]*: passed$/);
    expect(asText(reportOn({ ...hunt, unusable: [] }, [], known))).to.match(/left out, but passes: T\.test[^]*failed/);
  });

  it("does not pass when what is explained was killed", () => {
    expect(report([killed], [{ ...first, ...changeOf(first), reason: "because" }])).to.deep.include({
      passed: false,
      wronglyExplained: [first],
    });
  });
});
