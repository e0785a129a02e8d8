export type ErrorEntry = {
  readonly name: string;
  /** The contract that declares it. */
  readonly home: string;
  readonly signature: string;
  readonly selector: string;
  readonly meaning: string;
  readonly fix: string;
  readonly replaces: readonly string[];
};

/** NatSpec's references, `{IMatching-matchOrders}`, as code. */
const prose = (text: string): string => text.replaceAll(/\{(?:\w+-)?(\w+)\}/g, "`$1`");

const link = ({ name }: ErrorEntry): string => `[${name}](#${name.toLowerCase()})`;

const inOrder = (rows: readonly string[][]): string[][] => rows.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** `docs/reference/errors.md`, before it is formatted. */
export function toMarkdown(errors: readonly ErrorEntry[]): string {
  const homes = [...new Set(errors.map(({ home }) => home))].toSorted();
  const sections = homes.map((home) => {
    const rows = errors
      .filter((error) => error.home === home)
      .map(({ name, signature, selector, meaning, fix, replaces }) => {
        const code = replaces.map((text) => text.replace(/^\S+/, "`$&`")).join("<br>");
        return [
          `<a id="${name.toLowerCase()}"></a>\`${signature}\``,
          `\`${selector}\``,
          prose(meaning),
          prose(fix),
          code,
        ];
      });
    return `## ${home}\n\n${table(["Error", "Selector", "What it means", "What to do", "Replaces"], rows)}`;
  });
  const bySelector = errors.map((error) => [`\`${error.selector}\``, link(error)]);
  const byCode = errors.flatMap((error) => error.replaces.map((code) => [code.replace(/^\S+/, "`$&`"), link(error)]));

  return `# Errors

Written by \`npm run docs\` from the interfaces: change them, not this page.

Every refused call reverts with one of these. The first four bytes of the revert data are the selector, the rest the
arguments, which say what is wrong. Amounts are in nRLC, times in unix seconds.

${sections.join("\n\n")}

## By selector

${table(["Selector", "Error"], inOrder(bySelector))}

## By revert code of the deployed peer

${table(["Code", "Error"], inOrder(byCode))}
`;
}
