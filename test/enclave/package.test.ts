import { expect } from "chai";

import { InvalidAppError, readApp, type AppFile } from "@poco-marketplace/enclave/app/appFolder.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { InvalidPackageError, packApp, packageChecksum, unpackApp } from "@poco-marketplace/enclave/app/package.js";
import { appFolder, MANIFEST } from "../fixtures/app.js";

const file = (path: string, content = "", isExecutable = false): AppFile => ({
  path,
  isExecutable,
  content: Buffer.from(content),
});
const APP = [file("app.mjs", "console.log(1);\n"), file("enclave.json", MANIFEST), file("lib/tool", "#!", true)];
const pack = (files: readonly AppFile[]) => packApp({ files });

/** The package of the app, with another byte at a place. */
function changed(place: number, value: number): Uint8Array {
  const bytes = Buffer.from(pack(APP));
  bytes[place] = value;
  return bytes;
}

/** What unpacking says is wrong. */
function refusal(bytes: Uint8Array, limits?: { maxBytes: number; maxFiles: number }): string {
  try {
    unpackApp(bytes, limits);
    return "nothing";
  } catch (error) {
    expect(error).to.satisfy((each: unknown) => each instanceof InvalidPackageError || each instanceof InvalidAppError);
    return (error as Error).message;
  }
}

describe("A packed app", () => {
  it("comes out as it went in, and its SHA-256 is the measurement of its folder", async () => {
    const folder = await appFolder({
      "app.mjs": "console.log(1);\n",
      "enclave.json": MANIFEST,
      "lib/tool": { content: "#!", mode: 0o755 },
    });
    const app = await readApp(folder.folder);
    await folder.remove();

    const bytes = packApp(app);
    const unpacked = unpackApp(bytes);

    expect(unpacked.manifest).to.deep.equal(app.manifest);
    expect(unpacked.files.map(({ path, isExecutable }) => [path, isExecutable])).to.deep.equal([
      ["app.mjs", false],
      ["enclave.json", false],
      ["lib/tool", true],
    ]);
    expect(Buffer.from(packApp(unpacked)).equals(bytes)).to.equal(true);
    expect(packageChecksum(bytes)).to.equal(measureApp(app).mrEnclave);
  });

  for (const [what, files, reason] of [
    ["leaves its folder", [...APP, file("z/../../x")], "is not a path within a folder"],
    ["begins at the root", [file("/etc/x"), ...APP], "is not a path within a folder"],
    ["has a path with nothing in it", [file(""), ...APP], "is not a path within a folder"],
    ["comes in another order", APP.toReversed(), "comes after"],
    ["has a file twice", [APP[0]!, ...APP], "comes after"],
    ["has a file that is a folder", [file("app.mjs", "1"), file("app.mjs/x"), ...APP.slice(1)], "a file and a folder"],
    ["differs in case only", [file("APP.mjs"), ...APP], "upper and lower case"],
    ["has no manifest", [APP[0]!], "has no enclave.json"],
  ] as const) {
    it(`is refused when it ${what}`, () => {
      expect(refusal(pack(files))).to.contain(reason);
    });
  }

  it("is refused when it is cut off anywhere, or goes on", () => {
    const bytes = pack(APP);

    for (let length = 0; length < bytes.length; length++) {
      expect(refusal(bytes.subarray(0, length))).to.contain("it ends within");
    }
    expect(refusal(Buffer.concat([bytes, Buffer.of(0)]))).to.contain("1 bytes are left over");
  });

  it("is refused when it is of another layout, has another mode, or a path that is not text", () => {
    expect(refusal(changed(0, 0x70))).to.contain("its heading is another");
    expect(refusal(changed(46, 2))).to.contain("the mode of app.mjs is 2");
    expect(refusal(changed(39, 0xff))).to.contain("a path in it is not UTF-8");
  });

  it("is refused when it is too large, before its files are believed", () => {
    expect(refusal(pack(APP), { maxBytes: 1000, maxFiles: 2 })).to.contain("the number of its files is 3");
    expect(refusal(pack(APP), { maxBytes: 8, maxFiles: 9 })).to.contain("8 are allowed");
    expect(refusal(pack(APP), { maxBytes: 50, maxFiles: 9 })).to.contain("has more than 50 bytes");
  });
});
