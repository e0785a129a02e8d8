import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { expect } from "chai";

import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { EnclaveLostError } from "@poco-marketplace/enclave/runtime/enclaveProcess.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import type { SandboxKind } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { appOf, kindsHere, runApp, startApp, TASK } from "../../fixtures/attested.js";
import { rejection } from "../../fixtures/rejection.js";

const MIB = 2 ** 20;
const ATTESTED = import.meta.resolve("../../fixtures/attested.ts");
const kinds = await kindsHere();

/** Gives how an app ends that does not keep to its limits. */
const failingIn = (kind: SandboxKind) => async (body: string, limits: Partial<SandboxLimits>) =>
  rejection(runApp({ kind, app: await appOf(body), limits }), Error);

for (const kind of kinds) {
  describe(`The limits of an enclave (${kind})`, () => {
    const fail = failingIn(kind);

    const usualFolder = process.env.TMPDIR;
    before(() => (process.env.TMPDIR = mkdtempSync(join(tmpdir(), "limits-"))));
    after(() => {
      rmSync(tmpdir(), { recursive: true });
      if (usualFolder === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = usualFolder;
    });

    /** Nothing of an enclave stays: no process that knows of its folder, no folder. */
    afterEach(async () => {
      for (let turn = 0; turn < 400 && left().length > 0; turn++) await sleep(50);
      expect(left()).to.deep.equal([]);
    });

    it("end an app that never ends", async () => {
      const error = await fail(`for (;;);`, { timeoutMs: 1_000 });

      expect(error).to.be.instanceOf(EnclaveFailedError).and.to.include({ reason: "ProgramTimeoutError" });
      expect(error.message).to.include("stopped after 1 s");
    });

    it("end an app that fills the heap", async () => {
      const error = await fail(`const all = []; for (;;) all.push(new Array(1e5).fill(all.length));`, {
        maxMemoryBytes: 400 * MIB,
      });

      expect(error.message).to.match(/heap|bytes of memory where 419430400 are allowed/);
    });

    it("end an app that takes memory beside the heap", async () => {
      const body = `
        const all = [];
        const more = setInterval(() => all.push(Buffer.alloc(${16 * MIB}, 1)), 20);
        setTimeout(() => { clearInterval(more); done({ all: all.length }); }, 20_000);`;
      const error = await fail(body, { maxMemoryBytes: 400 * MIB });

      expect(error).to.be.instanceOf(EnclaveLostError);
      expect(error.message).to.match(/took \d+ bytes of memory where 419430400 are allowed/);
    });

    it("end an app that takes memory faster than anybody looks", async () => {
      const error = await fail(`const all = []; for (;;) all.push(Buffer.alloc(${64 * MIB}, 1));`, {
        maxMemoryBytes: 400 * MIB,
      });

      expect(error.message).to.match(/allocat|memory|signal SIG/i);
    });

    it("end an app that writes too much", async () => {
      const body = `setInterval(() => fs.appendFileSync(out + "/big", Buffer.alloc(${MIB})), 5);`;
      const error = await fail(body, { maxOutputBytes: 8 * MIB, maxFileBytes: 64 * MIB });

      expect(error).to.be.instanceOf(EnclaveFailedError).and.to.include({ reason: "OutputTooLargeError" });
    });

    it("cut short an app that talks too much", async () => {
      const body = `for (let i = 0; i < 200; i++) console.log("x".repeat(10_000)); done();`;
      const enclave = await startApp({ kind, app: await appOf(body), limits: { maxLogBytes: 1_000 } });

      const { logs } = await enclave.run(TASK);

      expect(logs.stdout).to.match(/^x{1000}\n\[cut off: 2000200 bytes in all\]\n$/);
    });

    it("hold against an app that starts many processes", async () => {
      const body = `
        const { spawn } = await import("node:child_process");
        const idle = ["-e", "setTimeout(() => {}, 20000)"];
        for (let i = 0; i < 40; i++) spawn(process.execPath, idle, { detached: true, stdio: "ignore" });
        setTimeout(() => done(), 20_000);`;
      const error = await fail(body, { maxProcesses: 8 });

      if (kind === "node") expect(error.message).to.include("ERR_ACCESS_DENIED");
      else expect(error.message).to.match(/ran \d+ processes where 8 are allowed/);
    });

    it("hold for a folder full of links and for names that are too long", async () => {
      const long = await fail(`fs.writeFileSync(out + "/" + "x".repeat(32), ""); done();`, {});
      expect(long).to.include({ reason: "FileNameTooLongError" });

      const links = await fail(
        `try { fs.symlinkSync("/etc/hosts", out + "/hosts"); } catch ({ code }) { console.error(code); process.exit(1); }
        done();`,
        {},
      );
      if (kind === "node") expect(links.message).to.include("ERR_ACCESS_DENIED");
      else expect(links).to.include({ reason: "NotARegularFileError" });
    });

    it("let an app that keeps to them end well", async () => {
      const app = await appOf(`done({ sum: 1 + 1 });`);

      expect(await runApp({ kind, app })).to.deep.equal({ sum: 2 });
    });

    it("end an enclave that is stopped", async () => {
      const enclave = await startApp({ kind, app: await appOf(`done();`) });
      await enclave.stop();
      expect((await rejection(enclave.run(TASK), EnclaveLostError)).message).to.include("The enclave was stopped");
    });

    it("end the app with whoever started the enclave, who has no time to wait", async () => {
      const host = `
        const { appOf, startApp, TASK } = await import(${JSON.stringify(ATTESTED)});
        const app = await appOf("setInterval(() => undefined, 1_000);");
        const enclave = await startApp({ kind: "${kind}", app });
        enclave.run(TASK).catch(() => undefined);
        setTimeout(() => process.exit(7), 2_000);`;
      const options = ["--import", "tsx", "--input-type=module", "--eval", host];
      const env = { ...process.env, TSX_DISABLE_CACHE: "1" };
      const error = await rejection(promisify(execFile)(process.execPath, options, { env }), Error);

      expect(error).to.include({ code: 7 });
    });

    it("end the app with the enclave", async () => {
      const enclave = await startApp({ kind, app: await appOf(`setInterval(() => undefined, 1_000);`) });
      const running = rejection(enclave.run(TASK), EnclaveLostError);
      await sleep(1_000);
      expect(left()).not.to.deep.equal([]);

      await enclave.stop();

      expect((await running).message).to.include("The enclave was stopped");
    });
  });
}

/** What there is of the enclaves of this test: processes, all of whose sandboxes name its folder, and files. */
function left(): string[] {
  const processes = spawnSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" }).stdout.split("\n");
  const running = processes.filter((line) => !line.startsWith("Z") && line.includes(tmpdir()));
  return [...running, ...readdirSync(tmpdir())];
}
