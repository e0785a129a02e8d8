import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createGunzip } from "node:zlib";

import { expect } from "chai";

import { buildAlone } from "@poco-marketplace/cli/iapp/build/buildAlone.js";
import { BuildError } from "@poco-marketplace/cli/iapp/build/buildError.js";
import { cacheFolder, LayerCache } from "@poco-marketplace/cli/iapp/build/layerCache.js";
import type { BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { writeLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import { readTar } from "@poco-marketplace/enclave/image/tarReader.js";
import { buildEnvironment } from "../fixtures/layerCache.js";
import { rejection } from "../fixtures/rejection.js";

/** The files of all layers, by path; links as `-> target`. */
async function filesOf({ layers }: BuiltImage): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { file } of layers) {
    const tar = createReadStream(file).pipe(createGunzip()) as AsyncIterable<Uint8Array>;
    for await (const { kind, name, linkname, body } of readTar(tar)) {
      if (kind === "file") found[name] = Buffer.from(await body.whole()).toString();
      if (kind === "link") found[name] = `-> ${linkname}`;
    }
  }
  return found;
}

/** The paths of all entries. */
async function pathsOf({ layers }: BuiltImage): Promise<string[]> {
  const found: string[] = [];
  for (const { file } of layers) {
    const tar = createReadStream(file).pipe(createGunzip()) as AsyncIterable<Uint8Array>;
    for await (const { name } of readTar(tar)) found.push(name);
  }
  return found;
}

/** What a container of the image runs. */
function runOf({ config }: BuiltImage): object {
  return (JSON.parse(config.toString()) as { config: object }).config;
}

describe("The own builder", () => {
  let root: string;
  let cache: LayerCache;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "build-"));
    cache = new LayerCache(await cacheFolder({ XDG_CACHE_HOME: join(root, "cache") }, "layers"));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Builds a project with these files. */
  async function build(files: Readonly<Record<string, string>>, said: string[] = []): Promise<BuiltImage> {
    const project = join(root, "project");
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(project, path)), { recursive: true });
      await writeFile(join(project, path), content);
    }
    const folder = await mkdtemp(join(root, "layers-"));
    return buildAlone({ project, folder, cache, architecture: "amd64", say: (line) => said.push(line) });
  }

  /** Builds from a Dockerfile that begins with nothing. */
  function scratch(lines: readonly string[], files: Readonly<Record<string, string>> = {}) {
    return build({ Dockerfile: ["FROM scratch", ...lines].join("\n"), ...files });
  }

  it("copies files as docker does, without those that are ignored", async () => {
    const files = {
      "a.txt": "a",
      "b.txt": "b",
      "src/app.js": "app",
      "src/deep/x.js": "x",
      "src/deep/x.test.js": "test",
      "node_modules/m.js": "m",
      ".dockerignore": "node_modules\n**/*.test.js\n*.log\n!keep.log\n",
      "keep.log": "read",
      "notes.log": "note",
    };
    const copied = async (...lines: readonly string[]) => filesOf(await scratch(lines, files));

    expect(await copied("WORKDIR /app", "COPY src/ ./")).to.deep.equal({ "app/app.js": "app", "app/deep/x.js": "x" });
    expect(await copied("WORKDIR /app", "WORKDIR sub", "COPY src lib")).to.include({ "app/sub/lib/app.js": "app" });
    expect(await copied("COPY a.txt /etc/")).to.deep.equal({ "etc/a.txt": "a" });
    expect(await copied("COPY a.txt /etc")).to.deep.equal({ etc: "a" });
    expect(await copied("WORKDIR /x", "COPY a.txt .")).to.deep.equal({ "x/a.txt": "a" });
    expect(await copied("COPY *.txt /t/")).to.deep.equal({ "t/a.txt": "a", "t/b.txt": "b" });
    expect(await copied('COPY ["a.txt", "b.txt", "/t/"]')).to.deep.equal({ "t/a.txt": "a", "t/b.txt": "b" });
    expect(await copied("COPY a.txt /x", "COPY b.txt /x")).to.deep.equal({ x: "b" });
    const all = await copied("COPY . /");
    expect(Object.keys(all)).to.include.members(["keep.log", "src/deep/x.js", "Dockerfile"]);
    expect(all).not.to.have.any.keys("node_modules/m.js", "src/deep/x.test.js", "notes.log");
  });

  it("keeps links, and who may execute", async () => {
    await mkdir(join(root, "project"));
    await symlink("a.sh", join(root, "project/link"));
    await writeFile(join(root, "project/a.sh"), "", { mode: 0o700 });
    const image = await scratch(["COPY . /app/"]);

    expect(await filesOf(image)).to.include({ "app/link": "-> a.sh" });
    const tar = createReadStream(image.layers[0]!.file).pipe(createGunzip()) as AsyncIterable<Uint8Array>;
    for await (const { name, mode } of readTar(tar)) if (name === "app/a.sh") expect(mode).to.equal(0o755);
  });

  it("says in its config what is run", async () => {
    const image = await scratch(
      [
        "ARG DIR=app",
        "ENV A=1 B='two words'",
        "ENV C three words",
        "LABEL name=$A",
        "WORKDIR /$DIR/${A}",
        "USER 1000:1000",
        "EXPOSE 80",
        'ENTRYPOINT ["/app/run"]',
        'CMD ["--fast"]',
      ],
      {},
    );

    expect(runOf(image)).to.deep.equal({
      Env: ["A=1", "B=two words", "C=three words"],
      WorkingDir: "/app/1",
      Entrypoint: ["/app/run"],
      Cmd: ["--fast"],
      User: "1000:1000",
      Labels: { name: "1" },
    });
  });

  it("makes the same image of the same files", async () => {
    const lines = ["COPY . /app/", 'ENTRYPOINT ["/app/a"]'];
    const one = await scratch(lines, { a: "1" });
    expect((await scratch(lines, { a: "1" })).digest).to.equal(one.digest);
    expect((await scratch(lines, { a: "2" })).digest).not.to.equal(one.digest);
  });

  it("installs packages with npm, once", async () => {
    const packed = { "package/package.json": '{"name": "local", "version": "1.0.0"}', "package/index.js": "one" };
    await mkdir(join(root, "project"));
    await writeLayer(
      join(root, "project/local.tgz"),
      Object.entries(packed).map(([path, content]) => ({ path, kind: "file", content: Buffer.from(content) })),
    );
    const project = { "package.json": JSON.stringify({ name: "x", dependencies: { local: "file:./local.tgz" } }) };
    const lines = ["WORKDIR /app", "COPY package.json local.tgz ./", "RUN npm install --omit=dev"];
    const first = await scratch(lines, project);

    expect(await filesOf(first)).to.include({ "app/node_modules/local/index.js": "one" });
    // The second time, the layer is there.
    expect((await scratch(lines, project)).layers.at(-1)!.file).to.equal(first.layers.at(-1)!.file);
  });

  it("runs nothing where a file of requirements names none", async () => {
    const image = await scratch(["COPY requirements.txt /", "RUN pip install -r requirements.txt"], {
      "requirements.txt": "# none\n\n",
    });
    expect(image.layers).to.have.lengthOf(1);
  });

  it("has the Python of this machine in the place of python, and runs on it", async () => {
    const said: string[] = [];
    cache = new LayerCache(await cacheFolder(buildEnvironment(), "layers"));
    const image = await build({ Dockerfile: 'FROM python:3.13-alpine\nENTRYPOINT ["python3", "-V"]' }, said);

    expect(said[0]).to.match(/^python:3\.13-alpine: Python 3\.\d+\.\d+ of this machine takes its place/);
    const files = await pathsOf(image);
    const library = files.find((path) => path.endsWith("/json/decoder.py"))!.replace("/json/decoder.py", "");
    expect(library).to.match(/^usr\/local\/lib\/python3\.\d+$/);
    expect(files).to.include.members(["usr/local/bin/python3", "etc/passwd", "lib64/ld-linux-x86-64.so.2"]);
    expect(files.filter((path) => /\/json\/__pycache__\/decoder\.cpython-\d+\.pyc$/.test(path))).to.have.lengthOf(1);
    expect(files.filter((path) => path.startsWith(`${library}/test/`))).to.deep.equal([]);
  });

  for (const [what, dockerfile, sentence] of [
    ["another base", "FROM alpine:3", "line 1: FROM has the image alpine:3, which needs a container engine"],
    ["somebody's node", "FROM bitnami/node:24", "FROM has the image bitnami/node:24"],
    ["a second stage", "FROM scratch\nFROM scratch", "line 2: FROM has a second stage"],
    ["a shell", "FROM scratch\nENTRYPOINT node app.js", "line 2: ENTRYPOINT has a command line for a shell"],
    ["another command", "FROM scratch\nRUN apk add git", 'line 2: RUN has "apk add git", which needs a container'],
    ["two commands", "FROM scratch\nRUN npm ci && rm -rf x", 'RUN has "npm ci && rm -rf x"'],
    ["a file of another stage", "FROM scratch\nCOPY --from=0 a b", "COPY has --from"],
    ["a file of the network", "FROM scratch\nADD https://a.example/b /", "ADD has a source on the network"],
    ["a here-document", "FROM scratch\nRUN <<END\nls\nEND", "RUN has a here-document"],
    ["a file that is not there", "FROM scratch\nCOPY absent /", "line 2: COPY finds no absent in"],
    ["a file outside", "FROM scratch\nCOPY ../x /", "line 2: ../x is outside the project"],
    ["no target", "FROM scratch\nCOPY Dockerfile", "COPY needs a source and a target"],
    ["no base", "RUN npm ci", "does not begin with FROM"],
    ["nonsense", "FROM scratch\nFETCH x", "line 2: FETCH has no meaning here"],
    ["a variable without value", "FROM scratch\nENV A=1 B", "ENV has B: write NAME=value"],
    ["an installation that fails", "FROM scratch\nRUN npm ci", "line 2: npm ci failed:"],
  ] as const) {
    it(`says that it cannot build ${what}`, async () => {
      const { message } = await rejection(build({ Dockerfile: dockerfile }), BuildError);
      expect(message).to.contain(sentence);
    });
  }

  it("says that there is no Dockerfile", async () => {
    const { message } = await rejection(build({ a: "" }), BuildError);
    expect(message).to.contain("There is no Dockerfile in");
  });
});
