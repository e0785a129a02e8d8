import type { Difference } from "./compare.js";

const BEGIN = "<!-- Written by `npm run check:differences -- --update`. -->";
const END = "<!-- End of what is written. -->";

/** The reasons why we omit or change parts of the peer's interface, by signature: each needs one. */
const REASONS: Readonly<Record<string, string>> = {
  "configure(address,string,string,uint8,address,address,address,address)":
    "a hub is configured by the deployment, once; what may change has setters",
  "importScore(address)": "took over workers' scores from an earlier hub; here scores begin with the hub",
  "receiveApproval(address,uint256,address,bytes)":
    "a chain's own coin is sent with the call; no token is there to call back",
  "renounceOwnership()": "a hub without an owner could never be mended",
  "initialize(string)": "an asset is complete when its registry has made it",
  "initialize(string,bytes,bytes32)": "an asset is complete when its registry has made it",
  "initialize(string,string,bytes,bytes32,bytes)": "an asset is complete when its registry has made it",
  "master()": "an asset's code has its fields in it, and is made by the registry itself",
  "proxyCode()": "an asset's code has its fields in it; `predict…` says its address",
  "proxyCodeHash()": "an asset's code has its fields in it; `predict…` says its address",
  "setName(address,string)": "wrote a name into ENS's reverse registry, which is not part of the protocol",
};

/** The page with new tables. */
export function pageWith(
  page: string,
  differences: readonly Difference[],
  notices: ReadonlyMap<string, string>,
): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`The page lacks "${BEGIN}" or, after it, "${END}".`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${tablesOf(differences, notices)}\n\n${page.slice(end)}`;
}

/** The omissions and changes without a reason. */
export function unexplained(differences: readonly Difference[]): string[] {
  return differences
    .filter(({ kind, change, signature }) => kind !== "error" && change !== "added" && !(signature in REASONS))
    .map(({ kind, change, signature, places }) => `${kind} ${signature} of ${places.join(", ")} is ${change}: why?`);
}

function tablesOf(differences: readonly Difference[], notices: ReadonlyMap<string, string>): string {
  const of = (...changes: readonly Difference["change"][]) =>
    differences.filter(({ kind, change }) => kind !== "error" && changes.includes(change));
  const errors = (change: Difference["change"]) =>
    differences.filter((difference) => difference.kind === "error" && difference.change === change);
  const [gone, added] = [of("left out", "changed"), of("added")];
  return [
    "### Left out on purpose, or changed",
    tableOf(
      ["", "where", "why"],
      gone.map((one) => [nameOf(one), one.places.join(", "), REASONS[one.signature] ?? ""]),
    ),
    `The peer's own errors, none of which we have: ${errors("left out")
      .map(({ signature }) => `\`${signature}\``)
      .join(", ")}.`,
    "### Added",
    tableOf(
      ["", "where", "what"],
      added.map((one) => [nameOf(one), one.places.join(", "), notices.get(keyOf(one)) ?? ""]),
    ),
    `And ${errors("added").length} errors, all of them in [errors.md](../reference/errors.md).`,
  ].join("\n\n");
}

function keyOf({ kind, signature }: Difference): string {
  return `${kind} ${signature.slice(0, signature.indexOf("("))}`;
}

function nameOf({ kind, signature, change }: Difference): string {
  const name = kind === "event" ? `event \`${signature}\`` : `\`${signature}\``;
  return change === "changed" ? `${name}, changed` : name;
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows].map(line).join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
