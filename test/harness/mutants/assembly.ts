import { walk, type AstNode } from "../../../deploy/solidity.js";
import { type Range } from "./mutant.js";
import { type Edit } from "./operators.js";
import { rangeOf, type Source } from "./source.js";

const OPPOSITES: Readonly<Record<string, string>> = {
  add: "sub",
  sub: "add",
  mul: "div",
  div: "mul",
  and: "or",
  or: "and",
  shl: "shr",
  shr: "shl",
  lt: "gt",
  gt: "lt",
};

/** The mutants of a node in assembly. */
function replacementOf(node: AstNode, ancestors: readonly AstNode[], source: Source): string | undefined {
  const [loop, parent] = [ancestors.at(-2), ancestors.at(-1)];
  switch (node.nodeType) {
    case "YulFunctionCall": {
      const { name } = node.functionName as { readonly name: string };
      const given = (node.arguments as readonly AstNode[]).map((argument) => source.textOf(argument));
      if (name === "iszero") return given[0];
      const opposite = OPPOSITES[name];
      return opposite === undefined ? undefined : `${opposite}(${given.join(", ")})`;
    }
    case "YulLiteral":
      return node.kind === "number" ? String(BigInt(String(node.value)) + 1n) : undefined;
    case "YulExpressionStatement":
      return "";
    case "YulAssignment": {
      // Without this a storage pointer is unset, which the compiler refuses.
      const pointsSomewhere = source.textOf(node).includes(".slot");
      // A loop without its step never ends: every test would notice, and EDR would keep all its steps in memory.
      const isStep = loop?.nodeType === "YulForLoop" && loop.post === parent;
      return parent?.nodeType === "YulBlock" && !pointsSomewhere && !isStep ? "" : undefined;
    }
    default:
      return undefined;
  }
}

/** Lists changes in assembly. Assembly has no conditional expression, so each switch is a block of its own. */
export function assemblyEdits(assembly: AstNode, source: Source): Edit[] {
  const whole = rangeOf(assembly);
  const replaced = (part: Range, text: string): string =>
    source.textAt({ start: whole.start, end: part.start }) + text + source.textAt({ start: part.end, end: whole.end });

  const edits: Edit[] = [];
  walk(assembly.AST as AstNode, (node, ancestors) => {
    const mutated = replacementOf(node, ancestors, source);
    if (mutated !== undefined) {
      edits.push({ operator: "assembly", form: "statement", range: whole, mutated: replaced(rangeOf(node), mutated) });
    }
  });
  return edits;
}
