import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** A node of solc's syntax tree: what all kinds have in common, and whatever else a kind has. */
export type AstNode = { readonly nodeType: string; readonly src: string; readonly [key: string]: unknown };

export type StorageMember = {
  readonly label: string;
  readonly slot: string;
  readonly offset: number;
  readonly type: string;
};

export type StorageType = {
  readonly label: string;
  readonly numberOfBytes: string;
  readonly encoding: string;
  readonly base?: string;
  readonly value?: string;
  readonly members?: readonly StorageMember[];
};

export type StorageLayout = {
  readonly storage: readonly StorageMember[];
  readonly types: Readonly<Record<string, StorageType>> | null;
};

/** A parameter, result, field or event argument, as solc's JSON ABI says it. */
export type AbiParameter = {
  readonly name: string;
  readonly type: string;
  readonly internalType?: string;
  readonly indexed?: boolean;
  readonly components?: readonly AbiParameter[];
};

/**
 * A function, event or error, as solc's JSON ABI says it. Receive and fallback functions have no name and no inputs.
 */
export type AbiItem = {
  readonly type: "constructor" | "error" | "event" | "fallback" | "function" | "receive";
  readonly name?: string;
  readonly inputs?: readonly AbiParameter[];
  readonly outputs?: readonly AbiParameter[];
  readonly stateMutability?: string;
  readonly anonymous?: boolean;
};

export type Abi = readonly AbiItem[];

type SolcOutput = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly sources: Readonly<Record<string, { readonly ast: AstNode }>>;
  readonly contracts: Readonly<
    Record<string, Readonly<Record<string, { readonly storageLayout: StorageLayout; readonly abi: Abi }>>>
  >;
};

type Solc = {
  compile(input: string, callbacks: { import(file: string): { contents: string } | { error: string } }): string;
};

/**
 * What solc says of a set of files, without generating any code: syntax trees by file, storage layouts and ABIs by file
 * and contract.
 */
export type Analysis = Pick<SolcOutput, "sources" | "contracts"> & { readonly text: ReadonlyMap<string, string> };

/** All Solidity files under `folder`, as paths relative to `root`. */
export function solidityFiles(root: string, folder = "contracts"): string[] {
  return globSync(`${folder}/**/*.sol`, { cwd: root })
    .map((file) => file.split(path.sep).join("/"))
    .toSorted();
}

/** Has the project's own solc look at `files` under `root`, and at `extra` sources that are in no file. */
export function analyze(
  root: string,
  files: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Analysis {
  const text = new Map<string, string>();
  const read = (file: string, from: string): string => {
    const contents = readFileSync(path.join(from, file), "utf8");
    text.set(file, contents);
    return contents;
  };
  const own = Object.fromEntries(files.map((file) => [file, { content: read(file, root) }]));
  const added = Object.fromEntries(Object.entries(extra).map(([file, content]) => [file, { content }]));
  const packages = path.join(import.meta.dirname, "..", "node_modules");

  const solc = createRequire(import.meta.url)("solc") as Solc;
  const input = {
    language: "Solidity",
    sources: { ...own, ...added },
    settings: { evmVersion: "cancun", outputSelection: { "*": { "": ["ast"], "*": ["storageLayout", "abi"] } } },
  };
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), {
      import(file) {
        try {
          return { contents: read(file, packages) };
        } catch (error) {
          return { error: String(error) };
        }
      },
    }),
  ) as SolcOutput;

  const failures = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (failures.length > 0) throw new Error(failures.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return { sources: output.sources, contracts: output.contracts, text };
}

/** Visits `node` and everything below it, parents first, each with its ancestors, outermost first. */
export function walk(node: AstNode, visit: (node: AstNode, ancestors: readonly AstNode[]) => void): void {
  const step = (value: unknown, ancestors: readonly AstNode[]): void => {
    if (Array.isArray(value)) {
      for (const item of value) step(item, ancestors);
    } else if (typeof value === "object" && value !== null) {
      const inner = value as AstNode;
      const isNode = typeof inner.nodeType === "string";
      if (isNode) visit(inner, ancestors);
      const below = isNode ? [...ancestors, inner] : ancestors;
      for (const child of Object.values(inner)) step(child, below);
    }
  };
  step(node, []);
}

/** The text of a node's NatSpec, or nothing. */
export function natspecOf(node: AstNode): string {
  return (node.documentation as { readonly text?: string } | null | undefined)?.text ?? "";
}

/** The line, counted from 1, on which `node` begins. solc counts bytes. */
export function lineOf(node: AstNode, text: string): number {
  const start = Number(node.src.split(":", 1)[0]);
  return Buffer.from(text).subarray(0, start).toString().split("\n").length;
}
