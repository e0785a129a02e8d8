/**
 * Every call that leaves a contract says why that is safe. A call leaves when it is
 *
 *   - a call through an interface or to an address, or a transfer of coins (`new` runs only code that is compiled in);
 *   - `call`, `delegatecall`, `staticcall`, `create` or `create2` in assembly;
 *   - a call of a package's function that does any of these, however deep (`SafeERC20`, `LowLevelCall`, `SignatureChecker`, …).
 *
 * The reason stands in one of three places, the nearest that fits:
 *
 *   1. just above the statement: `// Safe: the token is the one that was configured.`;
 *   2. in the NatSpec of the function, as a sentence that begins with `Safe:`;
 *   3. in the NatSpec of the contract or library, as a sentence that begins with `Calls` and names what is called, in braces:
 *      `Calls {IRegistry} and {IERC734}, with staticcall: they can change nothing.`
 */
import { analyse, lineOf, natspecOf, solidityFiles, walk, type Analysis, type AstNode } from "../solidity.js";
import { verdict } from "./verdict.js";

type Call = { readonly node: AstNode; readonly callee: string; readonly ancestors: readonly AstNode[] };

const LEAVES = /^t_function_(?:external|delegatecall|bare\w*call|transfer|send)_/;
const OPCODES = new Set(["call", "callcode", "delegatecall", "staticcall", "create", "create2"]);

/** What a call names: `IERC20` of `IERC20(token).transfer`, `LowLevelCall` of `LowLevelCall.bubbleRevert`. */
function calleeOf(expression: AstNode): string {
  const owner = (expression.expression ?? expression.typeName ?? expression) as AstNode;
  const type = (owner.typeDescriptions as { typeString?: string } | undefined)?.typeString ?? "";
  return type.replace(/^(?:type\()?(?:contract |library )?/, "").replace(/\)$/, "");
}

/** The function that a call runs, when the compiler knows it. */
function targetOf(expression: AstNode): number | undefined {
  return expression.referencedDeclaration as number | undefined;
}

/** All calls below `root` that may leave: those that do, and those of functions for which `reaches` says that they do. */
function callsIn(root: AstNode, reaches: (functionId: number) => boolean): Call[] {
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
    const target = targetOf(expression);
    if (LEAVES.test(type) || (target !== undefined && reaches(target))) {
      calls.push({ node, callee: calleeOf(expression), ancestors });
    }
  });
  return calls;
}

/** Tells of a function of a package whether it makes a call that leaves, itself or through others. */
function packageCalls({ sources }: Analysis, own: ReadonlySet<string>): (functionId: number) => boolean {
  const functions = new Map<number, AstNode>();
  for (const [file, { ast }] of Object.entries(sources)) {
    if (own.has(file)) continue;
    walk(ast, (node) => {
      if (node.nodeType === "FunctionDefinition") functions.set(node.id as number, node);
    });
  }

  const known = new Map<number, boolean>();
  const reaches = (id: number): boolean => {
    const definition = functions.get(id);
    const before = known.get(id);
    if (definition === undefined || before !== undefined) return before ?? false;
    known.set(id, false); // while it is looked at: a function that calls itself leaves only if something else in it does
    const found = callsIn(definition, reaches).length > 0;
    known.set(id, found);
    return found;
  };
  return reaches;
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
  const analysis = analyse(root, files);
  const reaches = packageCalls(analysis, new Set(files));

  return files.flatMap((file) => {
    const text = analysis.text.get(file) ?? "";
    const ast = analysis.sources[file]?.ast;
    const calls = ast ? callsIn(ast, reaches) : [];
    return calls
      .filter((call) => !isExplained(call, text))
      .map((call) => `${file}:${lineOf(call.node, text)} calls ${call.callee} and does not say why that is safe`);
  });
}

if (import.meta.main) {
  verdict("external calls", unexplainedCalls(process.cwd()), "each says why it is safe");
}
