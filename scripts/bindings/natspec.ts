import { natspecOf, walk, type Analysis } from "../solidity.js";

/** What the NatSpec of an error says of it. */
export interface ErrorDocs {
  readonly meaning: string;
  readonly fix: string | undefined;
}

/** Reads a NatSpec comment as its tags, in order. What comes before any tag is a notice, as solc has it. */
export function readTags(text: string): { readonly tag: string; readonly text: string }[] {
  return ` ${text.trim()}`
    .replace(/^ (?!@)/, " @notice ")
    .split(/(?:^|\s)@(?=(?:custom:[\w-]+|notice|dev|param|return|title|author|inheritdoc)\b)/)
    .slice(1)
    .map((part) => {
      const [, tag, rest] = /^(\S+)\s*([^]*)$/.exec(part)!;
      return { tag: tag!, text: plain(rest!) };
    });
}

/** One line, without NatSpec's braces around names. */
function plain(text: string): string {
  return text
    .replaceAll(/^\s*\*/gm, " ")
    .replaceAll(/\{([\w-]+)\}/g, "$1")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/**
 * What is written of each error, by its name. Ours are told in their `@notice` and `@custom:fix`. Those of packages in
 * their `@dev`; what to do is in `@custom:fix-of NAME` of the interface of ours whose functions revert with them.
 */
export function errorDocs({ sources }: Analysis): ReadonlyMap<string, ErrorDocs> {
  const meanings = new Map<string, string>();
  const fixes = new Map<string, string>();

  for (const { ast } of Object.values(sources)) {
    walk(ast, (node) => {
      const tags = readTags(natspecOf(node));
      const textOf = (name: string) => tags.find(({ tag }) => tag === name)?.text;
      if (node.nodeType === "ErrorDefinition") {
        const name = String(node.name);
        const meaning = textOf("notice") ?? textOf("dev");
        if (meaning !== undefined) meanings.set(name, meaning);
        const fix = textOf("custom:fix");
        if (fix !== undefined) fixes.set(name, fix);
      }
      if (node.nodeType === "ContractDefinition") {
        for (const { text } of tags.filter(({ tag }) => tag === "custom:fix-of")) {
          const [, name, fix] = /^(\w+) (.+)$/.exec(text)!;
          fixes.set(name!, fix!);
        }
      }
    });
  }
  return new Map([...meanings].map(([name, meaning]) => [name, { meaning, fix: fixes.get(name) }]));
}

/** The members of each enum, by its name. */
export function enumMembers({ sources }: Analysis): ReadonlyMap<string, readonly string[]> {
  const enums = new Map<string, readonly string[]>();
  for (const { ast } of Object.values(sources)) {
    walk(ast, (node) => {
      if (node.nodeType !== "EnumDefinition") return;
      const members = node.members as readonly { readonly name: string }[];
      enums.set(
        String(node.name),
        members.map(({ name }) => name),
      );
    });
  }
  return enums;
}
