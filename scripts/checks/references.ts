/**
 * What documents and comments refer to is there:
 *
 *   - a relative link of a document leads to a file or folder, and its anchor to a heading or an `id` of that file;
 *   - a path in backquotes in a document, such as `contracts/Poco.sol`, exists;
 *   - a `….md` that code, a comment or a document names exists, as seen from the repository or from the file's folder;
 *   - a section that is named after it (`docs/reference/protocol.md section 11 (c)`, `sections 4 and 5`, `section 5, step
 *     8`) is a numbered heading, list item or letter there;
 *   - no document has its reader install or run a package that is called `poco` without the scope: on npm, that name is
 *     a stranger's.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { verdict } from "./verdict.js";

type Finding = { readonly line: number; readonly problem: string };

const CODE = /\.(?:ts|mts|mjs|cjs|js|sol|sh|json)$|^\.ci\/[^.]+$/;
/** Generated from code that is checked, kept as it was published, or about references that lead nowhere. */
const LEFT_OUT =
  /typechain-types\/|package-lock\.json$|\/abi\/|^test\/(?:conformance\/wire\/|checks\/references\.test\.ts$)/;
const ROOMS = "contracts|deploy|docs|examples|packages|scripts|src|test";
/** Where commands write what documents name. */
const WRITTEN = /^(?:deploy\/(?:deployments|manifests|proposals)\/|packages\/\w+\/dist\b)/;
/** A space in a comment, which may go on in the next line. */
const GAP = String.raw`(?:\s|\*|\/{2,3})+`;
const SECTION = new RegExp(
  String.raw`^${GAP}sections?${GAP}(\d+(?:\.\d+)*(?:(?:${GAP}and|${GAP}to|,)${GAP}\d+(?:\.\d+)*)*)` +
    String.raw`(?:,${GAP}step${GAP}(\d+)|((?:(?:${GAP}and)?${GAP}\([a-z]\))+))?`,
);

const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");
const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;
const readText = (root: string, file: string): string => readFileSync(path.join(root, file), "utf8");

/** The anchor that a forge gives a heading. */
function slug(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

/** The text of a document without its blocks of code, line by line where it was. */
const prose = (text: string): string => text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, blank);

/** The anchors of a document: its headings, a second one of the same text with `-1`, and its ids. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!));
  const seen = new Map<string, number>();
  for (const [, heading] of prose(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const name = slug(heading!);
    const times = seen.get(name) ?? 0;
    anchors.add(times === 0 ? name : `${name}-${times}`);
    seen.set(name, times + 1);
  }
  return anchors;
}

/** The text below a numbered heading such as `## 2. Registries` or `### 2.1 Market`, up to the next of its level. */
function sectionOf(text: string, number: string): string | undefined {
  const heading = new RegExp(String.raw`^(#{1,6}) ${number.replaceAll(".", String.raw`\.`)}\.? .*$`, "m").exec(text);
  if (heading === null) return undefined;
  const rest = text.slice(heading.index + heading[0].length);
  const next = new RegExp(`^#{1,${heading[1]!.length}} `, "m").exec(rest);
  return rest.slice(0, next?.index);
}

/** The sections, steps and letters of `text` that are named at the beginning of `after` and are not there. */
function missingSections(text: string, after: string): string[] {
  const named = SECTION.exec(after);
  if (named === null) return [];
  const numbers = named[1]!.match(/\d+(?:\.\d+)*/g) ?? [];
  const missing = numbers
    .filter((number) => sectionOf(text, number) === undefined)
    .map((number) => `section ${number}`);
  const last = sectionOf(text, numbers.at(-1)!) ?? "";
  const letters = named[3]?.match(/\([a-z]\)/g) ?? [];
  if (named[2] !== undefined && !new RegExp(`^${named[2]}\\. `, "m").test(last)) missing.push(`step ${named[2]}`);
  return [...missing, ...letters.filter((letter) => !last.includes(letter))];
}

/** What is wrong with the links of a document. */
function brokenLinks(root: string, document: string, text: string): Finding[] {
  const spoken = prose(text).replaceAll(/`[^`\n]*`/g, (code) => (code.includes("](") ? blank(code) : code));
  return [...spoken.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(
    ({ 1: link, 2: anchor, index }) => {
      const target = link === "" ? document : path.join(path.dirname(document), link!);
      const line = lineAt(text, index);
      if (!existsSync(path.join(root, target))) return [{ line, problem: `${target} does not exist` }];
      if (anchor === undefined || !target.endsWith(".md") || anchorsOf(readText(root, target)).has(anchor)) return [];
      return [{ line, problem: `${target} has no heading #${anchor}` }];
    },
  );
}

/** The paths in backquotes of a document that do not exist. */
function missingPaths(root: string, text: string): Finding[] {
  return [...prose(text).matchAll(new RegExp(`\`((?:${ROOMS})/[^\`<…*{\\s]*)\``, "g"))]
    .filter(([, named]) => !WRITTEN.test(named!) && !existsSync(path.join(root, named!)))
    .map(({ 1: named, index }) => ({ line: lineAt(text, index), problem: `${named} does not exist` }));
}

/** The documents that a text names and that do not exist, or lack the section that is named. */
function missingDocuments(root: string, file: string, text: string): Finding[] {
  return [...text.matchAll(/(?<![\w/.#@*…-])(?:[\w.-]+\/)*[\w-]+\.md\b/g)].flatMap(({ 0: name, index }) => {
    const target = [name, path.join(path.dirname(file), name)].find((place) => existsSync(path.join(root, place)));
    const line = lineAt(text, index);
    if (target === undefined) return [{ line, problem: `${name} does not exist` }];
    const missing = missingSections(readText(root, target), text.slice(index + name.length).replace(/^[)\]`]+/, ""));
    return missing.map((what) => ({ line, problem: `${target} has no ${what}` }));
  });
}

/** The packages that a command such as `npm install -D a b` or `npx -p a command` fetches. */
function fetchedPackages(command: string): string[] {
  const [first, ...rest] = command.split(/\s+/);
  const named = (first === "npx" ? rest : rest.slice(1)).filter((word) => !word.startsWith("-"));
  return first === "npx" || rest[0] === "exec" || rest[0] === "dlx" ? named.slice(0, 1) : named;
}

/** The commands of a document that would fetch a stranger's package. */
function strangers(text: string): Finding[] {
  const COMMAND = /\b(?:npx|(?:npm|pnpm|yarn|bun) (?:i|install|add|exec|dlx))(?: [^\s`|&;#()"]+)+/g;
  return [...text.matchAll(COMMAND)]
    .filter(([command]) => fetchedPackages(command).some((name) => /^poco(?:@|$)/.test(name)))
    .map(({ 0: command, index }) => ({
      line: lineAt(text, index),
      problem: `"${command}" fetches a stranger's package`,
    }));
}

/**
 * What `files` refer to and is not there, as `file:line problem`.
 *
 * @param root - The folder of the repository.
 * @param files - Paths seen from there; documents and code are looked at, all else is left out.
 */
export function brokenReferences(root: string, files: readonly string[]): string[] {
  return files
    .filter((file) => !LEFT_OUT.test(file) && existsSync(path.join(root, file)))
    .flatMap((file) => {
      const isDocument = file.endsWith(".md");
      if (!isDocument && !CODE.test(file)) return [];
      const text = readText(root, file);
      // A link is checked where it stands in a document, also one that a program writes there.
      const withoutLinks = (isDocument ? prose(text) : text).replaceAll(/\[[^\]]*\]\([^)\s]*\)/g, blank);
      const findings = [
        ...missingDocuments(root, file, withoutLinks),
        ...(isDocument ? [...brokenLinks(root, file, text), ...missingPaths(root, text), ...strangers(text)] : []),
      ];
      return findings.map(({ line, problem }) => `${file}:${line} ${problem}`);
    });
}

if (import.meta.main) {
  const root = process.cwd();
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  verdict("references", brokenReferences(root, files.trim().split("\n")), "every document, section and path exists");
}
