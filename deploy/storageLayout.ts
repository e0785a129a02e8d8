/**
 * Where the contracts store things: the layout of every ERC-7201 namespace (a struct annotated
 * `@custom:storage-location erc7201:…`), and what one set of layouts would break in another.
 */
import { readFileSync } from "node:fs";
import path from "node:path";

import { analyze, solidityFiles, walk, type Analysis, type StorageLayout } from "./solidity.js";

/**
 * Struct → its members in order, each as "slot:offset type name (bytes)"; enum → its values. Named as the compiler
 * does.
 */
type Structs = Record<string, string[]>;

/** Namespace → the structs in it, the namespace's own first. */
export type Layouts = Record<string, Structs>;

const UPGRADEABLE = /^contracts\/(?:facets\/|bundles\/|diamond\/|Poco\.sol$)/;
const PROBE = "probe.sol";

type Namespace = { readonly id: string; readonly file: string; readonly struct: string; readonly isPlaced: boolean };

/** The annotated structs of a file, and whether the slot of each is computed from the same id. */
function namespacesIn(file: string, text: string): Namespace[] {
  return [...text.matchAll(/@custom:storage-location erc7201:(\S+)\s+struct (\w+)/g)].map(
    ([, id = "", struct = ""]) => {
      return { id, file, struct, isPlaced: text.includes(`erc7201("${id}")`) };
    },
  );
}

/** The values of every enum, in order, under the label that a layout gives it. */
function enumsIn({ sources }: Analysis): Map<string, string[]> {
  const enums = new Map<string, string[]>();
  for (const { ast } of Object.values(sources)) {
    walk(ast, (node) => {
      if (node.nodeType !== "EnumDefinition") return;
      const values = node.members as readonly { readonly name: string }[];
      enums.set(
        `enum ${String(node.canonicalName)}`,
        values.map(({ name }) => name),
      );
    });
  }
  return enums;
}

/** Every struct and enum that the type `id` reaches, through mappings and arrays too. */
function structsBelow(layout: StorageLayout, enums: Map<string, string[]>, id: string, found: Structs = {}): Structs {
  const type = layout.types?.[id];
  if (type === undefined || found[type.label] !== undefined) return found;
  const values = enums.get(type.label);
  if (values !== undefined) found[type.label] = values;
  if (type.members !== undefined) {
    found[type.label] = type.members.map((member) => {
      const of = layout.types?.[member.type];
      return `${member.slot}:${member.offset} ${of?.label} ${member.label} (${of?.numberOfBytes})`;
    });
    for (const member of type.members) structsBelow(layout, enums, member.type, found);
  }
  if (type.base !== undefined) {
    const element = layout.types?.[type.base];
    // Elements lie side by side, so that even a growing one moves the others.
    found[type.label] = [`elements of ${element?.numberOfBytes} bytes`];
    structsBelow(layout, enums, type.base, found);
  }
  if (type.value !== undefined) structsBelow(layout, enums, type.value, found);
  return found;
}

/** The layout of every namespace in `contracts/` of `root`, and the upgradeable contracts that store outside of one. */
export function readLayouts(root: string): { layouts: Layouts; strays: string[] } {
  const files = solidityFiles(root);
  const namespaces = files.flatMap((file) => namespacesIn(file, readFileSync(path.join(root, file), "utf8")));

  // The compiler lays out what a contract stores, so here is a contract that stores every namespace.
  const imports = namespaces.map(({ struct, file }, index) => `import {${struct} as N${index}} from "${file}";`);
  const variables = namespaces.map((_, index) => `N${index} n${index};`);
  const source = `pragma solidity >=0.8;\n${imports.join("\n")}\ncontract Probe { ${variables.join(" ")} }`;
  const analysis = analyze(root, files, { [PROBE]: source });
  const { contracts } = analysis;
  const enums = enumsIn(analysis);
  const probe = contracts[PROBE]?.["Probe"]?.storageLayout ?? { storage: [], types: null };
  const layouts = Object.fromEntries(
    namespaces.map(({ id }, index) => [id, structsBelow(probe, enums, probe.storage[index]?.type ?? "")]),
  );

  const ids = namespaces.map(({ id }) => id);
  const misplaced = namespaces
    .filter(({ id, isPlaced }, index) => !isPlaced || ids.indexOf(id) !== index)
    .map(({ id, file, struct }) => `${file}: the slot of ${struct} is not erc7201("${id}"), or another struct's is`);
  const strays = Object.entries(contracts)
    .filter(([file]) => UPGRADEABLE.test(file))
    .flatMap(([file, inFile]) =>
      Object.entries(inFile).flatMap(([name, { storageLayout }]) =>
        storageLayout.storage.map(({ label }) => `${file}: ${name} stores ${label} outside of any namespace`),
      ),
    );
  return { layouts, strays: [...misplaced, ...strays] };
}

/** A member with its place; values of enums and elements of arrays have none but their turn. */
const PLACED = /^\d+:\d+ /;

/**
 * Which of `members` are not where they were. A member with a place may get new neighbors after it and in bytes of its
 * slots that nobody had: those are zero in every hub. Anything else stays in its turn.
 */
function movedOf(members: readonly string[], current: readonly string[]): string[] {
  return members.filter((member, index) =>
    PLACED.test(member) ? !current.includes(member) : current[index] !== member,
  );
}

/** What `now` does to what was `locked`: what it breaks, and what it adds without having been recorded. */
export function compareLayouts(locked: Layouts, now: Layouts): { broken: string[]; added: string[] } {
  const broken: string[] = [];
  const added: string[] = [];
  for (const [id, structs] of Object.entries(locked)) {
    for (const [struct, members] of Object.entries(structs)) {
      const current = now[id]?.[struct] ?? [];
      const [moved] = movedOf(members, current);
      if (moved !== undefined) {
        broken.push(`${id}: ${struct} had "${moved}", now ${current[members.indexOf(moved)] ?? "nothing"}`);
      }
    }
  }
  for (const [id, structs] of Object.entries(now)) {
    for (const [struct, members] of Object.entries(structs)) {
      const known = locked[id]?.[struct] ?? [];
      const fresh = members.filter((member) => !known.includes(member));
      added.push(...fresh.map((member) => `${id}: ${struct} has "${member}", which is not recorded`));
    }
  }
  return { broken, added };
}
