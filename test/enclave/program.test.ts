import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import JSZip from "jszip";

import { splitArgs, UnbalancedQuoteError } from "@poco-marketplace/enclave/task/args.js";
import { Enclave, type EnclaveLimits } from "@poco-marketplace/enclave/task/enclave.js";
import { OutputTooLargeError } from "@poco-marketplace/enclave/task/outputs.js";
import {
  ProgramFailedError,
  ProgramNotRunnableError,
  ProgramTimeoutError,
} from "@poco-marketplace/enclave/task/program.js";
import { programFolder, script, taskFor } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";

const DONE = `write("r", "1"); computed({ "deterministic-output-path": "r" });`;

const run = (program: string, limits: Partial<EnclaveLimits> = {}) => new Enclave({ limits }).run(taskFor(program));

describe("A program in an enclave", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;

  before(async () => {
    programs = await programFolder();
  });

  after(() => programs.remove());

  const kinds: readonly [name: string, source: string][] = [
    ["module.mjs", script(DONE)],
    [
      "commonjs.cjs",
      `const fs = require("fs"), o = process.env.IEXEC_OUT; fs.writeFileSync(o + "/r", "1");
      fs.writeFileSync(o + "/computed.json", '{"deterministic-output-path":"r"}');`,
    ],
    ["typed.ts", script(`const typed: string = "1"; ${DONE}`)],
    [
      "snake.py",
      `import os\no = os.environ["IEXEC_OUT"]\nopen(o + "/r", "w").write("1")
open(o + "/computed.json", "w").write('{"deterministic-output-path":"r"}')\n`,
    ],
    [
      "shell",
      `#!/bin/sh\nprintf 1 > "$IEXEC_OUT/r"\necho '{"deterministic-output-path":"r"}' > "$IEXEC_OUT/computed.json"\n`,
    ],
  ];
  for (const [name, source] of kinds) {
    it(`may be a ${name}`, async () => {
      const { archive } = await run(await programs.write(name, source, name === "shell" ? 0o755 : 0o644));

      expect(await (await JSZip.loadAsync(archive)).file("r")!.async("string")).to.equal("1");
    });
  }

  it("is heard: what it writes to stdout and stderr comes back", async () => {
    const program = await programs.write("talk.mjs", script(`console.log("hello"); console.error("hmm"); ${DONE}`));

    expect((await run(program)).logs).to.deep.equal({ stdout: "hello\n", stderr: "hmm\n" });
  });

  it("is cut short in what it says, not in what it does", async () => {
    const program = await programs.write("chatter.mjs", script(`console.log("x".repeat(5000)); ${DONE}`));

    const { logs } = await run(program, { maxLogBytes: 100 });

    expect(logs.stdout).to.equal(`${"x".repeat(100)}\n[cut off: 5001 bytes in all]\n`);
  });

  it("fails with its exit code and its last words", async () => {
    const program = await programs.write("fail.mjs", script(`console.error("no such column"); process.exit(7);`));

    const error = await rejection(run(program), ProgramFailedError);

    expect(error).to.include({ outcome: 7 });
    expect(error.logs.stderr).to.equal("no such column\n");
    expect(error.message).to.include("exit code 7").and.to.include("no such column");
  });

  it("fails with the reason of an error that it did not catch, not with where it was thrown", async () => {
    const deep = `const dig = (depth) => { if (depth > 0) return dig(depth - 1) + 1; throw new Error("no such row"); };`;
    const program = await programs.write("deep.mjs", script(`${deep} dig(9);`));

    const { message } = await rejection(run(program), ProgramFailedError);

    expect(message).to.include("Error: no such row").and.not.to.include("    at ");
  });

  it("fails when it is killed, and when it ends badly after leaving a result", async () => {
    const killed = await programs.write(
      "killed.mjs",
      script(`process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9e3);`),
    );
    const late = await programs.write("late.mjs", script(`${DONE} process.exitCode = 1;`));

    expect(await rejection(run(killed), ProgramFailedError)).to.include({ outcome: "SIGTERM" });
    expect(await rejection(run(late), ProgramFailedError)).to.include({ outcome: 1 });
  });

  it("is stopped when its time is up, with all that it started", async () => {
    // A shell has started, and said what it started, long before its time is up, however busy the machine is.
    const program = await programs.write("slow", "#!/bin/sh\nsleep 1000 &\necho $!\nwait\n", 0o755);

    const error = await rejection(run(program, { timeoutMs: 5_000 }), ProgramTimeoutError);

    expect(error.message).to.include("stopped after 5 s");
    await expectGone(Number(error.logs.stdout));
  });

  it("leaves no process behind when it ends well", async () => {
    const program = await programs.write(
      "daemon.mjs",
      script(`
        const { spawn } = await import("node:child_process");
        const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
        console.log(child.pid);
        child.unref();
        ${DONE}`),
    );

    await expectGone(Number((await run(program)).logs.stdout));
  });

  it("is stopped while it writes too much", async () => {
    const program = await programs.write(
      "flood.mjs",
      script(`setInterval(() => fs.appendFileSync(path.join(out, "big"), Buffer.alloc(100_000)), 1);`),
    );

    const error = await rejection(run(program, { maxOutputBytes: 1_000_000, timeoutMs: 120_000 }), OutputTooLargeError);

    expect(error.limit).to.equal(1_000_000);
    expect(error.actual).to.be.greaterThan(1_000_000);
  });

  it("may write as much as allowed and not a byte more", async () => {
    const content = `{"deterministic-output-path":"r"}`;
    const exact = await programs.write("exact.mjs", script(DONE));
    const size = content.length + 1;

    expect((await run(exact, { maxOutputBytes: size })).digest).to.match(/^0x/);
    await rejection(run(exact, { maxOutputBytes: size - 1 }), OutputTooLargeError);
  });

  it("must exist, and be something that can be run", async () => {
    const notes = await programs.write("notes", "some notes");
    const noInterpreter = await programs.write("odd", "#!/no/such/interpreter\n", 0o755);

    const refused: readonly [string, string][] = [
      [`${programs.folder}/nowhere.mjs`, "does not exist"],
      [programs.folder, "does not exist"],
      [notes, "is not executable: make it executable (chmod +x)"],
      [noInterpreter, "does not start"],
    ];
    for (const [program, reason] of refused) {
      const error = await rejection(run(program), ProgramNotRunnableError);
      expect(error.message).to.include(reason);
      expect(error.program).to.equal(program);
    }
  });
});

describe("The arguments of a deal", () => {
  const splits: readonly [string, string[]][] = [
    ["", []],
    ["  ", []],
    [" a\tb\n c ", ["a", "b", "c"]],
    [`a "b c" 'd e'`, ["a", "b c", "d e"]],
    [`--name="b c"d`, ["--name=b cd"]],
    [`"it's" '"'`, ["it's", '"']],
    [`"" a`, ["", "a"]],
    ["C:\\dir $X `id`", ["C:\\dir", "$X", "`id`"]],
  ];
  for (const [text, words] of splits) {
    it(`splits ${JSON.stringify(text)} into ${words.length}`, () => {
      expect(splitArgs(text)).to.deep.equal(words);
    });
  }

  it("are refused when a quote is left open", () => {
    expect(() => splitArgs(`say "hello`)).to.throw(UnbalancedQuoteError, `add the missing "`);
  });
});

/** Waits until a process is gone. */
async function expectGone(pid: number): Promise<void> {
  expect(pid).to.be.greaterThan(1);
  for (let i = 0; i < 500 && isRunning(pid); i++) await sleep(20);
  expect(isRunning(pid)).to.equal(false);
}

/** Whether a process is there and alive: one that has ended may wait for its parent to take notice (state Z). */
function isRunning(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}
