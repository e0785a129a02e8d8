import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { imagesLack } from "../fixtures/image/runImage.js";
import { buildEnvironment } from "../fixtures/layerCache.js";
import { runPoco } from "../fixtures/runPoco.js";

interface Report {
  readonly passed: boolean;
  readonly image: string;
  readonly reason?: string;
  readonly files: Readonly<Record<string, number>>;
  readonly logs: { readonly stdout: string; readonly stderr: string };
}

async function test(folder: string, ...args: readonly string[]) {
  const command = ["iapp", "test", "--project", folder, "--json", ...args];
  const { code, stdout, stderr } = await runPoco(command, buildEnvironment());
  return { code, stderr, report: JSON.parse(stdout) as Report };
}

describe("poco iapp test", () => {
  let root: string;
  before(async function () {
    const missing = await imagesLack();
    if (missing !== undefined && process.env["TEST_SANDBOX"] === "required") throw new Error(missing);
    if (missing !== undefined) this.skip();
    root = await mkdtemp(join(tmpdir(), "iapp-"));
  });
  after(async () => {
    if (root !== undefined) await rm(root, { recursive: true });
  });

  /** Creates a project from a template. */
  async function project(template: string): Promise<string> {
    const folder = join(root, template);
    const { code } = await runPoco(["iapp", "init", template, "--template", template, "--in", folder]);
    expect(code).to.equal(0);
    return folder;
  }

  it("runs an app in Python with all that a deal can give it", async () => {
    const folder = await project("python");
    await writeFile(join(folder, "secret"), "from a file");
    const data = ["--data", "data1", "--data", "data2", "--input-file", join(folder, "secret")];
    const secrets = ["--secret", `1=@${join(folder, "secret")}`, "--app-secret", "s"];
    const { code, report } = await test(folder, "--args", "Alice 'Bob B'", ...data, ...secrets);

    expect(code, report.reason).to.equal(0);
    expect(await readFile(join(folder, "output/result.txt"), "utf8")).to.equal(
      [
        "Hello, Alice and Bob B.",
        "A protected text has 3 words.",
        "A protected text has 2 words.",
        "Input file 1 has 11 bytes.",
        "The app has its secret.",
        "The requester gave a secret.",
        "",
      ].join("\n"),
    );
    expect(report.files).to.have.all.keys("result.txt", "computed.json");
    expect(report.logs.stdout).to.equal("Running with 2 arguments.\n");
  });

  it("runs one that trains a model on several tables", async () => {
    const folder = await project("train");
    const { code, report } = await test(folder, "--data", "data1", "--data", "data2", "--args", "50");

    expect(code, report.reason).to.equal(0);
    const model = JSON.parse(await readFile(join(folder, "output/model.json"), "utf8")) as Record<string, unknown>;
    expect(model).to.include({ predicts: "leaves", rows: 64 });
    expect(model["accuracy"]).to.be.above(0.8);
  });

  it("runs one in TypeScript as it is", async () => {
    const folder = await project("typescript");
    const { code, report } = await test(folder, "--data", "default", "--args", "Bob");
    expect(code, report.reason).to.equal(0);
    expect(await readFile(join(folder, "output/result.txt"), "utf8")).to.equal(
      "Hello, Bob.\nA protected text has 7 words.\n",
    );
  });

  it("fails where a worker would, says why, and leaves nothing of the last result", async () => {
    const folder = join(root, "python");
    await writeFile(join(folder, "src/app.py"), "import sys\nprint('began')\nsys.exit('there is no such column')\n");
    const { code, stderr, report } = await test(folder);

    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^The program python3 ended with exit code 1\. Fix what it reports:\nthere is no such column/,
    );
    expect(report).to.deep.include({ passed: false, reason: stderr });
    expect(report.logs).to.deep.equal({ stdout: "began\n", stderr: "there is no such column\n" });
    expect(await readFile(join(folder, "output/result.txt")).catch((error: Error) => error.message)).to.contain(
      "ENOENT",
    );
  });

  it("refuses what a worker would not give an app, before it builds", async () => {
    const folder = join(root, "python");
    for (const [args, sentence] of [
      [["--data", "nope"], "there are data1, data2, data3, default. Create it with poco iapp mock nope."],
      [["--secret", "zero=1"], "A --secret does not begin with its number: give NUMBER=VALUE"],
      [["--secret", "1=a", "--secret", "1=b"], "There are two values for --secret 1: give one."],
      [["--secret", "1=@/no/such"], "--secret 1 names the file /no/such, which cannot be read (ENOENT)."],
      [["--secret", `1=${"x".repeat(4097)}`], "--secret 1 has 4097 bytes: a secret has 1 to 4096."],
      [["--input-file", "/no/such"], "The input file /no/such cannot be read (ENOENT)"],
      [["--timeout", "0"], "--timeout is 0: give a whole number from 1 to 86400."],
    ] as const) {
      const { code, stderr } = await runPoco(["iapp", "test", "--project", folder, ...args], buildEnvironment());
      expect(code, sentence).to.equal(2);
      expect(stderr).to.contain(sentence);
    }
  });
});

describe("The template in JavaScript", () => {
  it("does what the one in TypeScript does", async () => {
    const root = await mkdtemp(join(tmpdir(), "iapp-"));
    try {
      const folder = join(root, "app");
      await runPoco(["iapp", "init", "app", "--template", "javascript", "--in", folder]);
      const environment = {
        IEXEC_IN: join(folder, "mock/protectedData"),
        IEXEC_OUT: root,
        IEXEC_DATASET_FILENAME: "default",
      };
      await promisify(execFile)(process.execPath, [join(folder, "src/app.js"), "Bob"], { env: environment });
      expect(await readFile(join(root, "result.txt"), "utf8")).to.equal("Hello, Bob.\nA protected text has 7 words.\n");
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
