import { execFile, execFileSync } from "node:child_process";
import { chmod, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { appFolder, MANIFEST, type AppFiles } from "../fixtures/app.js";
import { runPoco } from "../fixtures/runPoco.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const APP: AppFiles = { "enclave.json": MANIFEST, "app.mjs": "console.log(1);\n" };
const MRENCLAVE = "0x442b622c1e9830974b7d281d10be0306c3b15c07d7e9f4d6e40fa17071ee040b";
const MRTD = "0xe832817fd56dabbe0d37f403586a22743618d6c926cc34b1be04aa3a2a4d0bef8312ac2f56c14347360dbbfb536d1be0";

/** What the command answers about a folder with those files, after `spoil` had its way with it. */
async function measure(files: AppFiles, spoil: (folder: string) => unknown = () => undefined) {
  const app = await appFolder(files);
  try {
    await spoil(app.folder);
    return await runPoco(["measure", app.folder]);
  } finally {
    await app.remove();
  }
}

describe("poco measure", () => {
  it("prints both measurements, the same on every machine", async () => {
    const { code, stdout, stderr } = await measure(APP);

    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    expect(stdout.split("\n")).to.deep.equal([
      `MRENCLAVE    ${MRENCLAVE}`,
      `MRTD         ${MRTD}`,
      "entrypoint   app.mjs",
      "permissions  read its input, write its output",
      "contents     2 files, 63 bytes",
    ]);
  });

  it("prints one JSON object as a command of its own", async () => {
    const app = await appFolder({ ...APP, "enclave.json": MANIFEST.replace("[]", `["network"]`) });
    const stdout = await new Promise<string>((resolve, reject) => {
      const args = ["--import", "tsx", "packages/cli/src/poco.ts", "measure", app.folder, "--json"];
      execFile(process.execPath, args, { cwd: ROOT }, (error, said) =>
        error === null ? resolve(said) : reject(error),
      );
    });
    await app.remove();

    const said = JSON.parse(stdout) as Record<string, unknown>;
    expect(said).to.include({ entrypoint: "app.mjs", files: 2, bytes: 72 });
    expect(said["permissions"]).to.deep.equal(["network"]);
    expect(said["mrEnclave"])
      .to.match(/^0x[0-9a-f]{64}$/)
      .and.not.equal(MRENCLAVE);
    expect(said["mrTd"])
      .to.match(/^0x[0-9a-f]{96}$/)
      .and.not.equal(MRTD);
  });

  it("says what else there is to say", async () => {
    expect(await runPoco(["measure", "--help"]))
      .to.include({ code: 0 })
      .and.property("stdout")
      .to.include("Usage: poco measure [options] <DIR|IMAGE>");
    expect((await measure({ ...APP, "enclave.json": MANIFEST.replace("[]", `["network"]`) })).stdout).to.include(
      "permissions  use network",
    );
  });

  const notApps: readonly [what: string, says: string, files: AppFiles, spoil?: (folder: string) => unknown][] = [
    ["no manifest", "has no enclave.json: write one", { "app.mjs": "1;" }],
    [
      "a link to a file",
      `"hosts" is a link: put a copy`,
      APP,
      (folder) => symlink("/etc/hosts", join(folder, "hosts")),
    ],
    ["a link to a folder", `"etc" is a link`, APP, (folder) => symlink("/etc", join(folder, "etc"))],
    [
      "a link for a manifest",
      `"enclave.json" is a link`,
      { "app.mjs": "1;" },
      (folder) => symlink("app.mjs", join(folder, "enclave.json")),
    ],
    [
      "a pipe",
      `"pipe" is neither a file nor a folder`,
      APP,
      (folder) => execFileSync("mkfifo", [join(folder, "pipe")]),
    ],
    ["an empty folder", `"a/b" is an empty folder`, APP, (folder) => mkdir(join(folder, "a/b"), { recursive: true })],
    [
      "too much in it",
      `"huge" takes the app beyond 67108864 bytes`,
      { ...APP, huge: "" },
      (folder) => truncate(join(folder, "huge"), 2 ** 40),
    ],
    ["names in two cases", `differs from`, { ...APP, "Lib/a": "", "lib/b": "" }],
    [
      "a name that is not UTF-8",
      "is not named in UTF-8",
      APP,
      (folder) => writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0xff)]), ""),
    ],
    ["a name in decomposed form", "composed form", { ...APP, "e\u0301": "" }],
    ["a name with a line break", "invisible character", { ...APP, "a\nb": "" }],
    ["a name with a backslash", "a backslash", { ...APP, "..\\b": "" }],
  ];
  for (const [what, says, files, spoil] of notApps) {
    it(`refuses a folder with ${what}`, async () => {
      const { code, stdout, stderr } = await measure(files, spoil);

      expect(stderr).to.include(says);
      expect(code).to.equal(1);
      expect(stdout).to.equal("");
    });
  }

  it("refuses a folder with too many files", async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`many/${index}`, ""]));

    expect(await measure({ ...APP, ...many }))
      .to.include({ code: 1 })
      .and.property("stderr")
      .to.include("10000 files");
  });

  const manifests: readonly [manifest: string, says: string][] = [
    ["", "it is not JSON in UTF-8"],
    ["[]", "it is not a JSON object"],
    [`{"permissions": []}`, "it has no entrypoint"],
    [`{"entrypoint": "app.mjs"}`, "it has no list of permissions"],
    [`{"entrypoint": "../app.mjs", "permissions": []}`, `its entrypoint "../app.mjs" is none of the app's files`],
    [`{"entrypoint": "./app.mjs", "permissions": []}`, `its entrypoint "./app.mjs" is none of the app's files`],
    [`{"entrypoint": "/bin/sh", "permissions": []}`, `its entrypoint "/bin/sh" is none of the app's files`],
    [`{"entrypoint": "enclave.json", "permissions": []}`, `its entrypoint "enclave.json" is no .js, .mjs`],
    [`{"entrypoint": "app.mjs", "permissions": ["root"]}`, `there is no permission "root", only network`],
    [`{"entrypoint": "app.mjs", "permissions": ["network", "network"]}`, "it asks twice for network"],
    [`{"entrypoint": "app.mjs", "permissions": [], "env": {}}`, `unknown field "env"`],
    [" ".repeat(70_000), "it has 70000 bytes, and 65536 are allowed"],
  ];
  for (const [manifest, says] of manifests) {
    it(`refuses the manifest ${JSON.stringify(manifest.slice(0, 70))}`, async () => {
      const { code, stderr } = await measure({ ...APP, "enclave.json": manifest });

      expect(stderr).to.include("The app's enclave.json is invalid").and.to.include(says);
      expect(code).to.equal(1);
    });
  }

  it("gives the reason as JSON too", async () => {
    const app = await appFolder({ "app.mjs": "1;" });
    const { code, stdout } = await runPoco(["measure", app.folder, "--json"]);
    await app.remove();

    expect(code).to.equal(1);
    expect((JSON.parse(stdout) as { reason: string }).reason).to.include("has no enclave.json");
  });

  const unusable: readonly [args: string[], says: string][] = [
    [[], "Missing required argument 'DIR|IMAGE'. See poco measure --help."],
    [[""], "The app is missing"],
    [["a", "b"], "Too many arguments for 'measure'. Expected 1 argument but got 2"],
    [["--verbose", "a"], "Unknown option '--verbose'. See poco measure --help."],
    [["a\0b"], "has a NUL character"],
    [["/no/such/folder"], `"/no/such/folder" does not exist`],
  ];
  for (const [args, says] of unusable) {
    it(`cannot use ${JSON.stringify(args)}`, async () => {
      expect(await runPoco(["measure", ...args]))
        .to.include({ code: 2, stdout: "" })
        .and.property("stderr")
        .to.include(says);
    });
  }

  it("refuses what is a link or a file rather than a folder", async () => {
    expect(await runPoco(["measure", "/dev/null"]))
      .to.include({ code: 1 })
      .and.property("stderr")
      .to.include("is not a folder");
    expect(await runPoco(["measure", "/proc/self"]))
      .to.include({ code: 1 })
      .and.property("stderr")
      .to.include("is a link");
  });

  it("says what it may not read", async () => {
    const isRoot = process.getuid!() === 0;
    const app = await appFolder({ ...APP, "app.mjs": { content: "1;", mode: 0o000 } });
    await chmod(app.folder, 0o755);
    // Nothing is kept from root: be nobody for a while.
    if (isRoot) process.seteuid!(65_534);
    const { code, stderr } = await runPoco(["measure", app.folder]).finally(() => isRoot && process.seteuid!(0));
    await app.remove();

    expect(stderr).to.include(`"app.mjs" cannot be read (EACCES): check the path and its permissions`);
    expect(code).to.equal(2);
  });
});
