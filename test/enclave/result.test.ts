import { createHash } from "node:crypto";

import { expect } from "chai";
import { concat, keccak256 } from "ethers";
import JSZip from "jszip";

import { InvalidComputedFileError } from "@poco-marketplace/enclave/task/computed.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import {
  EmptyOutputError,
  FileNameTooLongError,
  NotARegularFileError,
} from "@poco-marketplace/enclave/task/outputs.js";
import { programFolder, script, taskFor } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";

const sha256 = (content: string) => `0x${createHash("sha256").update(content).digest("hex")}`;

describe("What a program leaves behind", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;

  before(async () => {
    programs = await programFolder();
  });

  after(() => programs.remove());

  const run = async (body: string) => new Enclave().run(taskFor(await programs.write("program.mjs", script(body))));

  const named = (length: number) =>
    run(
      `fs.mkdirSync(out + "/d"); write("d/" + "n".repeat(${length}), "1"); computed({ "deterministic-output-path": "d" });`,
    );

  describe("is told apart by its digest", () => {
    it("of a file: its SHA-256, wherever the program believes its output folder to be", async () => {
      for (const path of ["out + '/r.txt'", "'/iexec_out/r.txt'", "'r.txt'", "'/iexec_out/./x/../r.txt'"]) {
        const { digest, computed } = await run(
          `write("r.txt", "é"); computed({ "deterministic-output-path": ${path} });`,
        );

        expect(digest).to.equal(sha256("é"));
        expect(computed["deterministic-output-path"]).to.equal("/iexec_out/r.txt");
      }
    });

    it("of a folder: Keccak-256 of the SHA-256 of its files in the order of their names", async () => {
      const { digest } = await run(`
        fs.mkdirSync(out + "/d");
        for (const name of ["b", "a10", "B", "a2"]) write("d/" + name, name);
        write("elsewhere", "x");
        computed({ "deterministic-output-path": "/iexec_out/d/" });`);

      expect(digest).to.equal(keccak256(concat(["B", "a10", "a2", "b"].map(sha256))));
    });

    it("of the whole output folder: computed.json counts too", async () => {
      const said = `{"deterministic-output-path":"/iexec_out"}`;

      const { digest, computed } = await run(`write("z", "1"); write("computed.json", ${JSON.stringify(said)});`);

      expect(digest).to.equal(keccak256(concat([sha256(said), sha256("1")])));
      expect(computed["deterministic-output-path"]).to.equal("/iexec_out");
    });

    it("of bytes for a contract: their Keccak-256, even when a file is named too", async () => {
      const { digest, callbackData, computed } = await run(`
        write("r", "1");
        computed({ "callback-data": "0x00ff", "deterministic-output-path": out + "/r", "anything": [1] });`);

      expect(digest).to.equal(keccak256("0x00ff"));
      expect(callbackData).to.equal("0x00ff");
      expect(computed).to.have.keys("callback-data", "task-id", "result-digest", "enclave-signature");
    });
  });

  it("may carry an error message and folders of any depth", async () => {
    const { archive, computed } = await run(`
      fs.mkdirSync(out + "/a/b", { recursive: true });
      write("a/b/deep", "1");
      computed({ "deterministic-output-path": "a/b", "error-message": "half of it" });`);

    expect(Object.keys((await JSZip.loadAsync(archive)).files)).to.deep.equal(["a/b/deep", "computed.json"]);
    expect(computed["error-message"]).to.equal("half of it");
  });

  it("cannot lie about digest, task or signature: the enclave writes those", async () => {
    const { digest, taskId, computed, enclaveSignature } = await run(`
      write("r", "truth");
      const lie = "0x" + "66".repeat(32);
      computed({ "deterministic-output-path": "r", "result-digest": lie, "task-id": lie, "enclave-signature": lie });`);

    expect(digest).to.equal(sha256("truth"));
    expect(computed).to.include({ "result-digest": digest, "task-id": taskId, "enclave-signature": enclaveSignature });
    expect(JSON.stringify(computed)).to.not.include("6666");
  });

  it("may have names of 31 characters and none of 32, in any folder", async () => {
    expect((await named(31)).digest).to.match(/^0x/);
    const error = await rejection(named(32), FileNameTooLongError);
    expect(error.file).to.equal(`d/${"n".repeat(32)}`);
    expect(error.message).to.include("32 characters: use at most 31");
  });

  for (const [what, body] of [
    ["nothing", ""],
    ["only empty folders", `fs.mkdirSync(out + "/d");`],
    ["no output folder", `fs.rmdirSync(out);`],
    ["a link in place of its output folder", `fs.rmdirSync(out); fs.symlinkSync("/etc", out);`],
  ] as const) {
    it(`is refused when it is ${what}`, async () => {
      await rejection(run(body), EmptyOutputError);
    });
  }

  for (const [what, link] of [
    ["a file", `fs.symlinkSync("/etc/hostname", out + "/r");`],
    ["a folder", `fs.symlinkSync("/etc", out + "/r");`],
    ["nothing", `fs.symlinkSync("/nowhere", out + "/r");`],
    [
      "computed.json elsewhere",
      `fs.rmSync(out + "/computed.json"); fs.symlinkSync("/etc/hostname", out + "/computed.json");`,
    ],
  ] as const) {
    it(`is refused when it has a link to ${what}`, async () => {
      const error = await rejection(
        run(`computed({ "deterministic-output-path": "r" }); ${link}`),
        NotARegularFileError,
      );

      expect(error.message).to.include("no links");
    });
  }

  for (const [what, body, sentence] of [
    ["does not exist", `write("r", "1");`, "it does not exist"],
    ["is not JSON", `write("computed.json", "{");`, "it is not JSON"],
    ["is not an object", `write("computed.json", "[]");`, "it is not a JSON object"],
    ["says nothing", `computed({});`, "it points at no result"],
    ["says something else than text", `computed({ "deterministic-output-path": 1 });`, "is not text"],
    ["points at nothing", `computed({ "deterministic-output-path": "r" });`, `nothing at "r"`],
    ["points at an empty file", `write("r", ""); computed({ "deterministic-output-path": "r" });`, "is empty"],
    ["points outside", `computed({ "deterministic-output-path": "/etc/hostname" });`, "outside IEXEC_OUT"],
    ["climbs out", `computed({ "deterministic-output-path": out + "/../iexec_in/x" });`, "outside IEXEC_OUT"],
    ["climbs out, relatively", `computed({ "deterministic-output-path": "../r" });`, "outside IEXEC_OUT"],
    [
      "points at a folder with folders",
      `fs.mkdirSync(out + "/d/e", { recursive: true }); write("d/e/f", "1"); computed({ "deterministic-output-path": "d" });`,
      "a digest is of files",
    ],
    ["has odd callback data", `computed({ "callback-data": "0x123" });`, "not 0x-hex of whole bytes"],
    ["has callback data that is not hex", `computed({ "callback-data": "hello" });`, `"hello" is not 0x-hex`],
  ] as const) {
    it(`is refused when computed.json ${what}`, async () => {
      expect((await rejection(run(body), InvalidComputedFileError)).message).to.include(sentence);
    });
  }
});
