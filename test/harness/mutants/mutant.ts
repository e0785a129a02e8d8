/** The kind of change of a mutant. */
export const OPERATORS = {
  guard: "what a `require` demands is granted; a `revert` is left out",
  condition: "an `if` or `?:` always goes one way, a loop is not entered",
  logical: "one side of `&&` or `||` is left out, a `!` as well",
  relational: "`<` becomes `<=` or `>`, `==` becomes `!=`, …",
  arithmetic: "`+` becomes `-`, `*` becomes `/`, `<<` becomes `>>`, `&` becomes `|`, `++` becomes `--`, …",
  constant: "a number is one more, `true` is `false`",
  statement: "an assignment, a call, an `emit`, a `return`, a `break` or a `delete` is left out",
  arguments: "two arguments of one type change places in an event or an error",
  assembly: "an instruction becomes its opposite, a number is one more, a statement is left out",
} as const;

export type Operator = keyof typeof OPERATORS;

/** A range of a file, in bytes. */
export type Range = { readonly start: number; readonly end: number };

/** One change of one file: `original`, at `range`, becomes `mutated`. */
export type Mutant = {
  /** The number from 1, over all files; it is the same as long as the contracts are unchanged. */
  readonly id: number;
  readonly operator: Operator;
  readonly file: string;
  /** The line number, from 1. */
  readonly line: number;
  /** The text of that line. */
  readonly lineText: string;
  /** The function around the change. */
  readonly within: string;
  readonly range: Range;
  /** The form of the switch between `original` and `mutated`. */
  readonly form: "expression" | "statement";
  /** A conversion that makes the type of a number explicit where a switch would hide it: `uint256(#)`. */
  readonly accounts: string;
  readonly original: string;
  readonly mutated: string;
};
