import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";

/** A whole number of any size: text in answers, text or a number in queries. */
export const BigIntScalar = new GraphQLScalarType<string, string>({
  name: "BigInt",
  description: "A whole number of any size, as text.",
  serialize: (value) => String(value),
  parseValue: wholeNumber,
  parseLiteral: (node) => wholeNumber(literal(node)),
});

/** Bytes, addresses and hashes: `0x…`. Queries may have capital letters, answers do not. */
export const BytesScalar = new GraphQLScalarType<string, string>({
  name: "Bytes",
  description: "Bytes as 0x… in lower case; a question may have capital letters.",
  serialize: String,
  parseValue: hex,
  parseLiteral: (node) => hex(literal(node)),
});

/** A word from a list. Unlike an enum, it may be quoted in a query, as published clients do. */
export function wordScalar(name: string, words: readonly string[]): GraphQLScalarType<string, string> {
  const read = (value: unknown): string => {
    if (typeof value === "string" && words.includes(value)) return value;
    throw new GraphQLError(`${JSON.stringify(value)} is not a ${name}: it is one of ${words.join(", ")}.`);
  };
  return new GraphQLScalarType<string, string>({
    name,
    description: `One of ${words.join(", ")}.`,
    serialize: String,
    parseValue: read,
    parseLiteral: (node) => read(node.kind === Kind.ENUM ? node.value : literal(node)),
  });
}

function literal(node: ValueNode): unknown {
  return node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined;
}

function wholeNumber(value: unknown): string {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === "string" && /^-?\d{1,78}$/.test(text)) return text;
  throw new GraphQLError(`${JSON.stringify(value)} is not a whole number: write digits, quoted if there are many.`);
}

function hex(value: unknown): string {
  if (typeof value === "string" && /^0x[0-9a-fA-F]*$/.test(value)) return value.toLowerCase();
  throw new GraphQLError(`${JSON.stringify(value)} is not bytes: write 0x and hexadecimal digits.`);
}
