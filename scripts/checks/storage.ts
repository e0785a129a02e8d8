/**
 * What is stored stays where it is. The hub's facets come and go, its storage does not, so a namespace (a struct
 * annotated `@custom:storage-location erc7201:…`) and every struct in it may only grow at the end, or into bytes of a
 * slot that nobody had. `storage.lock.json` remembers each member's place as the compiler computes it: slot, byte offset
 * in the slot, type, size. It remembers the order of enum values as well.
 *
 * A struct that grows must be recorded: `npm run check:storage -- --update`. One that changes is refused; before a
 * first deployment, when nothing is stored yet, `--rewrite` records it nevertheless.
 *
 * Facets, the diamond and the hub itself must have no storage outside of namespaces. (Registries and the RLC token are
 * never upgraded and store as they like.)
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { compareLayouts, readLayouts, type Layouts } from "../../deploy/storageLayout.js";
import { verdict } from "./verdict.js";

const LOCK = "storage.lock.json";

function main(root: string, flag: string | undefined): void {
  const lock = path.join(root, LOCK);
  const locked = existsSync(lock) ? (JSON.parse(readFileSync(lock, "utf8")) as Layouts) : {};
  const { layouts, strays } = readLayouts(root);
  const { broken, added } = compareLayouts(locked, layouts);

  const mayWrite = flag === "--rewrite" || (flag === "--update" && broken.length === 0);
  if (mayWrite) writeFileSync(lock, `${JSON.stringify(layouts, null, 2)}\n`);
  const findings = mayWrite ? strays : [...broken, ...added, ...strays];
  verdict("storage", findings, mayWrite ? `${LOCK} written` : "everything is where it was");
}

if (import.meta.main) main(process.cwd(), process.argv[2]);
