import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

import { expect } from "chai";

import { exactMemoryOf, memoryUseOf, processTreeOf } from "@poco-marketplace/enclave/runtime/memoryUse.js";

const MIB = 2 ** 20;
/** A program of which a thread, not the program's first, starts another process, and that says its number. */
const THREAD = `
  const { Worker } = require("node:worker_threads");
  new Worker(\`
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    console.log(child.pid);
    setInterval(() => {}, 1000);\`, { eval: true });`;

describe("The memory of processes", () => {
  const started: ChildProcess[] = [];

  before(function () {
    if (process.platform !== "linux") this.skip();
  });

  afterEach(() => {
    for (const { pid } of started.splice(0)) for (const each of processTreeOf(pid!)) process.kill(each, "SIGKILL");
  });

  async function start(program: string): Promise<{ pid: number; said: string }> {
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    started.push(child);
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    return { pid: child.pid!, said: said.toString().trim() };
  }

  it("is that of all that any of their threads has started", async () => {
    const { pid, said } = await start(THREAD);

    expect((await memoryUseOf(pid)).pids).to.deep.equal([pid, Number(said)]);
    expect(processTreeOf(pid)).to.deep.equal([pid, Number(said)]);
  });

  it("is nothing for a process that has ended", async () => {
    const child = spawn("true");
    await once(child, "close");
    expect(await memoryUseOf(child.pid!)).to.deep.equal({ bytes: 0, pids: [] });
    expect(await exactMemoryOf([child.pid!])).to.equal(0);
  });

  it("is what they have filled, exactly if asked", async () => {
    const { pid } = await start(
      `const all = Buffer.alloc(${64 * MIB}, 1); console.log(1); setInterval(() => all, 1000);`,
    );
    const { bytes, pids } = await memoryUseOf(pid);
    for (const each of [bytes, await exactMemoryOf(pids)]) expect(each).to.be.within(64 * MIB, 160 * MIB);
  });
});
