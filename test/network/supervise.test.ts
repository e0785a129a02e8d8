import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { failureSentence } from "@poco-marketplace/cli/failureSentence.js";
import { NetworkError } from "@poco-marketplace/cli/network/networkError.js";
import { supervise, withoutInspector, type SupervisedProcess } from "@poco-marketplace/cli/network/supervise.js";
import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { rejection } from "../fixtures/rejection.js";

/** A service that writes down when it starts, is ready, and then does what its argument says. */
const SERVICE = `
  import { appendFileSync, readFileSync } from "node:fs";
  const [, , name, what, starts] = process.argv;
  appendFileSync(starts, performance.timeOrigin + "\\n");
  if (what === "refuse") { console.log("the cellar is flooded"); process.exit(4); }
  const count = readFileSync(starts, "utf8").trim().split("\\n").length;
  if (what === "ignore") process.on("SIGTERM", () => {});
  console.log("secrets:" + (process.env.POCO_KEY ?? "none"));
  process.send({ isReady: true, url: "http://" + name });
  setInterval(() => process.send({ isAlive: true }), 50);
  if (what === "notify") process.send({ notice: "something is amiss" });
  if (what === "stick" && count === 1) setTimeout(() => { for (;;); }, 100);
  if (what === "fail" && count < 3) setTimeout(() => process.exit(3), 10);
`;
const TIMEOUT_MS = 120_000;

describe("What npm run network keeps running", function () {
  let folder: string;
  let printed: string[];
  let started: SupervisedProcess[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "poco-supervise-"));
    writeFileSync(join(folder, "service.mjs"), SERVICE);
    [printed, started] = [[], []];
  });

  afterEach(async () => {
    await Promise.all(started.map((one) => one.stop()));
    rmSync(folder, { recursive: true });
  });

  /** Keeps a service that does this. One that may be taken for stuck, with a short silence, is so on a busy machine. */
  function startService(what: string, { silence = TIMEOUT_MS, onPrinted = () => {} } = {}): SupervisedProcess {
    const post = { title: "the thing", name: "thing", args: [what, join(folder, "starts")], environment: {} };
    const upkeep = { command: [join(folder, "service.mjs")], firstPause: 100, stopTimeout: 300, silence };
    const say = (line: string) => {
      printed.push(line);
      onPrinted();
    };
    const one = supervise({ ...post, logFile: join(folder, "log") }, say, upkeep);
    started.push(one);
    return one;
  }

  function starts(): number[] {
    return readFileSync(join(folder, "starts"), "utf8").trim().split("\n").map(Number);
  }

  it("is started again when it ends, after twice as long each time, and people are told", async () => {
    const one = startService("fail");
    expect(await one.ready).to.equal("http://thing");
    await until(() => printed.filter((line) => line.includes("is back")).length === 2);

    expect(starts()).to.have.lengthOf(3);
    const ends = printed.filter((line) => line.includes("ended"));
    const told = ["0.1", "0.2"].map(
      (seconds) => `the thing ended (exit code 3); it restarts in ${seconds} s. Log: ${join(folder, "log")}`,
    );
    expect(ends).to.deep.equal(told);
  });

  it("is started again when it is killed", async () => {
    const one = startService("stay");
    await one.ready;
    const before = one.pid()!;
    process.kill(before, "SIGKILL");
    await until(() => printed.some((line) => line.includes("is back")));
    expect(printed[0]).to.contain("the thing ended (SIGKILL)");
    expect(one.pid()).to.be.a("number").that.does.not.equal(before);
  });

  it("is stopped for good, also where it does not listen, and nobody else is", async () => {
    const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    try {
      for (const what of ["stay", "ignore"]) {
        const one = startService(what);
        await one.ready;
        const pid = one.pid()!;
        await one.stop();
        expect(isAlive(pid), what).to.equal(false);
      }
      expect(isAlive(bystander.pid!)).to.equal(true);
      expect(printed).to.deep.equal([]);
    } finally {
      const gone = once(bystander, "exit");
      bystander.kill();
      await gone;
    }
  });

  it("is killed and started again when its event loop is stuck, and people are told", async () => {
    const one = startService("stick", { silence: 2_000 });
    await one.ready;
    const stuck = one.pid()!;
    await until(() => printed.some((line) => line.includes("is back")));
    expect(printed.slice(0, 2)).to.deep.equal([
      `the thing has not responded for 2 s and is killed. Log: ${join(folder, "log")}`,
      `the thing ended (SIGKILL); it restarts in 0.1 s. Log: ${join(folder, "log")}`,
    ]);
    expect(isAlive(stuck)).to.equal(false);
  });

  it("is killed when it is stopped in its tracks", async () => {
    const one = startService("stay", { silence: 2_000 });
    await one.ready;
    const before = one.pid()!;
    process.kill(before, "SIGSTOP");
    await until(() => printed.some((line) => line.includes("is back")));
    expect(printed[0]).to.include("has not responded for 2 s");
    expect(isAlive(before)).to.equal(false);
  });

  it("is not started again when it is stopped while it waits for that", async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const one = startService("fail", { onPrinted: () => resolve(one.stop()) });
    await stopped;
    const before = starts().length;
    expect(before).to.equal(1);
    await sleep(300);
    expect(starts()).to.have.lengthOf(before);
    expect(one.pid()).to.equal(undefined);
  });

  it("says what it printed when it does not start at all", async () => {
    const error = await rejection(startService("refuse").ready, NetworkError);
    expect(error.message).to.equal("the thing did not start (exit code 4): the cellar is flooded");
    expect(starts()).to.have.lengthOf(1);
  });

  it("has what it notifies people of printed at the console", async () => {
    await startService("notify").ready;
    await until(() => printed.length === 1);
    expect(printed).to.deep.equal(["something is amiss"]);
  });

  it("is not told keys that are not its own", async () => {
    process.env["POCO_KEY"] = "of somebody else";
    try {
      const one = startService("stay");
      await one.ready;
      expect(readFileSync(join(folder, "log"), "utf8")).to.equal("secrets:none\n");
    } finally {
      delete process.env["POCO_KEY"];
    }
  });
});

describe("A service alone", () => {
  it("says that its port is taken, and what to do", async () => {
    const [one, other] = [await createServer(), await createServer()];
    try {
      const { port } = new URL(await listen(one, 0));
      const error = await rejection(listen(other, Number(port)), Error);
      expect(failureSentence(error)).to.equal(
        `Port ${port} is taken by another program: stop that, or give another --port (0 for any that is free).`,
      );
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

describe("Options of Node for services", () => {
  for (const [options, rest] of [
    ["--inspect", ""],
    ["--inspect-brk=0.0.0.0:9229 --enable-source-maps", "--enable-source-maps"],
    ["--import tsx --inspect-wait=0", "--import tsx"],
    ["--inspect-port 0 --trace-warnings --debug-port=5", "--trace-warnings"],
    ["--max-old-space-size=100", "--max-old-space-size=100"],
  ] as const) {
    it(`are ${JSON.stringify(rest)} of ${options}: no inspector`, () => {
      expect(withoutInspector(options).replaceAll(/\s+/g, " ")).to.equal(rest);
    });
  }
});
