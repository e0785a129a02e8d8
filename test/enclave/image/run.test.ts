import { randomUUID } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";

import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { sandboxAccount } from "@poco-marketplace/enclave/files/sandboxAccount.js";
import { digestOf } from "@poco-marketplace/enclave/image/digest.js";
import { RootFolder, UNPACK_LIMITS } from "@poco-marketplace/enclave/image/rootFolder.js";
import { unpackLayer } from "@poco-marketplace/enclave/image/unpack.js";
import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { TASK } from "../../fixtures/attested.js";
import { rootOf, type ImageFolder } from "../../fixtures/image/rootOf.js";
import { imagesLack, runImage, runScript, textIn, type ImageRun } from "../../fixtures/image/runImage.js";
import { leaveOut } from "../../fixtures/leftOut.js";
import { eventually } from "../../fixtures/eventually.js";
import { rejection } from "../../fixtures/rejection.js";

const COMPUTED = `{"deterministic-output-path":"/iexec_out/result"}`;
const PRINTS_COMPUTED = `printf '{"deterministic-output-path":"/iexec_out/r"}' > /iexec_out/computed.json`;
/** A script that says that its result is at a path. */
const answerAt = (place: string) =>
  `printf 42 > /iexec_out/r; printf '{"deterministic-output-path":"${place}"}' > /iexec_out/computed.json`;
/** Reads the arguments of all processes of the machine, each with a NUL character behind it. */
const commandLines = () =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    });
const linesOf = (text: string) => text.trimEnd().split("\n");

describe("A container image in an enclave", () => {
  let image: ImageFolder;

  before(async function () {
    const lacking = await imagesLack();
    if (lacking !== undefined) leaveOut(this, lacking);
    image = rootOf(
      {
        "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nalice:x:1234:4321::/home/alice:/bin/sh\n",
        "data/folder/file": { text: "of the image", mode: 0o444 },
        "app/broken": "#!/bin/python9\n",
        "home/alice/.keep": "",
        proc: { link: "/data" },
        iexec_out: { link: "/data" },
        "etc/resolv.conf": { link: "../run/resolve/stub" },
      },
      ["sh", "cat", "env", "id", "ls", "mkdir", "rm", "sleep", "stat", "hostname"],
    )!;
  });

  after(() => image?.remove());

  const script = (text: string, run: Partial<ImageRun> = {}) => runScript(text, { root: image.root, ...run });
  const runShell = (act: string) => runImage({ root: image.root, image: { entrypoint: ["sh", "-c", act] } });
  const fail = (entrypoint: string[]) =>
    rejection(runImage({ root: image.root, image: { entrypoint } }), EnclaveFailedError);
  const withArgs = (args: string) =>
    script(`printf '%s\\n' "$@" > /iexec_out/result`, { image: { command: ["its", "own"] }, task: { args } });

  it("has its variables from no command line, which every account of the machine can read", async () => {
    const secret = `secret-${randomUUID()}`;
    const mark = `mark-${randomUUID()}`;
    const running = runImage({
      root: image.root,
      image: {
        environment: { PATH: "/bin", TOKEN: secret },
        entrypoint: ["sh", "-c", `printf %s "$TOKEN" > /iexec_out/r; sleep 1; ${PRINTS_COMPUTED}`, mark],
      },
    });
    const lines = await eventually("the app runs", () => {
      const found = commandLines();
      return Promise.resolve(found.some((line) => line.startsWith("sh\0") && line.includes(mark)) && found);
    });

    expect(await textIn(await running, "r")).to.equal(secret);
    expect(lines.filter((line) => line.includes(secret))).to.deep.equal([]);
  });

  it("finds its variables, those of its task over them, and none of the machine's", async () => {
    const environment = { PATH: "/bin", GREETING: "hello world", IEXEC_TASK_ID: "its own", LD_DEBUG: "libs" };
    const variables = linesOf(await script("unset LD_DEBUG; env > /iexec_out/result", { image: { environment } }));

    const found = Object.fromEntries(variables.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
    const { OLDPWD: _, ...rest } = found;
    expect(rest).to.deep.equal({
      PATH: "/bin",
      GREETING: "hello world",
      HOME: "/root",
      HOSTNAME: "app",
      PWD: "/",
      IEXEC_DEAL_ID: TASK.dealId,
      IEXEC_TASK_ID: TASK.taskId,
      IEXEC_TASK_INDEX: "0",
      IEXEC_BOT_TASK_INDEX: "0",
      IEXEC_BOT_FIRST_INDEX: "0",
      IEXEC_BOT_SIZE: "1",
      IEXEC_IN: "/iexec_in",
      IEXEC_OUT: "/iexec_out",
      IEXEC_INPUT_FILES_FOLDER: "/iexec_in",
      IEXEC_INPUT_FILES_NUMBER: "0",
      IEXEC_DATASET_ADDRESS: ZeroAddress,
      IEXEC_DATASET_FILENAME: ZeroAddress,
    });
  });

  it("does not have its variables change what starts it", async () => {
    // Every program that is linked dynamically reports what it loads: of the image's programs there is the shell alone.
    const environment = { PATH: "/bin", LD_DEBUG: "libs", LD_PRELOAD: "/image/none.so" };
    const entrypoint = ["sh", "-c", `printf 1 > /iexec_out/result; printf '${COMPUTED}' > /iexec_out/computed.json`];
    const { logs } = await runImage({ root: image.root, image: { environment, entrypoint } });

    const programs = logs.stderr.match(/initialize program: \S+/g);
    expect(programs).to.deep.equal(["initialize program: sh"]);
  });

  it("gets the deal's arguments in place of its own, split at spaces", async () => {
    expect(linesOf(await withArgs(`one "two three" $HOME --bind`))).to.deep.equal([
      "one",
      "two three",
      "$HOME",
      "--bind",
    ]);
  });

  it("runs as its user, in its working directory, which is created, without capabilities", async () => {
    const said = await script(
      `{ id -u; id -g; pwd; stat -c %u:%g . /data /iexec_in /iexec_out; cat /proc/self/status; } > /iexec_out/result`,
      { image: { user: "alice", workingDirectory: "/srv/new/place" } },
    );

    expect(linesOf(said).slice(0, 7)).to.deep.equal([
      "1234",
      "4321",
      "/srv/new/place",
      ...Array<string>(4).fill("1234:4321"),
    ]);
    expect(said.match(/Cap(?:Inh|Prm|Eff|Amb):\t0000000000000000\n/g)).to.have.length(4);
    expect(said).to.match(/NoNewPrivs:\t1\n/);
  });

  it("may write everywhere but to its input, also anew what it removes", async () => {
    const act = `
      rm -rf /data && mkdir /data && ls /data
      cat /data/folder/file
      printf more > /home/alice/.keep && mkdir -p /opt/x && printf shared > /dev/shm/x && printf t > /tmp/x
      printf x > /iexec_in/x
      cat /home/alice/.keep /dev/shm/x /tmp/x`;
    const said = await script(`{ ${act}\n} > /iexec_out/result 2>&1`);

    expect(said)
      .to.match(/^cat: .*No such file or directory\n/)
      .and.match(/\/iexec_in\/x: Read-only file system\n/);
    expect(said).to.match(/moresharedt$/);
  });

  it("may change its own files as they are unpacked, for the time of its task", async () => {
    const tar = spawnSync("tar", ["-C", image.root, "-c", "."], {
      maxBuffer: 2 ** 28,
    }).stdout;
    const folder = mkdtempSync(path.join(tmpdir(), "unpacked-"));
    try {
      const digest = digestOf(tar);
      const layer = { digest, size: tar.length, compression: "none", diffId: digest } as const;
      const root = path.join(folder, "root");
      mkdirSync(root);
      await unpackLayer(Readable.from([tar]), layer, 1, new RootFolder(root, UNPACK_LIMITS, sandboxAccount()));

      const act = "echo more >> /data/folder/file && cat /data/folder/file && rm -r /data /bin/ls";
      expect(await runScript(`{ ${act}; } > /iexec_out/result 2>&1`, { root })).to.equal("of the imagemore\n");
      expect(readFileSync(path.join(root, "data/folder/file"), "utf8")).to.equal("of the image");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("finds a host of its own: its name, localhost, and nobody to ask for others", async () => {
    const said = await script(
      `{ hostname; cat /etc/hostname /etc/hosts; echo :; cat /etc/resolv.conf; ls /proc/sys/net/ipv4/conf; } > /iexec_out/result`,
    );
    expect(said).to.equal("app\napp\n127.0.0.1 localhost app\n::1 localhost\n:\nall\ndefault\nlo\n");
  });

  it("says where its result is in /iexec_out, and nowhere else", async () => {
    const error = await rejection(runShell(answerAt("/etc/passwd")), EnclaveFailedError);
    expect(error.reason).to.equal("InvalidComputedFileError");
    expect(error.message).to.include(`"/etc/passwd", which is outside IEXEC_OUT`);
  });

  it("has failed if it ends with an exit code other than 0, even with a result", async () => {
    const entrypoint = [
      "sh",
      "-c",
      `printf 1 > /iexec_out/result; printf '${COMPUTED}' > /iexec_out/computed.json; echo why >&2; exit 3`,
    ];
    const error = await rejection(runImage({ root: image.root, image: { entrypoint } }), EnclaveFailedError);

    expect(error).to.include({ reason: "ProgramFailedError", exitCode: 3 });
    expect(error.message).to.equal("The program sh ended with exit code 3. Fix what it reports:\nwhy");
    expect(error.logs).to.deep.equal({ stdout: "", stderr: "why\n" });
  });

  it("is told when it was killed, and when its program lacks something", async () => {
    const killed = await fail(["sh", "-c", "kill -9 $$"]);
    expect(killed).to.include({ exitCode: 137 });
    expect(killed.message).to.include("take less memory");

    const broken = await fail(["/app/broken"]);
    expect(broken.message).to.include("The program /app/broken ended").and.include("interpreter");
  });
});
