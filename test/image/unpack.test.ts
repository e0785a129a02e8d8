import { expect } from "chai";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { paxRecords } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { digestOf } from "@poco-marketplace/enclave/image/digest.js";
import { ImageError, type ImageErrorName } from "@poco-marketplace/enclave/image/imageError.js";
import type { Compression, Layer } from "@poco-marketplace/enclave/image/manifest.js";
import { RootFolder, UNPACK_LIMITS, type UnpackLimits } from "@poco-marketplace/enclave/image/rootFolder.js";
import { unpackLayer } from "@poco-marketplace/enclave/image/unpack.js";
import { refusal } from "../fixtures/image/refusal.js";
import { bytesOf, END_OF_ARCHIVE, tarOf, type TarEntry } from "../fixtures/image/tar.js";
import { rejection } from "../fixtures/rejection.js";

type Contents = readonly TarEntry[] | Uint8Array;

interface Blob {
  readonly blob: Uint8Array;
  readonly layer: Layer;
}

function layerOf(contents: Contents, compression: Compression = "none"): Blob {
  const tar = contents instanceof Uint8Array ? contents : tarOf(contents);
  const blob = { none: () => tar, gzip: () => gzipSync(tar), zstd: () => zstdCompressSync(tar) }[compression]();
  return { blob, layer: { digest: digestOf(blob), size: blob.length, compression, diffId: digestOf(tar) } };
}

/** Bytes as they come from a socket: in pieces that fit nothing. */
async function* inPieces(bytes: Uint8Array, length = 777): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** An entry of which the header is changed, and its checksum with it. */
function changedHeader(change: (header: Buffer) => void): Buffer {
  const entry = bytesOf({ name: "a", body: "x" });
  change(entry);
  return withChecksum(entry);
}

function withChecksum(entry: Buffer): Buffer {
  const sum = entry
    .fill(" ", 148, 156)
    .subarray(0, 512)
    .reduce((total, byte) => total + byte, 0);
  entry.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return entry;
}

describe("Unpacking an image", () => {
  let folder: string;
  let root: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "poco-unpack-"));
    root = path.join(folder, "root");
    mkdirSync(root);
    writeFileSync(path.join(folder, "outside"), "untouched", { mode: 0o600 });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function unpackBlobs(blobs: readonly Blob[], limits: UnpackLimits = UNPACK_LIMITS): Promise<RootFolder> {
    const unpacked = new RootFolder(root, limits);
    for (const [index, { blob, layer }] of blobs.entries()) {
      await unpackLayer(inPieces(blob), layer, index + 1, unpacked);
    }
    await unpacked.finish();
    return unpacked;
  }

  const unpack = (layers: readonly Contents[], limits?: UnpackLimits) =>
    unpackBlobs(
      layers.map((layer) => layerOf(layer)),
      limits,
    );

  async function refuse(layers: readonly Contents[], reason: ImageErrorName, sentence: string, limits?: UnpackLimits) {
    await refusal(unpack(layers, limits), reason, sentence);
    expect(readdirSync(folder).toSorted()).to.deep.equal(["outside", "root"]);
    expect(readFileSync(path.join(folder, "outside"), "utf8")).to.equal("untouched");
    expect(lstatSync(path.join(folder, "outside")).mode & 0o777).to.equal(0o600);
  }

  const refuseBlob = (blob: Blob, reason: ImageErrorName, sentence: string) =>
    refusal(unpackBlobs([blob]), reason, sentence);

  /** All that is there: of files the content, of links where they lead, of folders a slash. No link is followed. */
  function tree(folderName = ""): Record<string, string> {
    const entries = readdirSync(path.join(root, folderName), { withFileTypes: true }).flatMap((entry) => {
      const name = path.join(folderName, entry.name);
      const place = path.join(root, name);
      if (entry.isDirectory()) return [[name, "/"], ...Object.entries(tree(name))];
      return [[name, entry.isSymbolicLink() ? `-> ${readlinkSync(place)}` : readFileSync(place, "utf8")]];
    });
    return Object.fromEntries(entries) as Record<string, string>;
  }

  const secondsOf = (name: string) => lstatSync(path.join(root, name)).mtimeMs / 1000;
  const modeOf = (name: string) => lstatSync(path.join(root, name)).mode & 0o7777;

  for (const compression of ["none", "gzip", "zstd"] as const) {
    it(`puts files, folders and links where they belong, with layers compressed with ${compression}`, async () => {
      const body = "x".repeat(600_000);
      await unpackBlobs([
        layerOf(
          [
            { name: "./", type: "5", mode: 0o755 },
            { name: "./usr/", type: "5", mode: 0o755 },
            { name: "./usr/bin/app", body: "app", mode: 0o755 },
            { name: "bin", type: "2", linkname: "usr/bin" },
            { name: "etc", type: "2", linkname: "../../../../etc" },
            { name: "usr/bin/other", type: "1", linkname: "./usr/bin/app" },
            { name: "usr/bin/link", type: "1", linkname: "bin" },
            { name: "large", body },
            { name: "empty" },
          ],
          compression,
        ),
        layerOf([{ name: "usr/bin/app", body: "newer" }], compression),
      ]);
      expect(tree()).to.deep.equal({
        bin: "-> usr/bin",
        empty: "",
        etc: "-> ../../../../etc",
        large: body,
        usr: "/",
        "usr/bin": "/",
        "usr/bin/app": "newer",
        "usr/bin/link": "-> usr/bin",
        "usr/bin/other": "app",
      });
      expect(lstatSync(path.join(root, "usr/bin/other")).nlink).to.equal(1);
    });
  }

  it("keeps permissions and times, but nobody gains rights and the owner can always read and write", async () => {
    await unpack([
      [
        { name: "bin/", type: "5", mode: 0o555, mtime: 1_600_000_001 },
        { name: "bin/su", mode: 0o6755, mtime: 1_600_000_002 },
        { name: "shadow", mode: 0o000 },
        { name: "run", mode: 0o111 },
        { name: "tmp", type: "5", mode: 0o1777 },
        { name: "group", type: "5", mode: 0o2070 },
        { name: "implied/file", mode: 0o644 },
        { name: "link", type: "2", linkname: "x", mtime: 1_600_000_003 },
        { name: "exact", pax: { mtime: "1600000004.5" } },
        { name: "before", pax: { mtime: "-5" } },
      ],
    ]);
    expect([modeOf("bin"), modeOf("bin/su"), modeOf("shadow"), modeOf("run")]).to.deep.equal([
      0o755, 0o755, 0o600, 0o711,
    ]);
    expect([modeOf("tmp"), modeOf("group"), modeOf("implied")]).to.deep.equal([0o1777, 0o770, 0o755]);
    expect(["bin", "bin/su", "link", "exact", "before", "implied", ""].map(secondsOf)).to.deep.equal([
      1_600_000_001, 1_600_000_002, 1_600_000_003, 1_600_000_004.5, 0, 0, 0,
    ]);
  });

  it("reads long names of pax, of GNU's tar and of ustar", async () => {
    const [pax, gnu] = ["p".repeat(200), "g".repeat(200)];
    await unpack([
      [
        { name: "short", pax: { path: `${pax}/é/${pax}` }, body: "pax" },
        { name: `${gnu}/${gnu}`, gnu: true, body: "gnu" },
        { name: "name", prefix: "pre/fix", body: "ustar" },
        { name: "name", prefix: "p".repeat(131), star: true, body: "star" },
        { name: "link", type: "2", pax: { linkpath: `to/${pax}` } },
        { name: "gnulink", type: "2", gnu: true, linkname: `to/${gnu}` },
        { name: "attributes", pax: { "SCHILY.xattr.security.capability": "\u0001\n=", comment: "" }, body: "a" },
        { name: "pax_global_header", type: "g", body: paxRecords({ comment: "5e4e54b7c6d5" }) },
        { name: "after", pax: { path: "" }, body: "kept" },
      ],
    ]);
    expect(tree()).to.deep.equal({
      after: "kept",
      attributes: "a",
      [gnu]: "/",
      [`${gnu}/${gnu}`]: "gnu",
      gnulink: `-> to/${gnu}`,
      link: `-> to/${pax}`,
      ["p".repeat(131)]: "/",
      [`${"p".repeat(131)}/name`]: "star",
      [pax]: "/",
      [`${pax}/é`]: "/",
      [`${pax}/é/${pax}`]: "pax",
      pre: "/",
      "pre/fix": "/",
      "pre/fix/name": "ustar",
    });
  });

  it("reads the format before ustar, a size in binary, and what has no end", async () => {
    const old = bytesOf({ name: "folder/", type: "\0" });
    withChecksum(old.fill(0, 257, 265));
    const binary = bytesOf({ name: "file", body: "abc" }).fill(0, 124, 136);
    [binary[124], binary[135]] = [0x80, 3];
    withChecksum(binary);
    await unpack([Buffer.concat([old, binary])]);
    expect(tree()).to.deep.equal({ file: "abc", folder: "/" });
  });

  it("takes the last of entries with the same name, as container engines do", async () => {
    await unpack([
      [
        { name: "a", body: "first" },
        { name: "./a", body: "second" },
        { name: "b/c", body: "below" },
        { name: "b", body: "file now" },
        { name: "d", type: "2", linkname: "/etc" },
        { name: "d/", type: "5" },
        { name: "d/passwd", body: "own" },
        { name: "e/", type: "5", mode: 0o700 },
        { name: "e/f", body: "stays" },
        { name: "e/", type: "5", mode: 0o755 },
      ],
    ]);
    expect(tree()).to.deep.equal({ a: "second", b: "file now", d: "/", "d/passwd": "own", e: "/", "e/f": "stays" });
    expect(modeOf("e")).to.equal(0o755);
  });

  it("does not write into a file that a hard link shares", async () => {
    await unpack([
      [
        { name: "a", body: "shared" },
        { name: "b", type: "1", linkname: "a" },
      ],
      [{ name: "a", body: "changed" }],
    ]);
    expect(tree()).to.deep.equal({ a: "changed", b: "shared" });
  });

  it("passes over devices and pipes, which take the place of what was there", async () => {
    const found = await unpack([
      [
        { name: "dev/null", body: "file" },
        { name: "dev/null", type: "3" },
        { name: "dev/sda", type: "4" },
        { name: "run/initctl", type: "6" },
      ],
    ]);
    expect(tree()).to.deep.equal({ dev: "/", run: "/" });
    expect(found.skipped).to.equal(3);
  });

  it("does not look at what follows the end of the archive, as container engines do not", async () => {
    await unpack([Buffer.concat([tarOf([{ name: "a" }]), tarOf([{ name: "../outside", body: "hidden" }])])]);
    expect(tree()).to.deep.equal({ a: "" });
  });

  describe("with whiteouts", () => {
    const LOWER: readonly TarEntry[] = [
      { name: "a/one", body: "1" },
      { name: "a/two", body: "2" },
      { name: "a/deep/three", body: "3" },
      { name: "b", body: "b" },
      { name: "c", type: "2", linkname: "a" },
    ];
    const REST = { b: "b", c: "-> a" };

    it("removes what they name from the layers below", async () => {
      await unpack([LOWER, [{ name: "a/.wh.one" }, { name: "a/.wh.deep" }, { name: ".wh.c" }, { name: ".wh.absent" }]]);
      expect(tree()).to.deep.equal({ a: "/", "a/two": "2", b: "b" });
    });

    it("removes all that the layers below have in a folder, wherever in the layer that stands", async () => {
      const entries: TarEntry[] = [{ name: "a/.wh..wh..opq" }, { name: "a/deep/four", body: "4" }];
      for (const upper of [entries, entries.toReversed()]) {
        rmSync(root, { recursive: true });
        mkdirSync(root);
        await unpack([LOWER, upper]);
        expect(tree()).to.deep.equal({ a: "/", "a/deep": "/", "a/deep/four": "4", ...REST });
      }
    });

    it("removes nothing of the same layer, wherever in it they stand", async () => {
      const entries: TarEntry[] = [
        { name: ".wh.a" },
        { name: "a/one", body: "new" },
        { name: ".wh.b" },
        { name: "b", body: "B" },
      ];
      for (const upper of [entries, entries.toReversed()]) {
        rmSync(root, { recursive: true });
        mkdirSync(root);
        await unpack([LOWER, upper]);
        expect(tree()).to.deep.equal({ a: "/", "a/one": "new", b: "B", c: "-> a" });
      }
    });

    it("empties the whole image with one at the root", async () => {
      await unpack([LOWER, [{ name: ".wh..wh..opq" }, { name: "new" }]]);
      expect(tree()).to.deep.equal({ new: "" });
    });

    it("removes nothing through a link that takes the place of their folder, which umoci writes so", async () => {
      const entries: TarEntry[] = [
        { name: "a", type: "2", linkname: ".." },
        { name: "a/.wh.outside" },
        { name: "a/.wh.one" },
        { name: "a/deep/.wh.three" },
        { name: "a/.wh..wh..opq" },
      ];
      for (const upper of [entries, entries.toReversed()]) {
        rmSync(root, { recursive: true });
        mkdirSync(root);
        await unpack([LOWER, upper]);
        expect(tree()).to.deep.equal({ a: "-> ..", b: "b", c: "-> a" });
        expect(readFileSync(path.join(folder, "outside"), "utf8")).to.equal("untouched");
      }
    });

    it("takes them for nothing in the first layer and in folders that are not there", async () => {
      await unpack([
        [
          { name: "a" },
          { name: ".wh.a" },
          { name: ".wh..wh..opq" },
          { name: "none/.wh.x" },
          { name: ".wh..wh.plnk/", type: "5" },
        ],
        [{ name: "none/.wh..wh..opq" }, { name: "none/.wh.y" }],
      ]);
      expect(tree()).to.deep.equal({ a: "" });
    });
  });

  /** What would get out, or is no entry of an image. */
  const UNSAFE: readonly (readonly [string, readonly (readonly TarEntry[])[], string])[] = [
    [
      "an absolute path",
      [[{ name: "/outside", body: "x" }]],
      'Layer 1 has an entry "/outside" that has an absolute path: build the image without it.',
    ],
    ["an absolute path of pax", [[{ name: "a", pax: { path: "/outside" } }]], '"/outside" that has an absolute path'],
    ["an absolute path of GNU's tar", [[{ name: `/${"o".repeat(150)}`, gnu: true }]], "that has an absolute path"],
    ["a path out of the root", [[{ name: "../outside", body: "x" }]], '"../outside" that leads out of its folder'],
    [
      "a path out of a folder in it",
      [[{ name: "a/../../outside", body: "x" }]],
      '"a/../../outside" that leads out of its folder',
    ],
    [
      "a path of pax out of the root",
      [[{ name: "a", pax: { path: "../outside" } }]],
      '"../outside" that leads out of its folder',
    ],
    [
      "a path of GNU's tar out of the root",
      [[{ name: `../${"o".repeat(150)}`, gnu: true }]],
      "that leads out of its folder",
    ],
    [
      "a path of ustar out of the root",
      [[{ name: "outside", prefix: ".." }]],
      '"../outside" that leads out of its folder',
    ],
    ["a folder out of the root", [[{ name: "..", type: "5", mode: 0o777 }]], '".." that leads out of its folder'],
    ["a whiteout out of the root", [[{ name: "../.wh.outside" }]], '"../.wh.outside" that leads out of its folder'],
    ["a whiteout of the folder above", [[], [{ name: ".wh..." }]], '".wh..." that removes what has no name'],
    ["a whiteout of its own folder", [[], [{ name: "a/.wh.." }]], '"a/.wh.." that removes what has no name'],
    ["a whiteout of nothing", [[], [{ name: ".wh." }]], '".wh." that removes what has no name'],
    ["a file in a whiteout", [[{ name: ".wh.a/b" }]], '".wh.a/b" that lies in a folder whose name begins with ".wh."'],
    [
      "a file below a link",
      [
        [
          { name: "l", type: "2", linkname: ".." },
          { name: "l/outside", body: "x" },
        ],
      ],
      '"l/outside" that lies below the link "l"',
    ],
    [
      "a file below a link of an earlier layer",
      [[{ name: "l", type: "2", linkname: ".." }], [{ name: "l/outside", body: "x" }]],
      'Layer 2 has an entry "l/outside" that lies below the link "l"',
    ],
    [
      "a file below a folder that became a link",
      [
        [
          { name: "l/", type: "5" },
          { name: "l/a" },
          { name: "l", type: "2", linkname: ".." },
          { name: "l/outside", body: "x" },
        ],
      ],
      '"l/outside" that lies below the link "l"',
    ],
    [
      "a file below a deep folder that became a link",
      [[{ name: "a/b/c/d" }, { name: "a/b", type: "2", linkname: "../.." }, { name: "a/b/outside", body: "x" }]],
      '"a/b/outside" that lies below the link "a/b"',
    ],
    [
      "a file below a hard link to a link",
      [
        [
          { name: "l", type: "2", linkname: ".." },
          { name: "h", type: "1", linkname: "l" },
          { name: "h/outside", body: "x" },
        ],
      ],
      '"h/outside" that lies below the link "h"',
    ],
    [
      "a folder below a link",
      [
        [
          { name: "l", type: "2", linkname: ".." },
          { name: "l/new/", type: "5" },
        ],
      ],
      '"l/new/" that lies below the link "l"',
    ],
    [
      "a whiteout below a link",
      [[{ name: "l", type: "2", linkname: ".." }], [{ name: "l/.wh.outside" }]],
      '"l/.wh.outside" that lies below the link "l"',
    ],
    [
      "an opaque folder that is a link",
      [[{ name: "l", type: "2", linkname: ".." }], [{ name: "l/.wh..wh..opq" }]],
      '"l/.wh..wh..opq" that lies below the link "l"',
    ],
    ["a file below a file", [[{ name: "f" }, { name: "f/g" }]], '"f/g" that lies below the file "f"'],
    [
      "a hard link out of the root",
      [[{ name: "h", type: "1", linkname: "../outside" }]],
      '"h" that is a hard link to "../outside", which leads out of its folder',
    ],
    [
      "a hard link to an absolute path",
      [[{ name: "h", type: "1", linkname: "/etc/passwd" }]],
      'is a hard link to "/etc/passwd", which has an absolute path',
    ],
    [
      "a hard link of pax out of the root",
      [[{ name: "h", type: "1", pax: { linkpath: "../outside" } }]],
      'is a hard link to "../outside", which leads out of its folder',
    ],
    [
      "a hard link through a link",
      [
        [
          { name: "l", type: "2", linkname: ".." },
          { name: "h", type: "1", linkname: "l/outside" },
        ],
      ],
      '"h" that is a hard link to "l/outside", which lies below the link "l"',
    ],
    [
      "a hard link to nothing",
      [[{ name: "h", type: "1", linkname: "a/b" }]],
      '"h" that is a hard link to "a/b", which is not there',
    ],
    ["a hard link to no name", [[{ name: "h", type: "1" }]], '"h" that is a hard link to "", which has no name'],
    [
      "a hard link to a folder",
      [
        [
          { name: "d/", type: "5" },
          { name: "h", type: "1", linkname: "d" },
        ],
      ],
      'is a hard link to "d", which is a folder',
    ],
    [
      "a hard link to itself",
      [[{ name: "h" }, { name: "h", type: "1", linkname: "./h" }]],
      '"h" that is a hard link to itself',
    ],
    [
      "a hard link to what it replaces",
      [[{ name: "h/a" }, { name: "h", type: "1", linkname: "h/a" }]],
      '"h" that is a hard link to itself',
    ],
    ["a link to no name", [[{ name: "l", type: "2" }]], '"l" that is a link to a name of 0 bytes'],
    [
      "a link to a name without end",
      [[{ name: "l", type: "2", pax: { linkpath: "x".repeat(5000) } }]],
      "is a link to a name of 5000 bytes",
    ],
    ["a root that is a file", [[{ name: ".", body: "x" }]], '"." that is the root and no folder'],
    ["a root that is a link", [[{ name: "./", type: "2", linkname: "/" }]], '"./" that is the root and no folder'],
    [
      "a file with the name of a folder",
      [[{ name: "a/", body: "x" }]],
      '"a/" that is a file with the name of a folder',
    ],
    ["no name", [[{ name: "" }]], '"" that has no name'],
    [
      "a path of more than 2048 bytes",
      [[{ name: "a", pax: { path: "a/".repeat(1025) } }]],
      "that has a path of more than 2048 bytes",
    ],
    [
      "a name of more than 255 bytes",
      [[{ name: "a", pax: { path: `b/${"é".repeat(128)}` } }]],
      "that has a name of more than 255 bytes",
    ],
  ];

  for (const [what, layers, sentence] of UNSAFE) {
    it(`refuses ${what}, and touches nothing outside`, async () => {
      await refuse(layers, "UnsafeEntry", sentence);
    });
  }

  /** What is no tar file of an image. */
  const INVALID: readonly (readonly [string, Contents, string])[] = [
    ["what is not a tar file", Buffer.alloc(2048, "x"), 'a header has the checksum "xxxxxxxx"'],
    ["a header that was changed", [{ name: "a", checksum: 1 }], "a header has a wrong checksum"],
    ["a file that ends early", bytesOf({ name: "a", body: "x", size: 5000 }), "it ends within a file"],
    ["a header that ends early", Buffer.alloc(100, 1), "it ends within a header"],
    ["padding that ends early", bytesOf({ name: "a", body: "x" }).subarray(0, 513), "it ends within an entry"],
    [
      "an empty header between entries",
      Buffer.concat([Buffer.alloc(512), bytesOf({ name: "a" })]),
      "an empty header is followed by another entry",
    ],
    ["a sparse file of GNU's tar", [{ name: "a", type: "S" }], '"a" is a sparse file'],
    ["a sparse file of pax", [{ name: "a", pax: { "GNU.sparse.major": "1" } }], '"a" is a sparse file'],
    ["a file on several tapes", [{ name: "a", type: "M" }], '"a" is of type "M", which no image has'],
    [
      "a size that is not a number",
      changedHeader((header) => header.write("0000000000x", 124)),
      'a header has the size "0000000000x"',
    ],
    [
      "a size below zero",
      changedHeader((header) => header.fill(0xff, 124, 136)),
      "a header has a size that is not a number of an image",
    ],
    ["a size of pax that is not a number", [{ name: "a", pax: { size: "1e3" } }], '"a" has the size "1e3"'],
    ["a time of pax that is none", [{ name: "a", pax: { mtime: "now" } }], '"a" has the time "now"'],
    [
      "fields of pax that are longer than they say",
      [{ name: "x", type: "x", body: "9 path=abcdef\n" }],
      "extended fields are malformed",
    ],
    [
      "fields of pax without a length",
      [{ name: "x", type: "x", body: "path=abcdef\n" }],
      "extended fields are malformed",
    ],
    [
      "a path of pax with a zero byte",
      [{ name: "a", pax: { path: "a\0b" } }],
      'the extended field "path" has a zero byte',
    ],
    [
      "a path for all entries",
      [{ name: "g", type: "g", body: "10 path=b\n" }],
      'the extended field "path" is set for all entries at once',
    ],
    ...(["L", "K", "x"] as const).map((type): [string, Contents, string] => [
      `fields for all entries after those of one, of type ${type}`,
      [
        { name: "long", type, body: type === "x" ? paxRecords({ path: "b" }) : "b\0" },
        { name: "g", type: "g", body: paxRecords({ comment: "c" }) },
        { name: "a" },
      ],
      "extended fields for all entries stand between an entry and its own",
    ]),
    [
      "a prefix in place of the times of GNU's tar",
      changedHeader((header) => header.write("ustar  \0", 257) && header.write("usr/bin", 345)),
      'a header has the time "usr/bin"',
    ],
    ["a name that is not in UTF-8", changedHeader((header) => (header[0] = 0xff)), 'the name "ÿ" is not in UTF-8'],
    [
      "extended fields without end",
      bytesOf({ name: "x", type: "x", size: 2 ** 40 }),
      "a header of extended fields has 1099511627776 bytes",
    ],
    [
      "a long name without end",
      bytesOf({ name: "x", type: "L", size: 2 ** 21 }),
      "a header of extended fields has 2097152 bytes",
    ],
  ];

  for (const [what, contents, problem] of INVALID) {
    it(`refuses ${what}`, async () => {
      await refuse([contents], "InvalidLayer", `Layer 1 cannot be unpacked: ${problem}`);
    });
  }

  describe("from bytes that are not what they should be", () => {
    const sound = layerOf([{ name: "a", body: "x".repeat(5000) }], "gzip");

    it("refuses a layer with another digest", () => {
      const digest = digestOf(Buffer.from("other"));
      return refuseBlob(
        { ...sound, layer: { ...sound.layer, digest } },
        "WrongDigest",
        `What came as layer 1 has digest ${sound.layer.digest}, and not ${digest}: whoever sent it changed it`,
      );
    });

    it("refuses a layer with another diff id", () => {
      const diffId = digestOf(Buffer.from("other"));
      return refuseBlob(
        { ...sound, layer: { ...sound.layer, diffId } },
        "WrongDiffId",
        `Layer 1 unpacks to ${sound.layer.diffId}, but the image's config says ${diffId}`,
      );
    });

    it("refuses a layer that is longer or shorter than it should be", async () => {
      const { size } = sound.layer;
      const longer = { ...sound, layer: { ...sound.layer, size: size - 1 } };
      await refuseBlob(longer, "WrongSize", `What came as layer 1 has ${size} bytes, and not ${size - 1}`);
      const shorter = { ...sound, layer: { ...sound.layer, size: size + 1 } };
      await refuseBlob(shorter, "WrongSize", `What came as layer 1 has ${size} bytes, and not ${size + 1}`);
    });

    it("refuses a compressed layer that ends early, or was damaged", async () => {
      for (const compression of ["gzip", "zstd"] as const) {
        const { blob, layer } = layerOf(
          [{ name: "a", body: Buffer.from(Array.from({ length: 9999 }, (_, i) => (i * i) % 251)) }],
          compression,
        );
        const cut = blob.subarray(0, blob.length - 20);
        const problem = `Layer 1 cannot be unpacked: it is not a valid ${compression} file`;
        await refuseBlob(
          { blob: cut, layer: { ...layer, size: cut.length, digest: digestOf(cut) } },
          "InvalidLayer",
          problem,
        );
        const plain = Buffer.from("not compressed");
        await refuseBlob(
          { blob: plain, layer: { ...layer, size: plain.length, digest: digestOf(plain) } },
          "InvalidLayer",
          problem,
        );
      }
    });

    it("takes a layer of several gzip members, as one that was joined", async () => {
      const tar = tarOf([{ name: "a", body: "x".repeat(5000) }]);
      const blob = Buffer.concat([gzipSync(tar.subarray(0, 1000)), gzipSync(tar.subarray(1000))]);
      await unpackBlobs([
        { blob, layer: { digest: digestOf(blob), size: blob.length, compression: "gzip", diffId: digestOf(tar) } },
      ]);
      expect(Object.keys(tree())).to.deep.equal(["a"]);
    });
  });

  describe("within limits", () => {
    it("refuses more bytes than may come out, wherever they are", async () => {
      const limits = { ...UNPACK_LIMITS, maxBytes: 100_000 };
      const sentence = "The image has more than 100000 bytes when it is unpacked, which is this worker's limit";
      await refuse([[{ name: "a", body: Buffer.alloc(99_000) }], [{ name: "b" }]], "ImageTooLarge", sentence, limits);
      await refuse([Buffer.concat([END_OF_ARCHIVE, Buffer.alloc(100_000)])], "ImageTooLarge", sentence, limits);
    });

    it("stops a layer that grows without end when it is unpacked", async () => {
      const bomb = layerOf(bytesOf({ name: "zeros", body: Buffer.alloc(64 * 2 ** 20) }), "gzip");
      expect(bomb.blob.length).to.be.lessThan(100_000);
      const limits = { ...UNPACK_LIMITS, maxBytes: 2 ** 20 };
      const error = await rejection(unpackBlobs([bomb], limits), ImageError);
      expect(error.message).to.contain("The image has more than 1048576 bytes when it is unpacked");
      expect(lstatSync(path.join(root, "zeros")).size).to.be.at.most(2 ** 20);
    });

    it("refuses a file that is longer than one may be, before any of it is written", async () => {
      const limits = { ...UNPACK_LIMITS, maxFileBytes: 10 };
      await refuse(
        [[{ name: "a", body: "x".repeat(11) }]],
        "ImageTooLarge",
        'The image has more than 10 bytes in the file "a", which is this worker\'s limit: make that file smaller.',
        limits,
      );
      expect(tree()).to.deep.equal({});
    });

    it("refuses more entries than there may be, in all layers", async () => {
      const limits = { ...UNPACK_LIMITS, maxEntries: 3 };
      const two = [{ name: "a" }, { name: "b" }];
      await refuse(
        [two, two],
        "ImageTooLarge",
        "The image has more than 3 entries, which is this worker's limit",
        limits,
      );
    });

    it("refuses more of paths than is remembered, in all layers", async () => {
      const limits = { ...UNPACK_LIMITS, maxPathCharacters: 10 };
      await refuse(
        [[{ name: "a/b/c" }], [{ name: "d" }, { name: "e" }]],
        "ImageTooLarge",
        "The image has more than 10 characters in the paths of its files, which is this worker's limit",
        limits,
      );
    });

    it("unpacks 100,000 entries", async () => {
      const entry = Array.from({ length: 100_000 }, (_, index) =>
        bytesOf({ name: `folder${index % 100}/file${index}` }),
      );
      await unpack([Buffer.concat(entry)]);
      expect(readdirSync(root)).to.have.length(100);
      expect(readdirSync(path.join(root, "folder7"))).to.have.length(1000);
    });
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    const { blob, layer } = layerOf([{ name: "a", body: Buffer.alloc(100_000) }]);
    async function* endless() {
      yield* inPieces(blob.subarray(0, 50_000));
      controller.abort(new Error("enough"));
      yield* inPieces(blob.subarray(50_000));
    }
    const stopped = unpackLayer(endless(), layer, 1, new RootFolder(root), controller.signal);
    const error = await rejection(stopped, Error);
    expect(error.name).to.equal("AbortError");
  });

  it("leaves files alone that it shares with others by hard links from outside", async () => {
    linkSync(path.join(folder, "outside"), path.join(root, "shared"));
    await unpack([[], [{ name: "shared", body: "mine" }]]);
    expect(readFileSync(path.join(folder, "outside"), "utf8")).to.equal("untouched");
  });
});
