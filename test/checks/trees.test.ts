import { expect } from "chai";

import { compare, disagreements, readTree, titleOf } from "../../scripts/checks/trees.js";
import { withFolder } from "../fixtures/folder.js";

const TREE = `Claim_Unit_Test
├── given the task is not open
│  └── it should revert
└── given the task is open
   ├── when the final deadline is ahead
   │  └── it should revert with {TaskStillRunning}
   └── when the final deadline has passed
      ├── it should refund the payer
      └── it should emit {TaskClaimed}
`;

const TESTS = `contract Claim_Unit_Test is Base {
    function setUp() public {}

    function test_RevertGiven_TheTaskIsNotOpen() external {
        poco.claim(TASK);
    }

    function testFuzz_RevertWhen_TheFinalDeadlineIsAhead(uint256 now_) external {
        poco.claim(TASK);
    }

    function test_WhenTheFinalDeadlineHasPassed() external {
        // It should emit
        // {TaskClaimed}.
        emit ITasks.TaskClaimed(TASK);
        // It should refund the payer.
        assertEq(poco.balanceOf(requester), PRICE);
    }
}
`;

describe("A tree and its tests", () => {
  it("agree when each leaf has its test, and each effect its comment", () => {
    expect(compare(TREE, TESTS)).to.deep.equal([]);
  });

  const faults: readonly [string, string, string, string][] = [
    ["a test is missing", "test_RevertGiven_TheTaskIsNotOpen", "other", "test_RevertGiven_TheTaskIsNotOpen is missing"],
    ["a test has no leaf", "setUp", "test_Setup", "test_Setup is not in the tree"],
    [
      "an effect has no comment",
      "// It should refund the payer.",
      "",
      `test_WhenTheFinalDeadlineHasPassed does not say "// It should refund the payer."`,
    ],
    [
      "a comment has no effect",
      "// It should refund",
      "// It should be quick.\n        // It should refund",
      `test_WhenTheFinalDeadlineHasPassed says "it should be quick", which is not in the tree`,
    ],
    ["the contract has another name", "contract Claim_", "contract Close_", "there is no contract Claim_Unit_Test"],
  ];
  for (const [situation, before, after, fault] of faults) {
    it(`disagree when ${situation}`, () => {
      const tests = TESTS.replace(before, after);
      expect(compare(TREE, tests)).to.include(fault);
    });
  }

  it("are found to be alone", () => {
    const files = {
      "test/unit/A/one/one.tree": TREE,
      "test/unit/A/two/two.t.sol": TESTS,
      "test/unit/types/P.t.sol": "",
    };
    expect(withFolder(files, disagreements)).to.deep.equal([
      "test/unit/A/one/one.tree has no test",
      "test/unit/A/two/two.t.sol has no tree",
    ]);
  });
});

describe("A tree", () => {
  it("asks for a test of each effect that depends on nothing", () => {
    const { tests } = readTree("Symbol_Unit_Test\n└── it should be SRLC\n");
    expect(tests).to.deep.equal([{ name: "ShouldBeSRLC", comments: [] }]);
  });

  const wrong: readonly [string, string, string][] = [
    [
      "a line is neither condition nor effect",
      "└── and so on",
      `"and so on" begins with neither given, when nor it should`,
    ],
    ["a condition leads to nothing", "└── when it rains", `"when it rains" leads to nothing`],
    [
      "a condition reverts and has another effect",
      "└── when it rains\n   ├── it should revert\n   └── it should pay",
      `"when it rains" reverts and does something else`,
    ],
    [
      "a condition has both conditions and effects",
      "└── when it rains\n   ├── it should pay\n   └── when it pours\n      └── it should revert",
      `"when it rains" has both conditions and effects`,
    ],
    [
      "two conditions have the same words",
      "├── when it rains\n│  └── it should pay\n└── when it rains\n   └── it should pay",
      `"when it rains" is in the tree twice: say it in other words`,
    ],
  ];
  for (const [situation, lines, fault] of wrong) {
    it(`is refused when ${situation}`, () => {
      expect(readTree(`X_Unit_Test\n${lines}\n`).faults).to.deep.equal([fault]);
    });
  }

  it("loses punctuation in names", () => {
    expect(titleOf("the owner's {Transfer} is well-known")).to.equal("TheOwnersTransferIsWellKnown");
  });
});
