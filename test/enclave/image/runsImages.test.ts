import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { EnclaveProcess } from "@poco-marketplace/enclave/runtime/enclaveProcess.js";
import { SANDBOX_LIMITS } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { ImageSandboxError, imageProblem } from "@poco-marketplace/enclave/runtime/runsImages.js";
import { IMAGE, imagesLack } from "../../fixtures/image/runImage.js";
import { leaveOut } from "../../fixtures/leftOut.js";
import { rejection } from "../../fixtures/rejection.js";

const MODULE = import.meta.resolve("@poco-marketplace/enclave/runtime/runsImages.js");
const PROGRAMS = [
  "bwrap",
  "ldd",
  "bash",
  "sh",
  "mkdir",
  "mount",
  "prlimit",
  "setpriv",
  "unshare",
  "which",
  "chmod",
  "rm",
  "true",
];
const FAILS = "#!/bin/sh\necho it is pretended >&2\nexit 1\n";

describe("A machine that runs no images", () => {
  let folder: string;

  before(async function () {
    const lacking = await imagesLack();
    if (lacking !== undefined) leaveOut(this, lacking);
  });

  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "programs-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Asks a process whose PATH is a folder of programs, some of which fail. */
  async function problemWith(missing: readonly string[], failing: readonly string[] = []): Promise<string> {
    const { stdout } = await promisify(execFile)("which", ["-a", ...PROGRAMS]).catch(
      (error: { stdout: string }) => error,
    );
    for (const found of stdout.trim().split("\n").toReversed()) {
      const name = path.basename(found);
      rmSync(path.join(folder, name), { force: true });
      if (!missing.includes(name) && !failing.includes(name)) symlinkSync(found, path.join(folder, name));
    }
    // Never through a link: it would lead to the machine's own program.
    for (const name of failing) writeFileSync(path.join(folder, name), FAILS, { mode: 0o755, flag: "wx" });
    const program = `const { imageProblem } = await import(${JSON.stringify(MODULE)});
      console.log(await imageProblem({ kind: "bubblewrap" }));`;
    const options = ["--import", "tsx", "--input-type=module", "--eval", program];
    const env = { PATH: folder, TMPDIR: tmpdir(), TSX_DISABLE_CACHE: "1" };
    return (await promisify(execFile)(process.execPath, options, { env })).stdout.trim();
  }

  it("is not this one", async () => {
    expect(await imageProblem({ kind: "bubblewrap" })).to.equal(undefined);
    expect(await problemWith([])).to.equal("undefined");
  });

  it("says that Node's permission model is not for them, and starts none", async () => {
    const app = { kind: "image", image: { image: IMAGE, root: folder } } as const;
    const started = EnclaveProcess.start(app, { kind: "node", warning: undefined }, SANDBOX_LIMITS);
    const { message } = await rejection(started, ImageSandboxError);
    expect(message).to.match(/^Container images cannot be run here: they need Bubblewrap.*apt install bubblewrap/);
  });

  it("says which program to install", async () => {
    expect(await problemWith(["prlimit"])).to.equal("there is no program prlimit: install it (apt install util-linux)");
    expect(await problemWith(["bwrap"])).to.equal("there is no program bwrap: install it (apt install bubblewrap)");
  });

  it("says what its kernel does not allow", async () => {
    expect(await problemWith([], ["bwrap"])).to.match(
      /^the kernel or a container around this allows no user namespaces \(it is pretended\); allow them/,
    );
    expect(await problemWith([], ["mount"])).to.match(
      /^their sandbox does not work, which needs Linux 5.11 or newer with overlayfs \(it is pretended\)/,
    );
  });
});
