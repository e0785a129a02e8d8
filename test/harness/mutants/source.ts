import { type AstNode } from "../../../deploy/solidity.js";
import { type Range } from "./mutant.js";

/** A file in the terms of its syntax tree. */
export type Source = {
  readonly textOf: (node: AstNode) => string;
  readonly textAt: (range: Range) => string;
  /** A statement's range up to its semicolon, which solc leaves out. */
  readonly withSemicolon: (range: Range) => Range;
  /** Whether a declaration is a constant, in any file. */
  readonly isConstant: (id: unknown) => boolean;
};

export function rangeOf(node: AstNode): Range {
  const [start = 0, length = 0] = node.src.split(":", 2).map(Number);
  return { start, end: start + length };
}

export function typeOf(node: AstNode): string {
  return (node.typeDescriptions as { readonly typeString?: string } | undefined)?.typeString ?? "";
}

/** The nodes in a field of `node`, if any. */
export function childrenOf(node: AstNode, field: string): readonly AstNode[] {
  const value = node[field] as AstNode | readonly AstNode[] | null | undefined;
  return value === null || value === undefined ? [] : [value].flat();
}

/**
 * A file's text with one character per byte, since solc counts bytes: positions in it are solc's, and
 * {@link fromBytes} decodes it.
 */
export function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

export function fromBytes(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

export function openSource(text: string, constants: ReadonlySet<unknown>): Source {
  const bytes = toBytes(text);
  const textAt = ({ start, end }: Range): string => fromBytes(bytes.slice(start, end));
  return {
    textAt,
    textOf: (node) => textAt(rangeOf(node)),
    withSemicolon({ start, end }) {
      return /^\s*;/.test(bytes.slice(end)) ? { start, end: bytes.indexOf(";", end) + 1 } : { start, end };
    },
    isConstant: (id) => constants.has(id),
  };
}
