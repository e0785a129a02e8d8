/**
 * Every call that leaves a contract says why that is safe. A call leaves when it is
 *
 *   - a call through an interface or to an address, or a transfer of coins (`new` runs only code that is compiled in);
 *   - `call`, `delegatecall`, `staticcall`, `create` or `create2` in assembly;
 *   - a call of a package's function that does any of these, however deep (`SafeERC20`, `SignatureChecker`, …).
 *
 * The reason stands in one of three places, the nearest that fits:
 *
 *   1. just above the statement: `// Safe: the token is the one that was configured.`;
 *   2. in the NatSpec of the function, as a sentence that begins with `Safe:`;
 *   3. in the NatSpec of the contract or library, as a sentence that begins with `Calls` and names the callee in braces:
 *      `Calls {IRegistry} and {IERC734}, with staticcall: they can change nothing.`
 */
import { analyze, lineOf, natspecOf, solidityFiles, walk, type Analysis, type AstNode } from "../../deploy/solidity.js";
import { verdict } from "./verdict.js";

type Call = { readonly node: AstNode; readonly callee: string; readonly ancestors: readonly AstNode[] };

const LEAVES = /^t_function_(?:external|delegatecall|bare\w*call|transfer|send)_/;
const OPCODES = new Set(["call", "callcode", "delegatecall", "staticcall", "create", "create2"]);

/** What a call names: `IERC20` of `IERC20(token).transfer(…)`. */
function calleeOf(expression: AstNode): string {
  const owner = (expression.expression ?? expression) as AstNode;
  const { typeString = "" } = owner.typeDescriptions as { readonly typeString?: string };
  return typeString.replace(/^contract /, "");
}

/**
 * Of a function, by id: the library or contract that holds it, if it makes a call that leaves, itself or through
 * others.
 */
type Reaching = (functionId: unknown) => string | undefined;

/** All calls below `root` that leave, directly or through a function of a package. */
function callsIn(root: AstNode, reaching: Reaching): Call[] {
  const calls: Call[] = [];
  walk(root, (node, ancestors) => {
    if (node.nodeType === "YulFunctionCall") {
      const opcode = (node.functionName as { readonly name: string }).name;
      if (OPCODES.has(opcode)) calls.push({ node, callee: opcode, ancestors });
    }
    if (node.nodeType !== "FunctionCall" || node.kind !== "functionCall") return;

    let expression = node.expression as AstNode;
    if (expression.nodeType === "FunctionCallOptions") expression = expression.expression as AstNode;
    const type = (expression.typeDescriptions as { typeIdentifier?: string }).typeIdentifier ?? "";
    const through = reaching(expression.referencedDeclaration);
    if (through !== undefined) calls.push({ node, callee: through, ancestors });
    else if (LEAVES.test(type)) calls.push({ node, callee: calleeOf(expression), ancestors });
  });
  return calls;
}

/** Looks through the functions of packages. */
function packageCalls({ sources }: Analysis, own: ReadonlySet<string>): Reaching {
  const functions = new Map<unknown, { readonly node: AstNode; readonly home: string }>();
  for (const [file, { ast }] of Object.entries(sources)) {
    if (own.has(file)) continue;
    walk(ast, (node, ancestors) => {
      const home = ancestors.findLast(({ nodeType }) => nodeType === "ContractDefinition");
      if (node.nodeType === "FunctionDefinition")
        functions.set(node.id, { node, home: home ? String(home.name) : file });
    });
  }

  const known = new Map<unknown, string | undefined>();
  const reaching: Reaching = (id) => {
    const found = functions.get(id);
    if (found === undefined || known.has(id)) return known.get(id);
    // While it is looked at: a function that calls itself leaves only if something else in it does.
    known.set(id, undefined);
    if (callsIn(found.node, reaching).length > 0) known.set(id, found.home);
    return known.get(id);
  };
  return reaching;
}

/** Whether the comment that ends just above `line` (counted from 1) has a line that begins with `Safe:`. */
function isExplainedAbove(lines: readonly string[], line: number): boolean {
  for (let index = line - 2; index >= 0; index--) {
    const text = lines[index]?.trim() ?? "";
    if (!text.startsWith("// ")) return false;
    if (text.startsWith("// Safe: ")) return true;
  }
  return false;
}

function isExplained({ node, callee, ancestors }: Call, text: string): boolean {
  const lines = text.split("\n");
  const statement = ancestors.findLast(({ nodeType }) =>
    /^(?!Yul).*Statement$|^InlineAssembly$|^Return$/.test(nodeType),
  );
  if ([statement, node].some((place) => place && isExplainedAbove(lines, lineOf(place, text)))) return true;

  const definition = ancestors.find(({ nodeType }) => nodeType === "FunctionDefinition");
  if (definition && /(?:^|\s)Safe: /.test(natspecOf(definition))) return true;

  const contract = ancestors.find(({ nodeType }) => nodeType === "ContractDefinition");
  const [, promise = ""] = /(?:^|\s)Calls ([^]*)/.exec(contract ? natspecOf(contract) : "") ?? [];
  return promise.includes(`{${callee}}`);
}

/** The calls out of `contracts/` under `root` that give no reason. */
export function unexplainedCalls(root: string): string[] {
  const files = solidityFiles(root);
  const analysis = analyze(root, files);
  const reaching = packageCalls(analysis, new Set(files));

  return files.flatMap((file) => {
    const text = analysis.text.get(file) ?? "";
    const ast = analysis.sources[file]?.ast;
    const calls = ast ? callsIn(ast, reaching) : [];
    return calls
      .filter((call) => !isExplained(call, text))
      .map((call) => `${file}:${lineOf(call.node, text)} calls ${call.callee} and does not say why that is safe`);
  });
}

if (import.meta.main) {
  verdict("external calls", unexplainedCalls(process.cwd()), "each says why it is safe");
}
