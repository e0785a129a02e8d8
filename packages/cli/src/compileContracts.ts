import { existsSync } from "node:fs";
import { join } from "node:path";

import { config, tasks } from "hardhat";

/** Compiles contracts that are new or changed. In a package, all are compiled, and there are no sources. */
export async function compileContracts(): Promise<void> {
  if (!existsSync(join(config.paths.root, "contracts"))) return;
  await tasks.getTask("build").run({ noTests: true, quiet: true });
}
