import { expect } from "chai";

import { compareLayouts, readLayouts } from "../../deploy/storageLayout.js";
import { withFolder } from "../fixtures/folder.js";

const CORE = "contracts/core/Jars.sol";
const JARS = `pragma solidity ^0.8.37;

enum Lid { OPEN, SHUT }

struct Jar {
    uint96 coins;
    Lid lid;
}

/// @custom:storage-location erc7201:test.storage.Jars
struct Jars {
    address owner;
    mapping(uint256 id => Jar) byId;
    Jar[] all;
}

uint256 constant JARS_SLOT = erc7201("test.storage.Jars");
`;

/** The layouts of {@link JARS}, after some text in it was replaced. */
function layoutsWith(before = "", after = "") {
  return withFolder({ [CORE]: JARS.replace(before, after) }, readLayouts).layouts;
}

describe("Storage layouts", () => {
  it("are as the compiler draws them", () => {
    expect(layoutsWith()).to.deep.equal({
      "test.storage.Jars": {
        "struct Jars": [
          "0:0 address owner (20)",
          "1:0 mapping(uint256 => struct Jar) byId (32)",
          "2:0 struct Jar[] all (32)",
        ],
        "struct Jar": ["0:0 uint96 coins (12)", "0:12 enum Lid lid (1)"],
        "enum Lid": ["OPEN", "SHUT"],
        "struct Jar[]": ["elements of 32 bytes"],
      },
    });
  });

  const additions: readonly [string, string, string][] = [
    ["a namespace gets a last member", "Jar[] all;", "Jar[] all; bool isFull;"],
    ["a struct in a mapping gets a last member", "Lid lid;", "Lid lid; bool isFull;"],
    ["a member moves into bytes of a slot that nobody had", "address owner;", "address owner; bool isFull;"],
    ["an enum gets a last value", "SHUT", "SHUT, STUCK"],
  ];
  for (const [situation, before, after] of additions) {
    it(`have to be recorded when ${situation}`, () => {
      const { broken, added } = compareLayouts(layoutsWith(), layoutsWith(before, after));
      expect(broken).to.deep.equal([]);
      expect(added).to.have.lengthOf(1);
    });
  }

  const breaches: readonly [string, string, string][] = [
    ["a member comes first", "address owner;", "bool isFull; address owner;"],
    ["a member goes", "address owner;", ""],
    ["a member takes a slot in the middle", "address owner;", "address owner; uint256 weight;"],
    ["a member gets another type", "uint96 coins", "uint128 coins"],
    ["a member gets another name", "uint96 coins", "uint96 notes"],
    ["elements of an array grow", "Lid lid;", "Lid lid; uint256 weight;"],
    ["values of an enum change places", "OPEN, SHUT", "SHUT, OPEN"],
    ["a namespace goes", "erc7201:test.storage.Jars", "erc7201:test.storage.Pots"],
  ];
  for (const [situation, before, after] of breaches) {
    it(`are broken when ${situation}`, () => {
      expect(compareLayouts(layoutsWith(), layoutsWith(before, after)).broken).to.not.deep.equal([]);
    });
  }

  it("need slots computed from the same id", () => {
    const files = { [CORE]: JARS.replace(`erc7201("test.storage.Jars")`, `erc7201("test.storage.Jugs")`) };
    expect(withFolder(files, readLayouts).strays).to.deep.equal([
      `${CORE}: the slot of Jars is not erc7201("test.storage.Jars"), or another struct's is`,
    ]);
  });

  it("are the only storage of facets", () => {
    const facet = `pragma solidity ^0.8.37;\ncontract JarFacet { uint256 private _count; }\n`;
    const files = { [CORE]: JARS, "contracts/facets/JarFacet.sol": facet, "contracts/registries/Shelf.sol": facet };
    expect(withFolder(files, readLayouts).strays).to.deep.equal([
      "contracts/facets/JarFacet.sol: JarFacet stores _count outside of any namespace",
    ]);
  });
});
