import { type AstNode } from "../../../deploy/solidity.js";
import { type Edit } from "./operators.js";
import { childrenOf, typeOf, type Source } from "./source.js";

const INTEGER = /^u?int\d+$/;

/** The conversion of a switch between two numbers, where the context gave the number its type. */
function castAt(node: AstNode, parent: AstNode): string | undefined {
  if (parent.nodeType === "BinaryOperation") {
    const isCount = ["<<", ">>", "**"].includes(String(parent.operator));
    if (isCount) return parent.rightExpression === node ? "#" : `${typeOf(parent)}(#)`;
    const { typeString } = parent.commonType as { readonly typeString: string };
    if (INTEGER.test(typeString)) return `${typeString}(#)`;
    return typeString === "bytes32" ? "bytes32(uint256(#))" : undefined;
  }
  if (parent.nodeType === "Assignment") {
    const type = typeOf(parent.leftHandSide as AstNode);
    if (INTEGER.test(type)) return `${type}(#)`;
    return type === "bytes32" ? "bytes32(uint256(#))" : undefined;
  }
  if (parent.nodeType === "TupleExpression" && parent.isInlineArray === true) return undefined;
  if (parent.nodeType === "FunctionCall" && parent.kind === "typeConversion") {
    // The literals in `bytes32(0)` and `address(0)` are numbers themselves.
    return INTEGER.test(typeOf(parent)) ? "#" : undefined;
  }
  return "#";
}

const found = (mutated: string, accounts: string): Edit[] => [
  { operator: "constant", form: "expression", mutated, accounts },
];

/** Adds one to a number, a constant, or a zero of another type; negates `true` and `false`. */
export function mutantsOfNumber(node: AstNode, ancestors: readonly AstNode[], source: Source): Edit[] {
  const parent = ancestors.at(-1);
  if (parent === undefined) return [];
  if (node.nodeType === "FunctionCall") {
    const [only] = childrenOf(node, "arguments");
    if (node.kind !== "typeConversion" || only?.nodeType !== "Literal" || only.kind !== "number") return [];
    const more = String(BigInt(String(only.value)) + 1n);
    if (typeOf(node) === "address") return found(`address(${more})`, "#");
    return typeOf(node) === "bytes32" ? found(`bytes32(uint256(${more}))`, "#") : [];
  }
  if (node.nodeType === "Literal") {
    if (node.kind === "bool") return found(node.value === "true" ? "false" : "true", "#");
    const isPlain = node.kind === "number" && /^(?:\d+|0x[\da-fA-F]{1,39})$/.test(String(node.value));
    if (!isPlain || (node.subdenomination !== null && node.subdenomination !== undefined)) return [];
    const accounts = castAt(node, parent);
    return accounts === undefined ? [] : found(String(BigInt(String(node.value)) + 1n), accounts);
  }
  if (!source.isConstant(node.referencedDeclaration) || !INTEGER.test(typeOf(node))) return [];
  // `C.X` has a part `C`, and `X` may be in an expression whose type the sum has too.
  return found(`${source.textOf(node)} + 1`, "#");
}
