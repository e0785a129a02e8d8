import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

const PACKAGES = fileURLToPath(new URL("../../packages", import.meta.url));
const ACTORS = "cli/src/demo/actors/";
const SOURCES = globSync("*/src/**/*.ts", { cwd: PACKAGES });

function textOf(file: string): string {
  return readFileSync(`${PACKAGES}/${file}`, "utf8");
}

describe("The demo's worker and scheduler, which only stand in for the services,", () => {
  it("are declared by the demo alone", () => {
    const declaring = SOURCES.filter((file) => /\bclass (?:Attested)?(?:Worker|Scheduler)\b/.test(textOf(file)));
    expect(declaring.toSorted()).to.deep.equal(
      ["AttestedWorker.ts", "Scheduler.ts", "Worker.ts"].map((file) => `${ACTORS}${file}`),
    );
  });

  it("are used by nothing else in the packages but what opens the workerpool of a network", () => {
    const using = SOURCES.filter(
      (file) => !file.startsWith("cli/src/demo/") && /from "[^"]*demo\/actors\//.test(textOf(file)),
    );
    expect(using).to.deep.equal(["cli/src/network/pool/openPool.ts"]);
  });
});
