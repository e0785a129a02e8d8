import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";

import { filesWithCode, gaps, readReport, type Unreachable } from "../../scripts/checks/coverage.js";
import { hardhat } from "../fixtures/command.js";
import { withFolder } from "../fixtures/folder.js";

const FILE = "contracts/Door.sol";
const SOURCE = `pragma solidity ^0.8.37;
contract Door {
    function knock(bool twice) external pure returns (uint256) {
        if (twice) {
            return 2;
        }
        return 1;
    }
}
`;

/** An lcov report on the door, with how often its lines were run. */
function report(hits: Readonly<Record<number, number>>) {
  const lines = Object.entries(hits).map(([line, count]) => `DA:${line},${count}\n`);
  return readReport(`TN:\nSF:${FILE}\n${lines.join("")}LH:1\nLF:3\nend_of_record\n`);
}

function findings(hits: Readonly<Record<number, number>>, unreachable: readonly Unreachable[] = []): string[] {
  return withFolder({ [FILE]: SOURCE }, (root) => gaps(root, [FILE], report(hits), unreachable));
}

describe("The coverage of contracts", () => {
  const excuse = { file: FILE, text: "return 2;", reason: "nobody knocks twice" };

  it("is complete when every line was run", () => {
    expect(findings({ 4: 3, 5: 1, 7: 2 })).to.deep.equal([]);
  });

  it("names a line that was not run, with its text", () => {
    expect(findings({ 4: 3, 5: 0, 7: 2 })).to.deep.equal([`${FILE}:5 is not run by any test: return 2;`]);
  });

  it("accepts a line that cannot be run for a reason", () => {
    expect(findings({ 4: 3, 5: 0, 7: 2 }, [excuse])).to.deep.equal([]);
  });

  it("does not accept the same line of another file", () => {
    const elsewhere = { ...excuse, file: "contracts/Gate.sol" };

    expect(findings({ 4: 3, 5: 0, 7: 2 }, [elsewhere])).to.deep.equal([
      `${FILE}:5 is not run by any test: return 2;`,
      'contracts/Gate.sol has no line that is not run and reads "return 2;": take its reason away',
    ]);
  });

  it("wants a reason gone once the line is run", () => {
    expect(findings({ 4: 3, 5: 1, 7: 2 }, [excuse])).to.deep.equal([
      `${FILE} has no line that is not run and reads "return 2;": take its reason away`,
    ]);
  });

  it("names a file that nobody measured", () => {
    const found = withFolder({ [FILE]: SOURCE }, (root) => gaps(root, [FILE], new Map(), []));

    expect(found).to.deep.equal([`${FILE} was not measured`]);
  });

  it("is asked of the files that have something to run", () => {
    const files = {
      [FILE]: SOURCE,
      "contracts/IDoor.sol": "pragma solidity ^0.8.37;\ninterface IDoor { function knock(bool twice) external; }\n",
      "contracts/Wall.sol": "pragma solidity ^0.8.37;\ncontract Wall { function knock() external {} }\n",
      "contracts/Free.sol": "pragma solidity ^0.8.37;\nfunction one() pure returns (uint256) { return 1; }\n",
    };

    expect(withFolder(files, filesWithCode)).to.deep.equal([FILE, "contracts/Free.sol"]);
  });

  it("is not measured over the contracts that are deployed", async () => {
    const { code, stderr } = await hardhat(["test", "solidity", "--coverage"]).outcome;

    expect(code).to.equal(1);
    expect(stderr).to.include("use `npm run coverage`, or add `--config coverage.config.ts`");
  });

  it("fails as a command without a report, and says how to get one", async () => {
    const script = fileURLToPath(import.meta.resolve("../../scripts/checks/coverage.ts"));
    const command = ["--import", import.meta.resolve("tsx"), script];
    const outcome = await promisify(execFile)(process.execPath, command, { cwd: tmpdir() }).catch(
      (error: unknown) => error,
    );

    expect(outcome).to.deep.include({
      code: 1,
      stderr: "coverage: 1 to fix\n  coverage/lcov.info is not there: `npm run coverage` measures, then comes here\n",
    });
  });
});
