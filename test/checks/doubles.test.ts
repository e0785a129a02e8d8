import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

const PACKAGES = fileURLToPath(new URL("../../packages", import.meta.url));
const SOURCES = globSync("*/src/**/*.ts", { cwd: PACKAGES });

function filesWith(pattern: RegExp): string[] {
  return SOURCES.filter((file) => pattern.test(readFileSync(`${PACKAGES}/${file}`, "utf8"))).toSorted();
}

describe("There is one worker and one scheduler:", () => {
  it("results are contributed and revealed by the worker service alone, but for one made-up result in an attack", () => {
    expect(filesWith(/\bhub\.contribute(?:AndFinalize)?\(|"contribute(?:AndFinalize)?", \[/)).to.deep.equal([
      "cli/src/demo/actors/DemoWorker.ts",
      "cli/src/demo/attack/attempts.ts",
      "services/src/worker/attempt.ts",
      "services/src/worker/hubCalls.ts",
    ]);
  });

  it("tasks are initialized and finalized by the scheduler service alone", () => {
    expect(filesWith(/\bhub\.(?:initialize|finalize|reopen)\(|"(?:initialize|finalize|reopen)", \[/)).to.deep.equal([
      "services/src/scheduler/actions.ts",
    ]);
  });

  it("what only the demo has, nothing else in the packages uses", () => {
    const users = filesWith(/from "[^"]*\/demo\/actors\//).filter((file) => !file.startsWith("cli/src/demo/"));
    expect(users).to.deep.equal([]);
  });
});
