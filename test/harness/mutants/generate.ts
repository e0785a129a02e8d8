import { lineOf, walk, type Analysis, type AstNode } from "../../../deploy/solidity.js";
import { type Mutant } from "./mutant.js";
import { editsOf } from "./operators.js";
import { openSource, rangeOf } from "./source.js";

/** The ids of all declarations of constants. */
function constantsIn(analysis: Analysis): Set<unknown> {
  const constants = new Set<unknown>();
  for (const { ast } of Object.values(analysis.sources)) {
    walk(ast, (node) => {
      if (node.nodeType === "VariableDeclaration" && node.constant === true) constants.add(node.id);
    });
  }
  return constants;
}

/** The function around a node, and whether the node is in its body: switches are possible only there. */
function functionAround(ancestors: readonly AstNode[]): string | undefined {
  const at = ancestors.findLastIndex(({ nodeType }) => nodeType === "FunctionDefinition");
  const definition = ancestors[at];
  if (definition === undefined || ancestors[at + 1] !== definition.body) return undefined;
  return String(definition.name) || String(definition.kind);
}

/** Lists every change of every operator in `files`. */
export function generate(analysis: Analysis, files: readonly string[]): Mutant[] {
  const constants = constantsIn(analysis);
  const mutants: Mutant[] = [];
  for (const file of files) {
    const text = analysis.text.get(file);
    const root = analysis.sources[file]?.ast;
    if (text === undefined || root === undefined) throw new Error(`${file} was not analyzed.`);
    const source = openSource(text, constants);
    const lines = text.split("\n").map((line) => line.trim());
    walk(root, (node, ancestors) => {
      if (ancestors.some(({ nodeType }) => nodeType === "InlineAssembly")) return;
      const within = functionAround(ancestors);
      if (within === undefined) return;
      for (const { operator, form, mutated, range = rangeOf(node), accounts = "#" } of editsOf(
        node,
        ancestors,
        source,
      )) {
        const original = source.textAt(range);
        const line = lineOf({ nodeType: "", src: `${range.start}` }, text);
        const id = mutants.length + 1;
        const lineText = lines[line - 1] ?? "";
        mutants.push({ id, operator, file, line, lineText, within, range, form, accounts, original, mutated });
      }
    });
  }
  return mutants;
}
