/**
 * Checks that `docs/explanation/differences.md` lists exactly the functions, events and errors that only one of the deployed peer and
 * this repository has, by a comparison of ABIs, and gives a reason for each omission. Our ABIs are those of `packages/sdk/src/abi/`;
 * the peer's are recorded in `test/harness/differences/peer.json`, so that the check needs no network. If the peer's
 * package is present (`npm run bench:gas` fetches it), the record is compared with it.
 *
 * `npm run check:differences -- --update` fetches the package, and writes the record and the page's tables.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { differencesBetween } from "./differences/compare.js";
import { hasPeer, readOurs, readPeer, readRecord, type Reaches } from "./differences/interfaces.js";
import { readNotices } from "./differences/notices.js";
import { pageWith, unexplained } from "./differences/page.js";
import { verdict } from "../../scripts/checks/verdict.js";

const PAGE = "docs/explanation/differences.md";
const RECORD = "test/harness/differences/peer.json";
const PACKAGE = "cache/peer";
const UPDATE = "npm run check:differences -- --update";

/** The expected page, before formatting. */
function freshPage(root: string, page: string, peer: Reaches): string {
  return pageWith(page, differencesBetween(peer, readOurs(root)), readNotices(root));
}

async function update(root: string): Promise<void> {
  const peer = await readPeer(path.join(root, PACKAGE));
  writeFileSync(path.join(root, RECORD), JSON.stringify(peer));
  const page = path.join(root, PAGE);
  writeFileSync(page, freshPage(root, readFileSync(page, "utf8"), peer));
  const prettier = path.join(import.meta.dirname, "../../node_modules/.bin/prettier");
  execFileSync(prettier, ["--write", PAGE, RECORD], { cwd: root, stdio: "ignore" });
}

/** The problems of a page for these ABIs. Spaces and rules of its tables are left to the formatter. */
export function findings(root: string, { page, peer }: { readonly page: string; readonly peer: Reaches }): string[] {
  const stale = plain(page) !== plain(freshPage(root, page, peer));
  return [
    ...unexplained(differencesBetween(peer, readOurs(root))),
    ...(stale ? [`${PAGE} does not say what the ABIs do: ${UPDATE}`] : []),
  ];
}

function plain(page: string): string {
  return page.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");
}

if (import.meta.main) {
  const root = process.cwd();
  if (process.argv.includes("--update")) await update(root);
  const peer = readRecord(path.join(root, RECORD));
  const found = findings(root, { page: readFileSync(path.join(root, PAGE), "utf8"), peer });
  const folder = path.join(root, PACKAGE);
  if (hasPeer(folder) && JSON.stringify(await readPeer(folder)) !== JSON.stringify(peer))
    found.push(`${RECORD} is not what the peer's package has: ${UPDATE}`);
  verdict("differences", found, `${PAGE} has every function, event and error that the peer or we alone have`);
}
