import { type AstNode } from "../../../deploy/solidity.js";
import { assemblyEdits } from "./assembly.js";
import { type Mutant } from "./mutant.js";
import { mutantsOfNumber } from "./numbers.js";
import { childrenOf, rangeOf, typeOf, type Source } from "./source.js";

/** A change of a node by an operator; its place is the node unless it names another. */
export type Edit = Pick<Mutant, "operator" | "form" | "mutated"> & Partial<Pick<Mutant, "range" | "accounts">>;

const OPPOSITES: Readonly<Record<string, readonly string[]>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "<<": [">>"],
  ">>": ["<<"],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "<": ["<=", ">"],
  "<=": ["<", ">="],
  ">": [">=", "<"],
  ">=": [">", "<="],
  "==": ["!="],
  "!=": ["=="],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
  "|=": ["&="],
  "&=": ["|="],
  "^=": ["&="],
  "<<=": [">>="],
  ">>=": ["<<="],
  "++": ["--"],
  "--": ["++"],
};

const COMPARISONS = new Set(["<", "<=", ">", ">=", "==", "!="]);

/** Types for which the compiler refuses a conditional assignment: it must see the storage that they point to. */
const POINTS = /\b(?:storage (?:ref|pointer)|calldata)\b/;

const expression = (operator: Mutant["operator"], mutated: string): Edit => ({ operator, form: "expression", mutated });

/** The two constant values of a condition; a loop that never ends says nothing about tests. */
function conditionEdits(node: AstNode, isLoop: boolean): Edit[] {
  const stuck = isLoop ? ["false"] : ["true", "false"];
  return stuck.map((mutated) => ({ ...expression("condition", mutated), range: rangeOf(node) }));
}

function operationEdits(node: AstNode, source: Source): Edit[] {
  const operator = String(node.operator);
  const left = node.leftExpression as AstNode;
  const right = node.rightExpression as AstNode;
  if (operator === "&&" || operator === "||") {
    return [left, right].map((side) => expression("logical", source.textOf(side)));
  }
  // The operators of value types are functions, and have no opposites.
  if (node.function !== undefined && node.function !== null) return [];
  const kind = COMPARISONS.has(operator) ? "relational" : "arithmetic";
  const ordered = typeOf(left).startsWith("enum") ? [] : (OPPOSITES[operator] ?? []);
  const opposites = operator === "==" || operator === "!=" ? (OPPOSITES[operator] ?? []) : ordered;
  return opposites.map((opposite) => expression(kind, `${source.textOf(left)} ${opposite} ${source.textOf(right)}`));
}

function unaryEdits(node: AstNode, source: Source): Edit[] {
  const operator = String(node.operator);
  const operand = source.textOf(node.subExpression as AstNode);
  if (operator === "!" && !node.function) return [expression("logical", operand)];
  return (OPPOSITES[operator] ?? []).map((opposite) =>
    expression("arithmetic", node.prefix === true ? `${opposite}${operand}` : `${operand}${opposite}`),
  );
}

/** Pairs of arguments that could be mistaken for each other; for those of one type, the neighbors. */
function swaps(call: AstNode, source: Source): string[] {
  const given = call.arguments as readonly AstNode[];
  const texts = given.map((argument) => source.textOf(argument));
  const types = given.map((argument) => typeOf(argument).replace(/ (?:memory|calldata|storage \w+)$/, ""));
  return given.flatMap((_, first) => {
    const second = types.indexOf(types[first] ?? "", first + 1);
    if (second === -1 || texts[first] === texts[second]) return [];
    const swapped = texts.with(first, texts[second] ?? "").with(second, texts[first] ?? "");
    return [`${source.textOf(call.expression as AstNode)}(${swapped.join(", ")})`];
  });
}

/** Removes the statement, if the compiler allows that, or swaps arguments in it. */
function statementEdits(node: AstNode, parent: AstNode | undefined, source: Source): Edit[] {
  const range = source.withSemicolon(rangeOf(node));
  const form = "statement";
  const isHeader = parent?.nodeType === "ForStatement" && parent.body !== node;
  if (isHeader) return [];
  const removed: Edit = { operator: "statement", form, range, mutated: "" };
  if (node.nodeType === "RevertStatement") return [{ ...removed, operator: "guard" }];
  if (node.nodeType === "EmitStatement") {
    const swapped = swaps(node.eventCall as AstNode, source);
    return [
      removed,
      ...swapped.map((call) => ({ ...removed, operator: "arguments", mutated: `emit ${call};` }) as const),
    ];
  }
  const changed = node.expression as AstNode | undefined | null;
  if (node.nodeType === "Return") {
    return changed && !POINTS.test(typeOf(changed)) ? [removed] : [];
  }
  if (changed?.nodeType === "FunctionCall" && source.textOf(changed.expression as AstNode) === "require") return [];
  if (changed?.nodeType === "Assignment" && POINTS.test(typeOf(changed.leftHandSide as AstNode))) {
    return (changed.leftHandSide as AstNode).nodeType === "Identifier" ? [] : [removed];
  }
  return [removed];
}

function callEdits(node: AstNode, source: Source): Edit[] {
  const [first, error] = node.arguments as readonly AstNode[];
  if (source.textOf(node.expression as AstNode) !== "require" || first === undefined) return [];
  const granted = { ...expression("guard", "true"), range: rangeOf(first) };
  if (error?.nodeType !== "FunctionCall") return [granted];
  const swapped = swaps(error, source).map((call): Edit => ({
    operator: "arguments",
    form: "statement",
    range: source.withSemicolon(rangeOf(node)),
    mutated: `require(${source.textOf(first)}, ${call});`,
  }));
  return [granted, ...swapped];
}

const STATEMENTS = new Set(["ExpressionStatement", "EmitStatement", "RevertStatement", "Return", "Break", "Continue"]);

/** Lists all changes of `node` itself; the nodes below it have their own. */
export function editsOf(node: AstNode, ancestors: readonly AstNode[], source: Source): Edit[] {
  const parent = ancestors.at(-1);
  if (STATEMENTS.has(node.nodeType)) {
    const reverted = node.nodeType === "RevertStatement" ? swaps(node.errorCall as AstNode, source) : [];
    const range = source.withSemicolon(rangeOf(node));
    return [
      ...statementEdits(node, parent, source),
      ...reverted.map((call): Edit => ({
        operator: "arguments",
        form: "statement",
        range,
        mutated: `revert ${call};`,
      })),
    ];
  }
  switch (node.nodeType) {
    case "IfStatement":
    case "Conditional":
      return conditionEdits(node.condition as AstNode, false);
    case "ForStatement":
    case "WhileStatement":
      return childrenOf(node, "condition").flatMap((condition) => conditionEdits(condition, true));
    case "BinaryOperation":
      return operationEdits(node, source);
    case "UnaryOperation":
      return unaryEdits(node, source);
    case "Assignment": {
      const [left, right] = [node.leftHandSide, node.rightHandSide].map((side) => source.textOf(side as AstNode));
      return (OPPOSITES[String(node.operator)] ?? []).map((opposite) =>
        expression("arithmetic", `${left} ${opposite} ${right}`),
      );
    }
    case "FunctionCall":
      return [...callEdits(node, source), ...mutantsOfNumber(node, ancestors, source)];
    case "Literal":
    case "Identifier":
    case "MemberAccess":
      return mutantsOfNumber(node, ancestors, source);
    case "InlineAssembly":
      return assemblyEdits(node, source);
    default:
      return [];
  }
}
