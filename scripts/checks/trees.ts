/**
 * Tests and trees say the same. A unit test lives in `test/unit/<Subject>/<function>/`: `<function>.tree` says what is
 * tested, `<function>.t.sol` beside it tests that and nothing else. (Files right under `test/unit/<folder>/` hold
 * properties and need no tree.)
 *
 * A tree begins with the name of the test contract. Its branches are conditions (`given …` for a state, `when …` for an
 * input), its leaves effects (`it should …`). A condition has either conditions below it or effects, and its words are
 * its own: no other condition of the tree has the same.
 *
 *   - a condition with the one effect `it should revert …` is `test_RevertGiven_<Words>` or `test_RevertWhen_<Words>`;
 *   - a condition with other effects is `test_Given<Words>` or `test_When<Words>`, and each effect stands in its body
 *     as a comment, `// It should …`;
 *   - an effect without a condition is `test_Should<Words>`.
 *
 * `testFuzz_` does as well as `test_`. Words are those of the line, each with a capital, without punctuation.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";

import { verdict } from "./verdict.js";

type Line = { readonly depth: number; readonly text: string };

/** One test that a tree asks for: its name after `test_`, and the comments that have to be in its body. */
type Expected = { readonly name: string; readonly comments: readonly string[] };

type TestFunction = { readonly name: string; readonly body: string };

/** `the final deadline's ahead` → `TheFinalDeadlinesAhead` */
export function titleOf(words: string): string {
  return words
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
    .split(/[\s-]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function linesOf(tree: string): { readonly contract: string; readonly lines: readonly Line[] } {
  const [contract = "", ...rest] = tree.trimEnd().split("\n");
  const lines = rest.map((line) => {
    const { 0: branch = "", index = 0 } = /[├└]── /.exec(line) ?? {};
    return { depth: index / 3 + 1, text: line.slice(index + branch.length).trim() };
  });
  return { contract: contract.trim(), lines };
}

/** The tests that a tree asks for, and what is wrong with the tree itself. */
export function readTree(tree: string): { contract: string; tests: Expected[]; faults: string[] } {
  const { contract, lines } = linesOf(tree);
  const tests: Expected[] = [];
  const faults: string[] = [];

  for (const [index, { depth, text }] of lines.entries()) {
    if (!/^(?:given|when|it should) /.test(text)) {
      faults.push(`"${text}" begins with neither given, when nor it should`);
      continue;
    }
    if (text.startsWith("it should ")) {
      if (depth === 1) tests.push({ name: `Should${titleOf(text.slice("it should ".length))}`, comments: [] });
      continue;
    }

    const end = lines.findIndex((line, at) => at > index && line.depth <= depth);
    const below = lines.slice(index + 1, end === -1 ? undefined : end).filter((line) => line.depth === depth + 1);
    const effects = below.filter((line) => line.text.startsWith("it should ")).map((line) => line.text);
    if (below.length === 0) faults.push(`"${text}" leads to nothing`);
    if (effects.length > 0 && effects.length < below.length) faults.push(`"${text}" has both conditions and effects`);
    if (effects.length === 0) continue;

    const reverts = effects.some((effect) => /^it should revert\b/.test(effect));
    if (reverts && effects.length > 1) faults.push(`"${text}" reverts and does something else`);
    const title = titleOf(text);
    const name = reverts ? `Revert${title.replace(/^(?:Given|When)/, "$&_")}` : title;
    if (tests.some((test) => test.name === name)) faults.push(`"${text}" is in the tree twice: say it in other words`);
    tests.push({ name, comments: reverts ? [] : effects });
  }
  return { contract, tests, faults };
}

/** The functions of a test contract whose names begin with `test`. */
function testFunctions(solidity: string): TestFunction[] {
  const parts = solidity.split(/^ {4}function /m).slice(1);
  return parts.flatMap((part) => {
    const name = /^test(?:Fuzz)?_(\w+)/.exec(part)?.[1];
    return name === undefined ? [] : [{ name, body: part }];
  });
}

/** The effects that comments in `body` name, as they stand in a tree: without slashes, capital and full stop. */
function effectsIn(body: string): string[] {
  const comments = body.replaceAll(/\n\s*\/\/ (?!It should )/g, " ").matchAll(/\/\/ It should (.*)/g);
  return [...comments].map(([, words = ""]) => `it should ${words.trim().replace(/\.$/, "")}`);
}

/** Where a tree and the tests beside it disagree. */
export function compare(tree: string, solidity: string): string[] {
  const { contract, tests, faults } = readTree(tree);
  const found = testFunctions(solidity);
  if (!new RegExp(`^contract ${contract}\\b`, "m").test(solidity)) faults.push(`there is no contract ${contract}`);

  for (const { name, comments } of tests) {
    const test = found.find((candidate) => candidate.name === name);
    if (test === undefined) {
      faults.push(`test_${name} is missing`);
      continue;
    }
    const effects = effectsIn(test.body);
    for (const comment of comments) {
      if (!effects.includes(comment)) faults.push(`test_${name} does not say "// ${comment.replace(/^i/, "I")}."`);
    }
    for (const effect of effects.filter((one) => comments.length > 0 && !comments.includes(one))) {
      faults.push(`test_${name} says "${effect}", which is not in the tree`);
    }
  }
  const strays = found.filter(({ name }) => !tests.some((test) => test.name === name));
  return [...faults, ...strays.map(({ name }) => `test_${name} is not in the tree`)];
}

/** Where trees and tests under `test/unit` of `root` disagree. */
export function disagreements(root: string): string[] {
  const stems = new Set(
    globSync("test/unit/*/*/*.{tree,t.sol}", { cwd: root }).map((file) => file.replace(/\.(?:tree|t\.sol)$/, "")),
  );
  return [...stems].toSorted().flatMap((stem) => {
    const [tree, test] = [path.join(root, `${stem}.tree`), path.join(root, `${stem}.t.sol`)];
    if (!existsSync(tree)) return [`${stem}.t.sol has no tree`];
    if (!existsSync(test)) return [`${stem}.tree has no test`];
    return compare(readFileSync(tree, "utf8"), readFileSync(test, "utf8")).map((fault) => `${stem}: ${fault}`);
  });
}

if (import.meta.main) {
  verdict("trees", disagreements(process.cwd()), "each leaf has its test, each test its leaf");
}
