import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { FastifyInstance } from "fastify";
import { create, type ImportCandidate } from "kubo-rpc-client";

import { listen } from "@poco-marketplace/services/http/createServer.js";
import { openStoreService } from "@poco-marketplace/services/store/service.js";
import { rejection } from "../fixtures/rejection.js";
import { rootByHand } from "../fixtures/unixfs.js";

const HELLO_WORLD = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD";
const HELLO_WORLD_V1 = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
const MAX_UPLOAD = 2 * 2 ** 20;
const CHUNK = 262_144;

describe("The content store as a service", () => {
  let folder: string;
  let server: FastifyInstance;
  let origin: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-service-"));
    server = await openStoreService({ folder: join(folder, "blocks"), maxUpload: MAX_UPLOAD, maxFiles: 5 });
    origin = await listen(server, 0);
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The same store again, with other limits. */
  async function reopen(limits: { maxStored?: number; maxBlocks?: number }): Promise<void> {
    await server.close();
    server = await openStoreService({ folder: join(folder, "blocks"), maxUpload: MAX_UPLOAD, maxFiles: 5, ...limits });
    origin = await listen(server, 0);
  }

  const client = () => create({ url: origin });
  const headersOf = async (path: string) => (await fetch(`${origin}${path}`)).headers;
  const fetchText = async (path: string) => (await fetch(`${origin}${path}`)).text();
  const blocksOnDisk = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".data"));

  /** All files, finished or not. */
  const filesOnDisk = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  describe("given files by kubo's own client", () => {
    it("names a file as kubo does, and serves it right after", async () => {
      const added = await client().add("hello world");

      expect(added.cid.toString()).to.equal(HELLO_WORLD);
      expect(added.path).to.equal(HELLO_WORLD);
      // The 11 bytes and their envelope.
      expect(added.size).to.equal(19);
      expect(await fetchText(`/ipfs/${HELLO_WORLD}`)).to.equal("hello world");
    });

    it("names it in version 1 when asked to", async () => {
      const { cid } = await client().add("hello world", { cidVersion: 1, pin: false });

      expect(cid.toString()).to.equal(HELLO_WORLD_V1);
      expect(await fetchText(`/ipfs/${HELLO_WORLD_V1}`)).to.equal("hello world");
    });

    it("cuts a file where the chunker says, and tells its progress", async () => {
      const file = randomBytes(CHUNK + 7);
      const told: number[] = [];

      const usual = await client().add(file, { progress: (bytes) => told.push(bytes) });
      const small = await client().add(file, { chunker: "size-16384", rawLeaves: true, trickle: true });

      expect(usual.cid.toString()).to.equal(rootByHand(file));
      expect(told).to.deep.equal([CHUNK + 7]);
      expect(small.cid.equals(usual.cid)).to.equal(false);
      const answer = await fetch(`${origin}/ipfs/${small.cid.toString()}`);
      expect(Buffer.from(await answer.arrayBuffer()).equals(file)).to.equal(true);
    });

    it("puts several files in a folder, whose files have paths", async () => {
      const files = [
        { path: "texts/a b.txt", content: "1" },
        { path: "texts/é/deep.html", content: "<p>2</p>", mode: 0o644, mtime: { secs: 1000 } },
        { path: "empty" },
      ] as ImportCandidate[];
      const added = [];
      for await (const entry of client().addAll(files, { wrapWithDirectory: true })) added.push(entry);

      const [texts, root] = [added.find(({ path }) => path === "texts"), added.at(-1)];
      expect(root!.path).to.equal("");
      expect(await fetchText(`/ipfs/${root!.cid.toString()}/texts/a%20b.txt`)).to.equal("1");
      const page = await fetch(`${origin}/ipfs/${texts!.cid.toString()}/%C3%A9/deep.html`);
      expect(page.headers.get("content-type")).to.equal("text/html; charset=utf-8");
      const list = (await (await fetch(`${origin}/ipfs/${root!.cid.toString()}`)).json()) as Listing;
      expect(list.entries.map(({ name }) => name)).to.deep.equal(["empty", "texts"]);
    });

    it("calls a file without a name by its identifier, in a folder", async () => {
      const { cid } = await client().add("hello world", { wrapWithDirectory: true });

      expect(await fetchText(`/ipfs/${cid.toString()}/${HELLO_WORLD}`)).to.equal("hello world");
    });

    it("keeps nothing when asked for the hash only", async () => {
      const { cid } = await client().add("hello world", { onlyHash: true });

      expect(cid.toString()).to.equal(HELLO_WORLD);
      expect(await blocksOnDisk()).to.deep.equal([]);
    });

    it("refuses more than it takes, and says how much that is", async () => {
      const error = await rejection(client().add(Buffer.alloc(MAX_UPLOAD + 1)), Error);
      expect(error.message).to.equal(`This is more than the ${MAX_UPLOAD} bytes that may be added at once: add less.`);

      const { cid } = await client().add(Buffer.alloc(MAX_UPLOAD));
      expect((await fetch(`${origin}/ipfs/${cid.toString()}`)).status).to.equal(200);
    });

    it("keeps what it was given through a restart", async () => {
      await client().add("hello world");
      await server.close();
      server = await openStoreService({ folder: join(folder, "blocks") });
      origin = await listen(server, 0);

      expect(await fetchText(`/ipfs/${HELLO_WORLD}`)).to.equal("hello world");
    });
  });

  describe("asked for content", () => {
    it("tells type, length and identifier, with HEAD as with GET", async () => {
      await client().add("hello world");

      for (const method of ["HEAD", "GET"]) {
        const { status, headers } = await fetch(`${origin}/ipfs/${HELLO_WORLD}`, { method });
        expect(status).to.equal(200);
        expect(headers.get("content-type")).to.equal("text/plain; charset=utf-8");
        expect(headers.get("content-length")).to.equal("11");
        expect(headers.get("etag")).to.equal(`"${HELLO_WORLD}"`);
      }
      const again = await fetch(`${origin}/ipfs/${HELLO_WORLD}`, { headers: { "if-none-match": `"${HELLO_WORLD}"` } });
      expect(again.status).to.equal(304);
    });

    for (const [what, file, type] of [
      ["a zip", Buffer.from("504b0304140000000000", "hex"), "application/zip"],
      ["bytes of no known kind", Buffer.from("00ff00fe01", "hex"), "application/octet-stream"],
      ["text cut in a character", Buffer.from("é".repeat(400)), "text/plain; charset=utf-8"],
      ["nothing", Buffer.alloc(0), "text/plain; charset=utf-8"],
    ] as const) {
      it(`serves ${what} as ${type}`, async () => {
        const { cid } = await client().add(file);

        const answer = await fetch(`${origin}/ipfs/${cid.toString()}`);

        expect(answer.headers.get("content-type")).to.equal(type);
        expect(Buffer.from(await answer.arrayBuffer()).equals(file)).to.equal(true);
      });
    }

    for (const [range, status, body] of [
      ["bytes=0-4", 206, "hello"],
      ["bytes=6-", 206, "world"],
      ["bytes=-3", 206, "rld"],
      ["bytes=0-1,3-4", 200, "hello world"],
      ["lines=1-2", 200, "hello world"],
    ] as const) {
      it(`answers the range ${range} with ${status}`, async () => {
        await client().add("hello world");

        const answer = await fetch(`${origin}/ipfs/${HELLO_WORLD}`, { headers: { range } });

        expect(answer.status).to.equal(status);
        expect(await answer.text()).to.equal(body);
      });
    }

    it("says of a range that is not there how many bytes there are", async () => {
      await client().add("hello world");

      const answer = await fetch(`${origin}/ipfs/${HELLO_WORLD}`, { headers: { range: "bytes=11-" } });

      expect(answer.status).to.equal(416);
      expect(answer.headers.get("content-range")).to.equal("bytes */11");
      expect(((await answer.json()) as { error: string }).error).to.contain("There are 11 bytes");
    });

    it("never serves a block that was changed on disk", async () => {
      await client().add("hello world");
      const [block] = await blocksOnDisk();
      await writeFile(join(folder, block!), "hello there");

      const answer = await fetch(`${origin}/ipfs/${HELLO_WORLD}`);

      expect(answer.status).to.equal(500);
      expect(await answer.text())
        .not.to.contain("hello")
        .and.not.contain(folder);
    });

    for (const [path, status, sentence] of [
      [`/ipfs/${HELLO_WORLD}`, 404, `No file ${HELLO_WORLD} is in the content store`],
      ["/ipfs/hello", 400, '"hello" is not a content identifier'],
      ["/ipfs/", 400, "Say which content"],
      ["/ipfs/..%2F..%2Fetc%2Fpasswd", 400, '".." is not a content identifier'],
      ["/ipfs/bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", 400, "not a file"],
    ] as const) {
      it(`answers ${path} with ${status} and a sentence`, async () => {
        const answer = await fetch(`${origin}${path}`);

        expect(answer.status).to.equal(status);
        expect(((await answer.json()) as { error: string }).error).to.contain(sentence);
      });
    }

    it("says that a folder has no such file", async () => {
      const { cid } = await client().add({ path: "a.txt", content: "1" }, { wrapWithDirectory: true });

      for (const name of ["b.txt", "a.txt/b", "%2e%2e/a.txt"]) {
        const answer = await fetch(`${origin}/ipfs/${cid.toString()}/${name}`);
        expect(answer.status, name).to.be.oneOf([400, 404]);
      }
    });
  });

  describe("given more than there is room for", () => {
    for (const [what, limits] of [
      ["bytes", { maxStored: CHUNK + 3 * 4_096 }],
      ["blocks", { maxBlocks: 3 }],
    ] as const) {
      it(`refuses it when it is full of ${what}, keeps nothing of it, and serves what it has`, async () => {
        await client().add("hello world");
        await reopen(limits);

        const { status, error } = await add("", part("a.txt", "1"), part("b", "x".repeat(CHUNK + 7)));

        expect(status).to.equal(507);
        expect(error).to.match(/^The content store is full \(\d+ of \d+ bytes, \d+ of \d+ blocks\)/);
        expect(await filesOnDisk()).to.have.lengthOf(1);
        expect((await add("", part("again", "hello world"), part("small", "2"))).status).to.equal(200);
        expect(await fetchText(`/ipfs/${HELLO_WORLD}`)).to.equal("hello world");
      });
    }

    it("refuses an upload of more blocks than its bytes need", async () => {
      const deep = Array.from({ length: 5 }, (_, index) => part(`${`${index}/`.repeat(63)}a`, `${index}`));
      const { status, error } = await add("", ...deep);
      expect(status).to.equal(413);
      expect(error).to.contain("blocks that may be added at once");
      expect(await filesOnDisk()).to.deep.equal([]);
    });

    it("keeps nothing of an upload that breaks off, whether it says so or not", async () => {
      const half = `--b\r\n${part("a", "x".repeat(CHUNK + 7))}--b\r\n${part("b", "1")}`;
      expect((await post("", "multipart/form-data; boundary=b", half)).status).to.equal(400);
      expect(await filesOnDisk()).to.deep.equal([]);
    });

    it("removes what an earlier process left unfinished, and counts what it finished", async () => {
      await client().add("hello world");
      const [block] = await blocksOnDisk();
      const left = [join("blocks", ".uploads", "1", "AA", "LEFT.data"), `${block!}.1.draft`];
      await mkdir(join(folder, "blocks", ".uploads", "1", "AA"), { recursive: true });
      for (const file of left) await writeFile(join(folder, file), "left");
      await reopen({ maxBlocks: 2 });

      expect((await add("", part("a", "1"))).status).to.equal(200);
      expect(await filesOnDisk()).to.have.lengthOf(2);
      expect((await add("", part("b", "2"))).status).to.equal(507);
    });
  });

  describe("asked by a browser for what strangers stored", () => {
    for (const [name, type, isDownloaded] of [
      ["a.html", "text/html; charset=utf-8", true],
      ["a.xhtml", "application/xhtml+xml", true],
      ["a.svg", "image/svg+xml", true],
      ["a.xml", "application/xml", true],
      ["a.pdf", "application/pdf", true],
      ["a.js", "text/javascript; charset=utf-8", true],
      ["a.mathml", "application/mathml+xml", true],
      ["a.txt", "text/plain; charset=utf-8", false],
      ["a.png", "image/png", false],
    ] as const) {
      it(`runs nothing of ${name}, ${isDownloaded ? "and downloads it" : "and shows it"}`, async () => {
        const { cid } = await client().add({ path: name, content: "<script>1</script>" }, { wrapWithDirectory: true });
        const headers = await headersOf(`/ipfs/${cid.toString()}/${name}`);
        expect(headers.get("content-type")).to.equal(type);
        expect(headers.get("content-security-policy"))
          .to.match(/^sandbox; default-src 'none';/)
          .and.not.contain("allow-");
        expect(headers.get("x-content-type-options")).to.equal("nosniff");
        expect(headers.get("content-disposition")).to.equal(isDownloaded ? "attachment" : null);
      });
    }

    it("takes a page without a name for text, and runs neither lists nor refusals", async () => {
      const { cid } = await client().add("<!doctype html><script>1</script>");
      expect((await headersOf(`/ipfs/${cid.toString()}`)).get("content-type")).to.equal("text/plain; charset=utf-8");
      const folderOf = await client().add({ path: "<b>.txt", content: "1" }, { wrapWithDirectory: true });
      for (const path of [folderOf.cid.toString(), `${folderOf.cid.toString()}/<script>`, "<script>"]) {
        const headers = await headersOf(`/ipfs/${path}`);
        expect(headers.get("content-type")).to.equal("application/json; charset=utf-8");
        expect(headers.get("x-content-type-options")).to.equal("nosniff");
        expect(headers.get("content-security-policy")).to.match(/^sandbox;/);
      }
    });
  });

  describe("given what makes no sense", () => {
    for (const [query, sentence] of [
      ["cid-version=2", 'The option cid-version is "2": give 0 or 1.'],
      ["chunker=rabin", 'The option chunker is "rabin": give size-N'],
      ["chunker=size-1", 'The option chunker is "size-1": give size-N, with N from 16384'],
      ["chunker=size-16383", 'The option chunker is "size-16383": give size-N, with N from 16384'],
      ["chunker=size-0", 'The option chunker is "size-0": give size-N'],
      ["raw-leaves=maybe", 'The option raw-leaves is "maybe": give true or false.'],
      ["hash=md5", 'The option hash is "md5": only sha2-256'],
      ["nocopy=true", "This store does not know the option nocopy"],
    ] as const) {
      it(`refuses ${query}`, async () => {
        const { status, error } = await add(query, part("a.txt", "1"));
        expect(status).to.equal(400);
        expect(error).to.contain(sentence);
      });
    }

    for (const name of ["../a", "a/../../b", "/../etc/passwd", "a//b", "a/./b", "%2e%2e/a", "a%00b", "x".repeat(256)]) {
      it(`refuses a file called ${name.slice(0, 20)}`, async () => {
        const { status, error } = await add("", part(name, "1"));
        expect(status).to.equal(400);
        expect(error).to.contain("cannot be used");
        expect(await blocksOnDisk()).to.deep.equal([]);
      });
    }

    it("takes a name that only looks like an escape", async () => {
      expect((await add("", part("100%.txt", "1"))).status).to.equal(200);
    });

    it("refuses symbolic links, too many files, no file, no form and half a form", async () => {
      const link = part("a", "/etc/passwd", "application/symlink");
      expect((await add("", link)).status).to.equal(400);
      expect((await add("", ...Array.from({ length: 6 }, (_, i) => part(`${i}`, "1")))).status).to.equal(413);
      expect(await add("")).to.deep.include({ status: 400 });
      expect((await post("", "application/json", "{}")).status).to.be.oneOf([400, 406]);
      expect((await post("", "text/plain", "hello")).status).to.be.oneOf([400, 406]);
      const half = await post("", "multipart/form-data; boundary=b", `--b\r\n${part("a", "1")}`);
      expect(half.status).to.equal(400);
      expect(half.error).to.contain("is not multipart/form-data");
    });

    it("says that its folder cannot be written, and not which", async () => {
      await writeFile(join(folder, "blocks"), "");

      const { status, error } = await add("", part("a.txt", "1"));

      expect(status).to.equal(507);
      expect(error).to.contain("make room").and.not.contain(folder);
    });
  });

  /** Adds parts as they are. */
  async function add(query: string, ...parts: readonly string[]) {
    return post(query, "multipart/form-data; boundary=b", `${parts.map((text) => `--b\r\n${text}`).join("")}--b--\r\n`);
  }

  async function post(query: string, type: string, body: string) {
    const url = `${origin}/api/v0/add?${query}`;
    const answer = await fetch(url, { method: "POST", headers: { "content-type": type }, body });
    const { error, Message } = JSON.parse((await answer.text()).split("\n")[0]!) as Record<string, string>;
    expect(Message).to.equal(error);
    return { status: answer.status, error };
  }
});

interface Listing {
  readonly entries: readonly { readonly name: string }[];
}

function part(filename: string, content: string, type = "application/octet-stream"): string {
  return `Content-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
}
