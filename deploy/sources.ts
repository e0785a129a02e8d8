import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { artifacts, config } from "hardhat";

/** What decides the code of contracts, as paths from the root. */
const SOURCES = ["contracts", "hardhat.config.ts", "package-lock.json"];

/** From which sources this tree deploys. */
export interface Sources {
  /** The Git commit, with `-dirty` if contracts or settings differ from it; null if this tree is in no repository. */
  readonly commit: string | null;
  /** The version of the Solidity compiler. */
  readonly compiler: string;
}

/** How a commit stands to the one that this tree has checked out. */
export type Kinship = "contained" | "not contained" | "unknown";

/** From which sources this tree deploys; asked once, since a deployment does not change them. */
export function sourcesOf(): Promise<Sources> {
  known ??= read();
  return known;
}

let known: Promise<Sources> | undefined;

/** Whether a source tree has all changes of a commit, that of a manifest, say. */
export function kinshipOf(commit: string, root = config.paths.root): Kinship {
  const [hash] = commit.split("-");
  if (git(root, "cat-file", "-e", `${hash}^{commit}`) === undefined) return "unknown";
  return git(root, "merge-base", "--is-ancestor", hash!, "HEAD") === undefined ? "not contained" : "contained";
}

async function read(): Promise<Sources> {
  const { root } = config.paths;
  // A package without sources may be in somebody else's repository.
  const head = existsSync(join(root, SOURCES[0]!)) ? git(root, "rev-parse", "HEAD")?.trim() : undefined;
  const isDirty = git(root, "status", "--porcelain", "--", ...SOURCES) !== "";
  const buildInfo = (await artifacts.getBuildInfoPath((await artifacts.getBuildInfoId("Poco"))!))!;
  const { solcLongVersion } = JSON.parse(await readFile(buildInfo, "utf8")) as { solcLongVersion: string };
  return { commit: head === undefined ? null : `${head}${isDirty ? "-dirty" : ""}`, compiler: solcLongVersion };
}

/** What Git answers in a tree; undefined if it refuses, is not installed, or knows no repository there. */
function git(root: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", ["-C", root, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}
