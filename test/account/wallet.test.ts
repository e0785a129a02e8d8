import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";

import { runPoco } from "../fixtures/runPoco.js";

const KEY = `0x${"11".repeat(32)}`;
const { address: ADDRESS } = new Wallet(KEY);

describe("poco wallet", () => {
  let folder: string;
  before(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "wallet-")), "keystore");
  });
  after(() => rm(join(folder, ".."), { recursive: true }));

  function wallet(command: string, environment: Readonly<Record<string, string>> = {}) {
    return runPoco(["wallet", command, "--keystore", folder, "--json"], environment);
  }

  it("keeps a key that only its password opens, closed to other accounts", async () => {
    const { code, stdout } = await wallet("import", { POCO_KEY: KEY, POCO_PASSWORD: "long enough" });

    expect(code).to.equal(0);
    const { address, file } = JSON.parse(stdout) as { address: string; file: string };
    expect({ address, file }).to.deep.equal({ address: ADDRESS, file: join(folder, `${ADDRESS}.json`) });
    const text = await readFile(file, "utf8");
    expect(text).not.to.contain("11".repeat(32));
    expect((await Wallet.fromEncryptedJson(text, "long enough")).address).to.equal(ADDRESS);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect((await stat(folder)).mode & 0o777).to.equal(0o700);
    expect(JSON.parse((await wallet("list")).stdout)).to.deep.equal({ keystores: [{ file, address: ADDRESS }] });
  });

  it("does not replace a key", async () => {
    const { code, stderr } = await wallet("import", { POCO_KEY: KEY, POCO_PASSWORD: "another one" });
    expect(code).to.equal(1);
    expect(stderr).to.equal(`The key of ${ADDRESS} is in ${join(folder, `${ADDRESS}.json`)} already.`);
  });

  for (const [command, environment, sentence] of [
    ["import", {}, "The key is missing: set POCO_KEY."],
    ["import", { POCO_KEY: "0x12" }, "The key is not usable: give a private key of 32 bytes in hex"],
    ["create", {}, "The password is missing: set POCO_PASSWORD."],
    ["create", { POCO_PASSWORD: "short" }, "The password has 5 characters: choose one of at least 8."],
  ] as const) {
    it(`refuses to ${command} with ${JSON.stringify(environment)}`, async () => {
      const { code, stderr } = await wallet(command, environment);
      expect(code).to.equal(2);
      expect(stderr).to.contain(sentence).and.not.contain("0x12");
    });
  }
});
