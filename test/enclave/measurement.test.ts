import { createHash } from "node:crypto";

import { expect } from "chai";

import type { AppFile } from "@poco-marketplace/enclave/app/appFolder.js";
import { readApp } from "@poco-marketplace/enclave/app/appFolder.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { appFolder, MANIFEST, type AppFiles } from "../fixtures/app.js";
import { seededRandom } from "../fixtures/random.js";

const APP: AppFiles = { "enclave.json": MANIFEST, "app.mjs": "console.log(1);\n", "lib/table.mjs": "export {};\n" };

const file = (path: string, content: string, isExecutable = false): AppFile => ({
  path,
  isExecutable,
  content: Buffer.from(content),
});

async function measure(files: AppFiles) {
  const app = await appFolder(files);
  try {
    return measureApp(await readApp(app.folder));
  } finally {
    await app.remove();
  }
}

describe("The measurement of an app", () => {
  it("is a digest of the bytes that docs/reference/apps.md lays out", async () => {
    const bytes = Buffer.concat([
      Buffer.from("PoCo app measurement 1\n"),
      Buffer.from("0000000000000002", "hex"),
      Buffer.from("0000000000000007", "hex"),
      Buffer.from("app.mjs"),
      Buffer.of(1),
      Buffer.from("0000000000000003", "hex"),
      Buffer.from("1;\n"),
      Buffer.from("000000000000000c", "hex"),
      Buffer.from("enclave.json"),
      Buffer.of(0),
      Buffer.from("000000000000002c", "hex"),
      Buffer.from(`{"entrypoint": "app.mjs", "permissions": []}`),
    ]);

    const measured = await measure({
      "enclave.json": `{"entrypoint": "app.mjs", "permissions": []}`,
      "app.mjs": { content: "1;\n", mode: 0o744 },
    });

    expect(measured.mrEnclave).to.equal(`0x${createHash("sha256").update(bytes).digest("hex")}`);
    expect(measured.mrTd).to.equal(`0x${createHash("sha384").update(bytes).digest("hex")}`);
  });

  it("is the same wherever and in whatever order the files were written", async () => {
    const backwards = Object.fromEntries(Object.entries(APP).toReversed());

    expect(await measure(backwards)).to.deep.equal(await measure(APP));
  });

  it("is the same whoever may read the files", async () => {
    const shut = { ...APP, "app.mjs": { content: "console.log(1);\n", mode: 0o600 } };

    expect(await measure(shut)).to.deep.equal(await measure(APP));
  });

  const others: readonly [change: string, app: AppFiles][] = [
    ["another entry point", { ...APP, "enclave.json": MANIFEST.replace("app.mjs", "lib/table.mjs") }],
    ["other permissions", { ...APP, "enclave.json": MANIFEST.replace("[]", `["network"]`) }],
    ["a file that may be executed", { ...APP, "app.mjs": { content: "console.log(1);\n", mode: 0o744 } }],
    [
      "a file in another folder",
      { "enclave.json": MANIFEST, "app.mjs": "console.log(1);\n", "table.mjs": "export {};\n" },
    ],
    ["one more file, which is empty", { ...APP, "lib/empty.mjs": "" }],
    [
      "a byte that moved from one file to the next",
      { ...APP, "app.mjs": "console.log(1);", "lib/table.mjs": "\nexport {};\n" },
    ],
    ["white space in the manifest", { ...APP, "enclave.json": `${MANIFEST} ` }],
  ];
  for (const [change, app] of others) {
    it(`is another one with ${change}`, async () => {
      const [before, after] = [await measure(APP), await measure(app)];

      expect(after.mrEnclave).not.to.equal(before.mrEnclave);
      expect(after.mrTd).not.to.equal(before.mrTd);
    });
  }

  it("tells random apps from all their neighbors", () => {
    const random = seededRandom(0x6d656173757265n);
    const below = (limit: number) => Number(random.between(0n, BigInt(limit - 1)));
    const name = () => Array.from({ length: 1 + below(4) }, () => random.pick(["a", "b", "/", "é"])).join("");
    const seen = new Map<string, string>();
    let [apps, repeats] = [0, 0];

    function note(files: readonly AppFile[]): void {
      const canonical = JSON.stringify(
        files.map(({ path, isExecutable, content }) => [path, isExecutable, Buffer.from(content).toString("hex")]),
      );
      const { mrEnclave, mrTd } = measureApp({ files });
      for (const measured of [mrEnclave, mrTd]) {
        const owner = seen.get(measured);
        expect(owner ?? canonical).to.equal(canonical);
        seen.set(measured, canonical);
        if (owner !== undefined) repeats++;
      }
      apps++;
    }

    for (let round = 0; round < 400; round++) {
      const files = Array.from({ length: 1 + below(4) }, () =>
        file(name(), random.bytes32().slice(2, 2 + below(8)), below(2) === 1),
      );
      note(files);
      const at = below(files.length);
      const { path, content, isExecutable } = files[at]!;
      const flipped = Buffer.from(content);
      if (flipped.length > 0) flipped[below(flipped.length)]! ^= 1 << below(8);
      const neighbors: AppFile[] = [
        { path, isExecutable, content: flipped },
        { path: `${path}b`, isExecutable, content },
        { path, isExecutable: !isExecutable, content },
        { path: path.slice(0, -1), isExecutable, content: Buffer.concat([Buffer.from(path.slice(-1)), content]) },
        { path, isExecutable, content: Buffer.concat([content, Buffer.of(below(256))]) },
      ];
      for (const neighbor of neighbors) note(files.with(at, neighbor));
      note(files.toSpliced(at, 1));
      note([...files, file("c", "")]);
    }

    expect(apps).to.equal(3200);
    expect(seen.size).to.equal(2 * apps - repeats);
    expect(seen.size).to.be.above(apps);
  });
});
