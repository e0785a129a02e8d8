import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { describeImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { FileChangedError, writeTar, type NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { writeLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import { digestOf } from "@poco-marketplace/enclave/image/digest.js";
import { readImage } from "@poco-marketplace/enclave/image/manifest.js";
import { readTar } from "@poco-marketplace/enclave/image/tarReader.js";
import { rejection } from "../fixtures/rejection.js";

const LONG = `${"folder/".repeat(20)}name`;

/** What workers read in a tar file that the writer wrote. */
async function readBack(entries: readonly NewEntry[]) {
  const found = [];
  for await (const { name, kind, mode, linkname, body } of readTar(writeTar(entries))) {
    found.push({ name, kind, mode, linkname, content: Buffer.from(await body.whole()).toString() });
  }
  return found;
}

describe("A built layer", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "layer-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("has entries as workers read them, with long paths too", async () => {
    const file = join(folder, "content");
    await writeFile(file, "from a file");
    const found = await readBack([
      { path: "app", kind: "folder" },
      { path: "app/run", kind: "file", mode: 0o755, content: Buffer.from("text") },
      { path: "app/copy", kind: "file", content: { file, size: 11 } },
      { path: LONG, kind: "file", content: Buffer.from("deep") },
      { path: "link", kind: "link", target: `/${LONG}` },
    ]);

    expect(found.map(({ name, kind, content }) => [name, kind, content])).to.deep.equal([
      ["app/", "folder", ""],
      ["app/run", "file", "text"],
      ["app/copy", "file", "from a file"],
      [LONG, "file", "deep"],
      ["link", "link", ""],
    ]);
    expect(found[1]!.mode & 0o777).to.equal(0o755);
    expect(found.at(-1)!.linkname).to.equal(`/${LONG}`);
  });

  it("is refused where a file changes meanwhile", async () => {
    const file = join(folder, "changing");
    await writeFile(file, "longer than it was");
    for (const size of [5, 50]) {
      await rejection(readBack([{ path: "a", kind: "file", content: { file, size } }]), FileChangedError);
    }
  });

  it("is the same each time, and is what its digests say", async () => {
    const entries: NewEntry[] = [{ path: "a", kind: "file", content: Buffer.from("x".repeat(100_000)) }];
    const [one, two] = [await writeLayer(join(folder, "1"), entries), await writeLayer(join(folder, "2"), entries)];

    expect({ ...two, file: "" }).to.deep.equal({ ...one, file: "" });
    const bytes = await readFile(one.file);
    expect(one.digest).to.equal(digestOf(bytes));
    expect(one.size).to.equal(bytes.length);
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeTar(entries)) chunks.push(chunk);
    expect(one.diffId).to.equal(digestOf(Buffer.concat(chunks)));
  });

  it("is part of an image that workers accept", async () => {
    const layer = await writeLayer(join(folder, "3"), [{ path: "a", kind: "file", content: Buffer.from("x") }]);
    const run = { Entrypoint: ["/a"], Env: ["A=b"], WorkingDir: "/app", User: "1000", Labels: { l: "m" } };
    const { digest, manifest, config } = describeImage([layer], run, "amd64");

    const source = {
      readManifest: () => Promise.resolve(manifest),
      readBlob: () => Promise.resolve(config),
    };
    expect(await readImage(digest, source, "amd64")).to.deep.include({
      entrypoint: ["/a"],
      command: [],
      environment: { A: "b" },
      workingDirectory: "/app",
      user: "1000",
      labels: { l: "m" },
      layers: [{ digest: layer.digest, size: layer.size, compression: "gzip", diffId: layer.diffId }],
    });
  });
});
