import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { digestOf } from "@poco-marketplace/enclave/image/digest.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { runPoco } from "../fixtures/runPoco.js";
import { serveRegistry, type RegistryServer } from "../fixtures/image/registryServer.js";

const DIGITS = "d1".repeat(32);
const RTMR3 = "9b1daa9b8c9c5d01f449d7de53b82f120646db0642ff9ec45e972ea6c191d2a895489933f6842de0bdd8b9e845e70bed";

describe("poco measure, of an image", () => {
  let registry: RegistryServer;
  beforeEach(async () => {
    registry = await serveRegistry();
  });
  afterEach(() => registry.close());

  it("prints its digest, the two registers that depend on it, and the runtime, without asking anybody", async () => {
    const { code, stdout, stderr } = await runPoco(["measure", `${registry.host}/alice/hello:1.0@sha256:${DIGITS}`]);

    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout.split("\n")).to.deep.equal([
      `image        ${registry.host}/alice/hello:1.0@sha256:${DIGITS}`,
      `checksum     0x${DIGITS}, to publish with an empty measurement`,
      `MRCONFIGID   0x01${DIGITS}${"00".repeat(15)}`,
      `RTMR3        0x${RTMR3}`,
      `runtime      ${simulatedRuntime().id}, which the hub's TEE broker must approve`,
    ]);
    expect(registry.requests).to.deep.equal([]);
  });

  it("asks the registry for the digest that a tag has now", async () => {
    const manifest = Buffer.from("a manifest");
    registry.intercept = ({ url }, response) => {
      if (url !== "/v2/alice/hello/manifests/1.0") return undefined;
      response.writeHead(200, { "content-length": manifest.length }).end(manifest);
      return "answered";
    };

    const { code, stdout } = await runPoco(["measure", `${registry.host}/alice/hello:1.0`, "--json"]);

    expect(code).to.equal(0);
    const digest = digestOf(manifest);
    expect(JSON.parse(stdout)).to.include({
      image: `${registry.host}/alice/hello:1.0@${digest}`,
      checksum: digest.replace("sha256:", "0x"),
    });
  });

  it("says what is wrong with a name, and that a registry does not have it", async () => {
    const missing = await runPoco(["measure", `${registry.host}/alice/hello:2.0`]);
    expect(missing.code).to.equal(1);
    expect(missing.stderr).to.contain(`${registry.host} does not have the tag 2.0 of ${registry.host}/alice/hello:2.0`);

    for (const [name, says] of [
      [`${registry.host}/alice/hello`, "it has neither a tag nor a digest"],
      ["alice/hello@sha256:12", "64 hexadecimal digits"],
      ["alice/Hello:1", "upper-case letters"],
    ] as const) {
      const { code, stderr } = await runPoco(["measure", name]);
      expect(code, name).to.equal(2);
      expect(stderr).to.contain(says);
    }
    const packed = await runPoco(["measure", `alice/hello@sha256:${DIGITS}`, "--pack", "x.pack"]);
    expect(packed).to.include({ code: 2, stderr: "--pack is for the app in a folder: an image is not packed." });
  });

  it("takes a folder for a folder, even if it could be the name of an image", async () => {
    const parent = await mkdtemp(join(tmpdir(), "poco-measure-"));
    const folder = join(parent, "hello:1.0");
    await mkdir(folder);

    const { code, stderr } = await runPoco(["measure", folder]);

    expect(code).to.equal(1);
    expect(stderr).to.contain("has no enclave.json");
    await rm(parent, { recursive: true });
  });
});
