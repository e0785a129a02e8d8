import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { EnclaveLostError } from "@poco-marketplace/enclave/runtime/enclaveProcess.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import { TASK } from "../../fixtures/attested.js";
import { rootOf, type ImageFolder } from "../../fixtures/image/rootOf.js";
import { imagesLack, runImage, runScript, startImage } from "../../fixtures/image/runImage.js";
import { leaveOut } from "../../fixtures/leftOut.js";
import { rejection } from "../../fixtures/rejection.js";

const MIB = 2 ** 20;
/** A duration in the arguments of the processes that are looked for. */
const MARK = `98${process.pid}`;
const MMAP = process.arch === "arm64" ? 222 : 9;

describe("The limits of an enclave with a container image", () => {
  let image: ImageFolder;
  /** The folder of temporary files for these tests, so that what stays is seen. */
  let folder: string | undefined;
  const usualFolder = process.env.TMPDIR;

  before(async function () {
    const lacking = await imagesLack();
    if (lacking !== undefined) leaveOut(this, lacking);
    const found = rootOf({}, ["sh", "cat", "dd", "sleep", "perl"]);
    if (found === undefined) leaveOut(this, "perl");
    image = found;
    folder = mkdtempSync(join(tmpdir(), "limits-"));
    process.env.TMPDIR = folder;
  });

  after(() => {
    image?.remove();
    if (folder === undefined) return;
    rmSync(folder, { recursive: true, force: true });
    if (usualFolder === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usualFolder;
  });

  /** Nothing of an enclave stays: no process of the app or the sandboxes, no file. */
  afterEach(async () => {
    for (let turn = 0; turn < 400 && left().length > 0; turn++) await sleep(50);
    expect(left()).to.deep.equal([]);
  });

  const run = (act: string, limits: Partial<SandboxLimits>) =>
    runImage({ root: image.root, image: { entrypoint: ["sh", "-c", act] }, limits });
  const fail = (act: string, limits: Partial<SandboxLimits>) => rejection(run(act, limits), Error);
  const script = (act: string, limits: Partial<SandboxLimits>) => runScript(act, { root: image.root, limits });

  it("end an app that takes too long, and what it started", async () => {
    const error = await fail(`sleep ${MARK} & sleep ${MARK}`, { timeoutMs: 500 });
    expect(error).to.be.instanceOf(EnclaveFailedError).and.to.include({ reason: "ProgramTimeoutError" });
  });

  it("end what an app leaves behind when it ends well", async () => {
    const act = `(sleep ${MARK} >/dev/null 2>&1 &); printf 1 > /iexec_out/result`;
    expect(await script(act, {})).to.equal("1");
  });

  it("end an app that has too many processes", async () => {
    const many = `for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep ${MARK} & done; wait`;
    expect((await fail(many, { maxProcesses: 12 })).message).to.match(/ran \d+ processes where 12 are allowed/);
  });

  it("let an app that forks without end run out of threads, before anybody looks", async () => {
    const count = `perl -e 'my $n = 0; while (defined(my $pid = fork)) { if (!$pid) { sleep 20; exit } $n++ } print $n' > /iexec_out/result`;
    expect(Number(await script(count, { maxProcesses: 1000, maxThreads: 100 }))).to.be.within(50, 100);
  });

  it("keep what an app writes within a size and a number of files, wherever it writes", async () => {
    const said = await script(
      `for place in /big /tmp/big /dev/shm/big /iexec_out/big; do
         said="$said$(dd if=/dev/zero of=$place bs=1M count=40 2>&1)\n"; : > $place
       done
       said="$said$(perl -e 'my $n = 0; $n++ while open(my $file, ">", "/tmp/$n"); print "$n $!"')"
       perl -e 'unlink "/iexec_out/big"; unlink "/tmp/$_" for 0 .. 300'
       printf "$said" > /iexec_out/result`,
      { maxFileBytes: 16 * MIB, maxFiles: 300 },
    );

    expect(said.match(/No space left on device/g)).to.have.length(5);
    expect(said.match(/^1[0-6]\+0 records out/gm)).to.have.length(4);
    expect(Number(/^(\d+) No space/m.exec(said)![1])).to.be.within(200, 300);
  });

  it("end an app that takes too much memory, its own or shared", async () => {
    const limits = { maxMemoryBytes: 300 * MIB };
    const own = await fail(`perl -e 'my @all; while (1) { push @all, "x" x ${MIB}; }'`, limits);
    expect(own).to.be.instanceOf(EnclaveLostError);
    expect(own.message).to.match(/took \d+ bytes of memory where 314572800 are allowed/);

    // Shared memory without a file, into which zeros are read so that it is taken.
    const [READ_WRITE, SHARED, FILL] = [3, 0x21, process.arch === "arm64" ? 63 : 0];
    const shared = await fail(
      `perl -e 'open(my $zero, "<", "/dev/zero"); while (1) { my $at = syscall(${MMAP}, 0, ${16 * MIB}, ${READ_WRITE}, ${SHARED}, -1, 0); syscall(${FILL}, fileno($zero), $at, ${16 * MIB}); }'`,
      limits,
    );
    expect(shared.message).to.match(/took \d+ bytes of memory where 314572800 are allowed/);
  });

  it("count memory once that processes share", async () => {
    const program = `my $all = "x" x ${60 * MIB}; my @pids; for (1 .. 5) { my $pid = fork; if (!$pid) { sleep 2; exit } push @pids, $pid } wait for @pids; print 1`;
    expect(await script(`perl -e '${program}' > /iexec_out/result`, { maxMemoryBytes: 350 * MIB })).to.equal("1");
  });

  it("end the app with the enclave", async () => {
    const enclave = await startImage({ root: image.root, image: { entrypoint: ["sleep", MARK] } });
    const running = rejection(enclave.run(TASK), EnclaveLostError);
    for (let turn = 0; turn < 200 && !left().some((line) => line.includes(MARK)); turn++) await sleep(50);
    expect(left().join("\n")).to.include(MARK);

    await enclave.stop();

    expect((await running).message).to.include("The enclave was stopped");
  });
});

/** What there is of the enclaves of this test: processes of apps and sandboxes, and files. */
function left(): string[] {
  const processes = spawnSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" }).stdout.split("\n");
  const ours = processes.filter((line) => line.includes(tmpdir()) || line.includes(MARK));
  return [...ours.filter((line) => !line.startsWith("Z")), ...readdirSync(tmpdir())];
}
