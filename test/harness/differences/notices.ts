import { readFileSync } from "node:fs";
import path from "node:path";

import { solidityFiles } from "../../../deploy/solidity.js";

/** The first sentence of the `@notice` of each function and event in our sources, by `function name` or `event name`. */
export function readNotices(root: string): ReadonlyMap<string, string> {
  const notices = new Map<string, string>();
  for (const file of solidityFiles(root)) {
    const text = readFileSync(path.join(root, file), "utf8");
    for (const [, comment = "", kind, name] of text.matchAll(/((?:^ *\/\/\/.*\n)+) *(function|event) (\w+)\(/gm)) {
      const [, notice] = /@notice ([^@]*)/.exec(comment.replaceAll(/^ *\/\/\/ ?/gm, "").replaceAll("\n", " ")) ?? [];
      const sentence = notice
        ?.trim()
        .replace(/\.\s.*$/, "")
        .replace(/\.$/, "");
      if (sentence !== undefined && !notices.has(`${kind} ${name}`)) notices.set(`${kind} ${name}`, sentence);
    }
  }
  return notices;
}
