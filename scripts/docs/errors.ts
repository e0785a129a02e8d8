/**
 * Writes `docs/reference/errors.md`: every way in which the contracts can refuse a call. All of it is in the interfaces: what an
 * error means is its `@notice`, what to do is its `@custom:fix`, and each `@custom:replaces` names a revert code of the
 * peer in whose place it came. Errors of packages are explained by `@custom:fix-of <Error> …` of an interface, and by
 * `@custom:meaning-of <Error> …` where the package's own words say too little. An error without an explanation, and an
 * explanation without an error, stop the script.
 */
import { writeFileSync } from "node:fs";

import { format } from "prettier";

import { analyze, natspecOf, solidityFiles, walk, type Analysis, type AstNode } from "../../deploy/solidity.js";
import { toMarkdown, type ErrorEntry } from "./errorsPage.js";

type Found = { readonly node: AstNode; readonly home: string; readonly isOwn: boolean };

/** The texts of a tag, each as one line. A tag ends where the next begins. */
function tags(natspec: string, tag: string): string[] {
  return natspec
    .split(/^\s*@/m)
    .filter((part) => part.startsWith(`${tag} `))
    .map((part) => part.slice(tag.length).replaceAll(/\s+/g, " ").trim());
}

/** What a package says of its error; at least its name in words, `Clone arguments too long.` */
function packageMeaning(node: AstNode): string {
  const words = String(node.name).replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  const sentence = `${words.charAt(0)}${words.slice(1).toLowerCase()}.`;
  const natspec = natspecOf(node);
  return tags(natspec, "notice")[0] ?? tags(natspec, "dev")[0] ?? sentence;
}

function signatureOf(node: AstNode): string {
  const { parameters } = node.parameters as { parameters: readonly AstNode[] };
  const types = parameters.map((parameter) => {
    const { typeString } = parameter.typeDescriptions as { typeString: string };
    return `${typeString.replace(/^(?:enum|struct|contract) /, "")} ${String(parameter.name)}`;
  });
  return `${String(node.name)}(${types.join(", ")})`;
}

/** All errors that our own files declare, and those of packages that our contracts can throw. */
function errorsIn({ sources }: Analysis, own: ReadonlySet<string>): Found[] {
  const errors: (Found & { readonly id: unknown })[] = [];
  const thrown = new Set<unknown>();
  for (const [file, { ast }] of Object.entries(sources)) {
    walk(ast, (node, ancestors) => {
      if (node.nodeType === "ErrorDefinition") {
        const home = ancestors.findLast(({ nodeType }) => nodeType === "ContractDefinition");
        errors.push({ node, home: home ? String(home.name) : file, isOwn: own.has(file), id: node.id });
      }
      if (node.nodeType === "ContractDefinition" && own.has(file)) {
        for (const id of (node.usedErrors as readonly unknown[] | undefined) ?? []) thrown.add(id);
      }
    });
  }
  return errors.filter(({ isOwn, id }) => isOwn || thrown.has(id));
}

/** What our interfaces say with `tag` on errors of packages, by name. */
function onPackages(tag: string, { sources }: Analysis, files: readonly string[]): Map<string, string> {
  const natspecs: string[] = [];
  for (const file of files) walk(sources[file]?.ast as AstNode, (node) => natspecs.push(natspecOf(node)));
  const lines = natspecs.flatMap((natspec) => tags(natspec, tag));
  return new Map(lines.map((line) => [line.split(" ", 1)[0] ?? "", line.slice(line.indexOf(" ") + 1)]));
}

/** Every error of `contracts/` under `root`, by name. */
export function collectErrors(root: string): ErrorEntry[] {
  const files = solidityFiles(root);
  return errorsOf(analyze(root, files), files);
}

/** Every error of `files`, by name. */
export function errorsOf(analysis: Analysis, files: readonly string[]): ErrorEntry[] {
  const errors = errorsIn(analysis, new Set(files));
  const fixes = onPackages("custom:fix-of", analysis, files);
  const meanings = onPackages("custom:meaning-of", analysis, files);

  const entries = errors.map(({ node, home, isOwn }): ErrorEntry => {
    const natspec = natspecOf(node);
    const name = String(node.name);
    return {
      name,
      home,
      signature: signatureOf(node),
      selector: `0x${String(node.errorSelector)}`,
      meaning: (isOwn ? tags(natspec, "notice")[0] : (meanings.get(name) ?? packageMeaning(node))) ?? "",
      fix: (isOwn ? tags(natspec, "custom:fix")[0] : fixes.get(name)) ?? "",
      replaces: tags(natspec, "custom:replaces"),
    };
  });

  const faults = entries.flatMap(({ name, home, meaning, fix }) => [
    ...(meaning === "" ? [`${home}.${name} does not say what it means (@notice)`] : []),
    ...(fix === "" ? [`${home}.${name} does not say what to do (@custom:fix, or @custom:fix-of in an interface)`] : []),
  ]);
  for (const name of [...fixes.keys(), ...meanings.keys()]) {
    if (!errors.some(({ node, isOwn }) => !isOwn && node.name === name)) faults.push(`no contract throws ${name}`);
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

if (import.meta.main) {
  const page = await format(toMarkdown(collectErrors(process.cwd())), { parser: "markdown", printWidth: 120 });
  writeFileSync("docs/reference/errors.md", page);
}
