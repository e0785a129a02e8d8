import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { decodeLeaf } from "@poco-marketplace/sdk/protect/borsh.js";
import { unzip } from "@poco-marketplace/sdk/protect/zip.js";
import { runPoco } from "../fixtures/runPoco.js";

describe("poco iapp mock", () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "mock-"));
    await writeFile(join(root, "poco.json"), '{"name": "app"}');
    await writeFile(join(root, "photo"), Uint8Array.of(0, 1, 2));
  });
  after(() => rm(root, { recursive: true }));

  const mock = (...args: readonly string[]) => runPoco(["iapp", "mock", ...args, "--project", root]);

  it("makes a file as apps see protected data, with values of every kind, nested too", async () => {
    const texts = ["--string", "address.city=Lon=don", "--string", "address.country="];
    const numbers = ["--number", "age=36.5", "--integer", `id=${-(2n ** 127n)}`];
    const others = ["--bool", "isActive=true", "--file", `photo=${join(root, "photo")}`];
    const { code, stdout } = await mock("ada", ...texts, ...numbers, ...others, "--json");

    expect(code).to.equal(0);
    const { file, schema } = JSON.parse(stdout) as { file: string; schema: object };
    expect(schema).to.deep.equal({
      address: { city: "string", country: "string" },
      age: "f64",
      id: "i128",
      isActive: "bool",
      photo: "application/octet-stream",
    });
    expect(file).to.equal(join(root, "mock/protectedData/ada"));
    const files = await unzip(await readFile(file));
    expect(decodeLeaf("string", files.get("address/city")!, "")).to.equal("Lon=don");
    expect(decodeLeaf("f64", files.get("age")!, "")).to.equal(36.5);
    expect(decodeLeaf("i128", files.get("id")!, "")).to.equal(-(2n ** 127n));
    expect(decodeLeaf("bool", files.get("isActive")!, "")).to.equal(true);
    expect([...files.get("photo")!]).to.deep.equal([0, 1, 2]);
  });

  it("is named default unless it has a name", async () => {
    await mock("--string", "secretText=hello");
    expect([...(await unzip(await readFile(join(root, "mock/protectedData/default")))).keys()]).to.deep.equal([
      "secretText",
    ]);
  });

  for (const [args, sentence] of [
    [[], "The values are missing: give --string NAME=TEXT"],
    [["--string", "city"], "--string is city: give NAME=VALUE, such as --string address.city=Lyon."],
    [["--number", "age=old"], '"age" is "old": give a number, such as 4.5.'],
    [["--number", "age="], '"age" is "": give a number'],
    [["--integer", "age=1.5"], '"age" is "1.5": give a whole number'],
    [["--bool", "ok=yes"], '"ok" is "yes": give true or false.'],
    [["--file", "photo=/no/such"], '"photo" is "/no/such": give the path of a file.'],
    [["--string", "a=1", "--string", "a=2"], 'There are two values for "a": give one.'],
    [["--string", "a=1", "--string", "a.b=2"], '"a.b" is within "a", which is a value'],
    [["--string", "a b=1"], 'The key "a b" at the top of the data cannot be protected'],
    [["--string", "__proto__.x=1"], 'The key "__proto__"'],
    [["../../out", "--string", "a=1"], 'A mock cannot be named "../../out"'],
    [["..", "--string", "a=1"], 'A mock cannot be named ".."'],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      const { code, stderr } = await mock(...args);
      expect(code).to.not.equal(0);
      expect(stderr).to.contain(sentence);
    });
  }
});
