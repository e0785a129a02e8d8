import path from "node:path";

import { type Mutant, type Range } from "./mutant.js";
import { fromBytes, toBytes } from "./source.js";

/** The path of the switch in the instrumented copy. */
export const SWITCH_FILE = "contracts/Mutant.sol";

/** The number in place of a mutant's with which a run records the switches that it passes. */
export const TRACE = 0xffff_ffff;

/**
 * The source of the switch. A run selects a mutant by the block's coinbase, which costs next to nothing, is not read by tests, and
 * is the same in every contract. The compiler takes the switch for pure, so that it can be anywhere. Hits are collected
 * with the coverage of EDR.
 */
export const SWITCH = `// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

library Mutant {
    function on(uint256 id) internal pure returns (bool) {
        return _asPure(_on)(id);
    }

    function _on(uint256 id) private view returns (bool) {
        if (block.coinbase == address(${TRACE})) _trace(id);
        return block.coinbase == address(uint160(id));
    }

    // The return data of the last call is preserved: the identity precompile returns it again.
    function _trace(uint256 id) private view {
        assembly ("memory-safe") {
            let size := returndatasize()
            let kept := mload(0x40)
            returndatacopy(kept, 0, size)
            mstore(0, id)
            pop(staticcall(gas(), 0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE, 0, 32, 0, 0))
            pop(staticcall(gas(), 4, kept, size, 0, 0))
        }
    }

    function _asPure(
        function(uint256) view returns (bool) looking
    ) private pure returns (function(uint256) pure returns (bool) blind) {
        assembly ("memory-safe") {
            blind := looking
        }
    }
}
`;

/** A place with at least one mutant, and the places in it. */
type Site = { readonly range: Range; readonly mutants: Mutant[]; readonly inner: Site[] };

/** Builds a tree of places from mutants: one place contains the other, or they are disjoint. */
function sitesOf(mutants: readonly Mutant[]): Site[] {
  const order = mutants.toSorted(
    (a, b) =>
      a.range.start - b.range.start ||
      b.range.end - a.range.end ||
      Number(b.form === "statement") - Number(a.form === "statement"),
  );
  const roots: Site[] = [];
  const open: Site[] = [];
  for (const mutant of order) {
    while (open.length > 0 && open.at(-1)!.range.end <= mutant.range.start) open.pop();
    const last = open.at(-1);
    const isSame = last?.range.start === mutant.range.start && last.range.end === mutant.range.end;
    if (last !== undefined && isSame && last.mutants[0]?.form === mutant.form) {
      last.mutants.push(mutant);
      continue;
    }
    const site: Site = { range: mutant.range, mutants: [mutant], inner: [] };
    (last?.inner ?? roots).push(site);
    open.push(site);
  }
  return roots;
}

/** The text at `range`, with a switch at each of `sites`. */
function render(bytes: string, { start, end }: Range, sites: readonly Site[]): string {
  let rendered = "";
  let at = start;
  for (const { range, mutants, inner } of sites) {
    rendered += bytes.slice(at, range.start) + switched(render(bytes, range, inner), mutants);
    at = range.end;
  }
  return rendered + bytes.slice(at, end);
}

function switched(original: string, mutants: readonly Mutant[]): string {
  const [{ form, accounts } = { form: "expression", accounts: "#" }] = mutants;
  if (form === "statement") {
    const branches = mutants.map(({ id, mutated }) => `if (Mutant.on(${id})) { ${toBytes(mutated)} } else`);
    return `${branches.join(" ")} { ${original} }`;
  }
  const chosen = mutants.reduceRight(
    (otherwise, { id, mutated }) => `(Mutant.on(${id}) ? (${toBytes(mutated)}) : ${otherwise})`,
    `(${original})`,
  );
  return accounts.replace("#", chosen);
}

/** The text of a file in which each of `mutants`, all of this file, can be switched on. */
export function instrument(file: string, text: string, mutants: readonly Mutant[]): string {
  if (mutants.length === 0) return text;
  const bytes = toBytes(text);
  const rendered = render(bytes, { start: 0, end: bytes.length }, sitesOf(mutants));
  const up = path.posix.relative(path.posix.dirname(file), SWITCH_FILE);
  const from = up.startsWith(".") ? up : `./${up}`;
  return fromBytes(rendered.replace(/^(pragma [^\n]*\n)/m, `$1\nimport {Mutant} from "${from}";\n`));
}
