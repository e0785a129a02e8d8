import { expect } from "chai";
import { id } from "ethers";

import { collectErrors } from "../../scripts/docs/errors.js";
import { toMarkdown } from "../../scripts/docs/errorsPage.js";
import { withFolder } from "../fixtures/folder.js";

const FILE = "contracts/interfaces/IJar.sol";
const JAR = `pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @custom:fix-of OwnableUnauthorizedAccount Ask the owner.
/// @custom:fix-of OwnableInvalidOwner Name somebody.
interface IJar {
    /// @notice The jar is full, as {IJar-fill}
    /// would be.
    /// @param size How much it holds.
    /// @custom:fix Take another jar.
    /// @custom:replaces jar-0x01 (small)
    /// @custom:replaces jar-0x02 (large)
    error JarFull(uint256 size, IJar jar);
}

contract Jar is Ownable {
    constructor() Ownable(msg.sender) {}
}
`;

const collect = (source: string) => withFolder({ [FILE]: source }, collectErrors);

describe("The list of errors", () => {
  it("has all that the interface says", () => {
    expect(collect(JAR).find(({ name }) => name === "JarFull")).to.deep.equal({
      name: "JarFull",
      home: "IJar",
      signature: "JarFull(uint256 size, IJar jar)",
      selector: id("JarFull(uint256,address)").slice(0, 10),
      meaning: "The jar is full, as {IJar-fill} would be.",
      fix: "Take another jar.",
      replaces: ["jar-0x01 (small)", "jar-0x02 (large)"],
    });
  });

  it("has the errors of packages that our contracts can throw, and no others", () => {
    expect(collect(JAR).map(({ name }) => name)).to.deep.equal([
      "JarFull",
      "OwnableInvalidOwner",
      "OwnableUnauthorizedAccount",
    ]);
  });

  it("has our words for an error of a package where there are some", () => {
    const ours = JAR.replace(
      "@custom:fix-of",
      "@custom:meaning-of OwnableInvalidOwner Nobody there.\n/// @custom:fix-of",
    );
    expect(collect(JAR).map(({ meaning }) => meaning)).not.to.include("Nobody there.");
    expect(collect(ours).map(({ meaning }) => meaning)).to.include("Nobody there.");
  });

  const gaps: readonly [string, string, string, string][] = [
    ["an error does not say what it means", "@notice The jar is full, as {IJar-fill}", "@dev Full", "what it means"],
    ["an error does not say what to do", "@custom:fix Take", "Take", "IJar.JarFull does not say what to do"],
    [
      "an error of a package is not explained",
      "@custom:fix-of OwnableInvalidOwner",
      "@dev",
      "OwnableInvalidOwner does not",
    ],
    ["an explanation has no error", "fix-of OwnableInvalidOwner", "fix-of Nothing", "no contract throws Nothing"],
    ["a meaning has no error", "fix-of OwnableInvalidOwner", "meaning-of Nothing", "no contract throws Nothing"],
  ];
  for (const [situation, before, after, message] of gaps) {
    it(`is refused when ${situation}`, () => {
      expect(() => collect(JAR.replace(before, after))).to.throw(message);
    });
  }

  it("becomes a page that can be entered by name, selector and old code", () => {
    const page = toMarkdown(collect(JAR));
    expect(page).to.include(`## IJar\n`);
    expect(page).to.include('<a id="jarfull"></a>`JarFull(uint256 size, IJar jar)`');
    expect(page).to.include("The jar is full, as `fill` would be. | Take another jar.");
    expect(page).to.include(`\`${id("JarFull(uint256,address)").slice(0, 10)}\` | [JarFull](#jarfull)`);
    expect(page).to.include("`jar-0x02` (large) | [JarFull](#jarfull)");
  });
});
