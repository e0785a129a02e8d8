import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { BuildError } from "@poco-marketplace/cli/iapp/build/buildError.js";
import { buildProject } from "@poco-marketplace/cli/iapp/build/buildProject.js";
import { readEngineAddress } from "@poco-marketplace/cli/iapp/build/engine.js";
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { writeTar, type NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { readImage } from "@poco-marketplace/enclave/image/manifest.js";
import { digestOf } from "@poco-marketplace/enclave/image/digest.js";
import { readTar } from "@poco-marketplace/enclave/image/tarReader.js";
import { rejection } from "../fixtures/rejection.js";

const ID = "sha256:a8b7af4eb5dfc9f5c5996e56fb60aa0c63b1d44f0bd80d162cc95bcf9a3694c6";

async function tar(entries: readonly NewEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An archive as `docker save` writes it, with one layer twice. */
async function archive(): Promise<Buffer> {
  const layer = await tar([{ path: "app", kind: "file", content: Buffer.from("app") }]);
  const config = {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: { Entrypoint: ["/app"] },
    rootfs: { type: "layers", diff_ids: [digestOf(layer), digestOf(layer)] },
  };
  const manifest = [{ Config: "config.json", RepoTags: null, Layers: ["one/layer.tar", "two/layer.tar"] }];
  return tar([
    { path: "one/layer.tar", kind: "file", content: layer },
    { path: "two/layer.tar", kind: "link", target: "../one/layer.tar" },
    { path: "config.json", kind: "file", content: Buffer.from(JSON.stringify(config)) },
    { path: "manifest.json", kind: "file", content: Buffer.from(JSON.stringify(manifest)) },
  ]);
}

function read(DOCKER_HOST: string) {
  return readEngineAddress({ DOCKER_HOST });
}

describe("A container engine that builds", () => {
  let folder: string;
  let server: Server;
  let environment: Record<string, string>;
  /** What it answers to a build. */
  let answers: readonly object[];
  /** The files that it was sent. */
  let sent: string[];
  let status: number;

  before(async () => {
    server = createServer((request, response) => {
      void answer();
      async function answer(): Promise<void> {
        if (request.url === "/_ping") return void response.writeHead(status).end("OK");
        if (request.url?.startsWith("/build?") === true) {
          sent = [];
          for await (const { name } of readTar(request)) sent.push(name);
          return void response.end(answers.map((line) => `${JSON.stringify(line)}\n`).join(""));
        }
        if (request.url === `/images/${encodeURIComponent(ID)}/get`) return void response.end(await archive());
        response.writeHead(404).end(JSON.stringify({ message: "No such image." }));
      }
    });
    folder = await mkdtemp(join(tmpdir(), "engine-"));
    server.listen(join(folder, "engine.sock"));
    await once(server, "listening");
    environment = { DOCKER_HOST: `unix://${join(folder, "engine.sock")}` };
    for (const [path, content] of Object.entries({
      Dockerfile: "FROM scratch",
      ".dockerignore": "Dockerfile\n*.log",
      "a.log": "",
      "b.txt": "",
    })) {
      await writeFile(join(folder, path), content);
    }
    await writeFile(join(folder, ".dockerignore"), "Dockerfile\n*.log\n*.sock");
  });
  beforeEach(() => {
    status = 200;
    answers = [{ stream: "Step 1/1 : FROM scratch\n" }, { aux: { ID } }];
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  it("gets the project without what is ignored, and its image is what workers accept", async () => {
    const said: string[] = [];
    const { digest, manifest, config } = await buildProject(
      { folder },
      { environment, say: (line) => said.push(line) },
    );

    expect(said).to.deep.equal(["Step 1/1 : FROM scratch"]);
    expect(sent).to.deep.equal([".dockerignore", "Dockerfile", "b.txt"]);
    const source = { readManifest: () => Promise.resolve(manifest), readBlob: () => Promise.resolve(config) };
    const image = await readImage(digest, source, process.arch === "arm64" ? "arm64" : "amd64");
    expect(image.entrypoint).to.deep.equal(["/app"]);
    expect(image.layers.map(({ digest: layer }) => layer)).to.deep.equal(Array(2).fill(image.layers[0]!.digest));
  });

  function refused(settings: Readonly<Record<string, string>>): Promise<BuildError> {
    return rejection(buildProject({ folder }, { environment: settings, say: () => undefined }), BuildError);
  }

  for (const [what, lines, sentence] of [
    ["fails", [{ error: "pull access denied for nosuch\n" }], "cannot be built: pull access denied for nosuch."],
    ["names no image", [{ stream: "done" }], "does not name it"],
    ["names an image that it does not have", [{ aux: { ID: "sha256:00" } }], "No such image."],
  ] as const) {
    it(`is quoted where it ${what}`, async () => {
      answers = lines;
      const { message } = await refused(environment);
      expect(message).to.contain(sentence);
    });
  }

  it("is told apart from another server, and from none", async () => {
    status = 404;
    expect((await refused(environment)).message).to.contain("not a container engine (404)");
    expect((await refused({ DOCKER_HOST: "unix:///no/such.sock" })).message)
      .to.contain("does not answer")
      .and.contain("unset");
  });
});

describe("DOCKER_HOST", () => {
  it("names a socket, or a host and port", () => {
    expect(readEngineAddress({})).to.equal(undefined);
    expect(read("")).to.equal(undefined);
    expect(read("unix:///var/run/docker.sock")).to.deep.equal({ socketPath: "/var/run/docker.sock" });
    expect(read("tcp://127.0.0.1:2375")).to.deep.equal({ host: "127.0.0.1", port: 2375 });
    expect(read("tcp://[::1]:2375")).to.deep.equal({ host: "::1", port: 2375 });
  });

  for (const text of ["ssh://alice@host", "unix://relative", "tcp://host", "docker"]) {
    it(`is refused as ${text}`, () => {
      expect(() => read(text)).to.throw(UsageError, `DOCKER_HOST is ${text}: set unix://`);
    });
  }
});
