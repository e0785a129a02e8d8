import { crc32, deflateRawSync } from "node:zlib";

import { expect } from "chai";
import JSZip from "jszip";

import { ArchiveTooLargeError, InvalidArchiveError, unzip, zip } from "@poco-marketplace/sdk/protect/zip.js";
import { rejection } from "../fixtures/rejection.js";

describe("An archive that strangers made", () => {
  it("is unpacked by path, folders within folders", async () => {
    const writer = new JSZip();
    writer.file("a/b/c.txt", "deep").file("top.txt", "");

    const files = await unzip(await writer.generateAsync({ type: "uint8array" }));

    expect([...files.keys()].toSorted()).to.deep.equal(["a/b/c.txt", "top.txt"]);
    expect(Buffer.from(files.get("a/b/c.txt")!).toString()).to.equal("deep");
  });

  for (const name of ["../../etc/passwd", "/etc/passwd", "a/../../../etc/passwd", "./etc/passwd"]) {
    it(`has no file outside of it: "${name}"`, async () => {
      const files = await unzip(archiveOf(name, Buffer.from("root::0")));

      for (const path of files.keys()) {
        expect(path).to.not.match(/^\/|(^|\/)\.\.?(\/|$)/);
        expect(path).to.match(/etc\/passwd$/);
      }
      expect(files.size).to.equal(1);
    });
  }

  it("is not unpacked when it holds more than is allowed, whatever it says of its size", async () => {
    const bomb = Buffer.alloc(400_000_000);
    for (const said of [bomb.length, 10]) {
      const before = process.memoryUsage().arrayBuffers;
      const error = await rejection(unzip(archiveOf("bomb", bomb, said), 1_000_000), ArchiveTooLargeError);

      expect(error.message).to.contain("more than 1000000 bytes");
      // A few of its pieces have been unpacked, of 17 MB each, and what of them is free already is a matter of chance.
      expect(process.memoryUsage().arrayBuffers - before).to.be.below(bomb.length / 2);
    }
  });

  it("may hold what is allowed to the byte, in all files together", async () => {
    const writer = new JSZip();
    writer.file("one", "12345").file("two", "678");
    const archive = await writer.generateAsync({ type: "uint8array" });

    expect((await unzip(archive, 8)).size).to.equal(2);
    await rejection(unzip(archive, 7), ArchiveTooLargeError);
  });

  it("is not unpacked when its files share their bytes, which would be unpacked once for each", async () => {
    const archive = Buffer.from(zip(new Map([["a", Buffer.alloc(1_000)]])));
    const [listed, end] = [archive.subarray(-69, -22), archive.subarray(-22)];
    end.writeUInt16LE(2, 10);

    const error = await rejection(unzip(Buffer.concat([archive.subarray(0, -22), listed, end])), InvalidArchiveError);
    expect(error.message).to.include("its files overlap");
  });
});

function emptyFiles(count: number): Map<string, Uint8Array> {
  return new Map(Array.from({ length: count }, (_, index) => [`folder/${index}`, new Uint8Array()]));
}

describe("An archive that is made here", () => {
  it("has at most as many files and folders as it can list", async () => {
    expect((await unzip(zip(emptyFiles(65_534)))).size).to.equal(65_534);
    expect(() => zip(emptyFiles(65_535))).to.throw(RangeError, "at most 65535 files and folders, not 65536");
  });

  it("has paths that are as long as it can say at most", async () => {
    const [longest, longer] = [65_535, 65_536].map((length) => new Map([["a".repeat(length), Buffer.from("b")]]));

    expect([...(await unzip(zip(longest!))).keys()]).to.deep.equal(["a".repeat(65_535)]);
    expect(() => zip(longer!)).to.throw(RangeError, "at most 65535 bytes, not 65536");
  });
});

/**
 * A zip of one file, written by hand (APPNOTE.TXT 6.3.10, 4.3.7, 4.3.12 and 4.3.16), since no library writes such names.
 *
 * @param said what it claims to unzip to, in bytes
 */
function archiveOf(name: string, content: Buffer, said = content.length): Uint8Array {
  const packed = deflateRawSync(content);
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(8, 4);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(packed.length, 14);
  shared.writeUInt32LE(said, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), shared, Buffer.from(name), packed]);
  const listed = Buffer.concat([
    Buffer.from("PK\u0001\u0002"),
    Buffer.from([20, 0]),
    shared,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, listed, end]);
}
