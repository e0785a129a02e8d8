import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { imageNameOf, readProject } from "@poco-marketplace/cli/iapp/project/project.js";
import { rejection } from "../fixtures/rejection.js";
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { runPoco } from "../fixtures/runPoco.js";

/** The sources of each template. */
const SOURCES = {
  python: ["app.py", "protected_data.py"],
  javascript: ["app.js", "protectedData.js"],
  typescript: ["app.ts", "protectedData.ts"],
  train: ["app.py", "model.py", "protected_data.py"],
} as const;

describe("poco iapp init", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "init-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Makes a project, and returns what the command says. */
  async function init(...args: readonly string[]) {
    const folder = join(root, "project");
    const { code, stdout, stderr } = await runPoco(["iapp", "init", ...args, "--in", folder, "--json"]);
    return { code, stderr, said: JSON.parse(stdout) as Record<string, unknown>, folder };
  }

  for (const [template, sources] of Object.entries(SOURCES)) {
    it(`makes a project of ${template} that the official command line can use, too`, async () => {
      const { code, said, folder } = await init("My App", "--template", template);

      expect(code).to.equal(0);
      expect(said).to.deep.equal({ folder, name: "My App", template });
      const files = [".dockerignore", ".gitignore", "Dockerfile", "README.md", "iapp.config.json", "poco.json"];
      expect(await readdir(folder)).to.include.members([...files, "cache", "input", "mock", "output", "src"]);
      expect((await readdir(join(folder, "src"))).toSorted()).to.deep.equal(sources);
      expect(await readdir(join(folder, "mock/protectedData"))).to.deep.equal(["data1", "data2", "data3", "default"]);
      const official = JSON.parse(await readFile(join(folder, "iapp.config.json"), "utf8")) as object;
      // Its file is refused with another chain or template, and a key in it would be in clear text.
      expect(official).to.deep.equal({
        defaultChain: "arbitrum-sepolia-testnet",
        projectName: "My App",
        template: template.endsWith("script") ? "JavaScript" : "Python3.13",
      });
      expect(await readProject(join(folder, "src"))).to.deep.include({ folder, name: "My App", imageName: "my-app" });
    });
  }

  it("names the package after the project", async () => {
    const { folder } = await init("My App", "--template", "javascript");
    for (const file of ["package.json", "package-lock.json"]) {
      const text = await readFile(join(folder, file), "utf8");
      expect(text).to.contain('"name": "my-app"').and.not.to.contain("iapp");
    }
  });

  it("asks nothing where nobody can answer, and says which option to give", async () => {
    expect((await runPoco(["iapp", "init"])).stderr).to.equal(
      "The name of the app is missing: poco iapp init NAME, or --yes for hello-world.",
    );
    const { code, stderr } = await runPoco(["iapp", "init", "app", "--in", join(root, "app")]);
    expect(code).to.equal(2);
    expect(stderr).to.equal(
      "The template is missing: give --template with one of python, javascript, typescript, train, or --yes for python.",
    );
    expect(await readdir(root)).to.deep.equal([]);
  });

  it("takes what is usual with --yes", async () => {
    const { said } = await init("--yes");
    expect(said).to.include({ name: "hello-world", template: "python" });
  });

  for (const [name, problem] of [
    ["x", "at least two characters"],
    ["../app", "letters, digits, blanks and hyphens only"],
    ["- -", "a letter or a digit"],
  ] as const) {
    it(`refuses to name an app ${JSON.stringify(name)}`, async () => {
      const { code, stderr } = await runPoco(["iapp", "init", "--yes", "--in", join(root, "a"), "--", name]);
      expect(code).to.equal(2);
      expect(stderr)
        .to.contain(`The app cannot be named ${JSON.stringify(name)}`)
        .and.contain(problem);
    });
  }

  it("leaves alone a folder that is not empty", async () => {
    await writeFile(join(root, "mine"), "mine");
    const { code, stderr } = await runPoco(["iapp", "init", "--yes", "--in", root]);
    expect(code).to.equal(2);
    expect(stderr).to.equal(`${root} is not empty: give another name, or --in FOLDER.`);
    expect(await readdir(root)).to.deep.equal(["mine"]);
  });
});

describe("The project of an app", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "project-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("is one of the official command line as it is, with whatever else is in its file", async () => {
    const file = { projectName: "Hello 2", dockerhubUsername: "alice", walletPrivateKey: "0x12", appSecret: null };
    await writeFile(join(root, "iapp.config.json"), JSON.stringify(file));
    expect(await readProject(root)).to.deep.equal({
      folder: root,
      name: "Hello 2",
      imageName: "hello-2",
      registry: undefined,
      appSecret: null,
    });
  });

  it("has an image with a name that registries take", () => {
    expect(["A b--c", "-x-", "A1"].map(imageNameOf)).to.deep.equal(["a-b-c", "x", "a1"]);
  });

  for (const [what, files, sentence] of [
    ["no file", {}, "There is no app here"],
    ["no JSON", { "poco.json": "{" }, "poco.json cannot be read as JSON"],
    ["a list", { "poco.json": "[]" }, "poco.json holds no JSON object"],
    ["no name", { "iapp.config.json": "{}" }, "iapp.config.json is of no use: there is no name"],
    ["a bad name", { "poco.json": '{"name": "a/b"}' }, "poco.json is of no use: a name has letters"],
    ["a registry that is none", { "poco.json": '{"name": "ab", "registry": 1}' }, '"registry" in'],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content);
      const { message } = await rejection(readProject(root), UsageError);
      expect(message).to.contain(sentence);
    });
  }
});
