import { X509Certificate } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";

import { assertMode, isUnattested, modeOf } from "@poco-marketplace/cli/network/attestation/mode.js";
import { NetworkError } from "@poco-marketplace/cli/network/networkError.js";
import { SERVICES } from "@poco-marketplace/cli/network/services.js";
import { scheduler } from "@poco-marketplace/cli/network/services/scheduler.js";
import { assertRegistries, trustOf, trustSettings } from "@poco-marketplace/cli/network/services/trustSettings.js";
import type { Settings } from "@poco-marketplace/cli/network/settings.js";
import { issueRevocationList } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { MissingTcbPolicyError, platformPolicy } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { deployVerifier } from "../attestation/onchain/verifier.js";
import { PERIOD, simulate } from "../attestation/simulation.js";
import { DAY } from "../attestation/vectors.js";
import { serveChain } from "../fixtures/chainServer.js";
import { withFolder } from "../fixtures/folder.js";
import { settingsOf } from "../fixtures/settings.js";
import { UNDEPLOYED } from "../fixtures/undeployedManifest.js";
import { rejection } from "../fixtures/rejection.js";

const [OF_MANIFEST, OTHER] = [1, 2].map(() => Wallet.createRandom().address) as [`0x${string}`, `0x${string}`];
const ATTESTATION = { platformRegistry: OF_MANIFEST, quoteVerifier: OTHER, teeBroker: OTHER, simulated: true };
const least = (pceSvn: number) =>
  JSON.stringify({ platforms: { "00606a000000": { pceSvn } }, otherPlatforms: "refused" });

/** What a service makes of its options. */
function told(args: readonly string[], attestation: typeof ATTESTATION | "none" = ATTESTATION) {
  const values = settingsOf("x", trustSettings satisfies Settings, { args });
  return trustOf(values, { ...UNDEPLOYED, ...(attestation !== "none" && { attestation }) });
}

/** How it judges quotes then. */
function policyOf(...args: readonly string[]) {
  return told(["--accept-outdated-platforms", ...args]).policy();
}

describe("What a service is told of the platforms that it trusts", () => {
  it("counts every registry once: that of the manifest, and those that it was given", () => {
    const args = ["--accept-outdated-platforms", "--registry", OTHER, "--registry", `${OF_MANIFEST},${OTHER}`];

    expect(told(args).registries).to.deep.equal([OF_MANIFEST, OTHER]);
    expect(told(["--accept-outdated-platforms"], "none").registries).to.deep.equal([]);
  });

  it("must say what is too old under Intel's root, and not under another", async () => {
    const { authority } = await simulate();
    const files = {
      "lax.json": '{"platforms":{"00606a000000":{"pceSvn":13}}}',
      "strict.json": least(13),
      "root.pem": new X509Certificate(authority.root.certificate).toString(),
    };
    withFolder(files, (folder) => {
      const at = (name: string) => join(folder, name);
      expect(() => told([])).to.throw(MissingTcbPolicyError, "--tcb FILE");
      expect(() => told(["--tcb", at("lax.json")])).to.throw(MissingTcbPolicyError);
      expect(told(["--tcb", at("strict.json")]).policy().tcb.otherPlatforms).to.equal("refused");
      expect(told(["--accept-outdated-platforms"]).policy().tcb.otherPlatforms).to.equal("accepted");
      expect(told(["--root", at("root.pem")]).policy().rootKey).to.deep.equal(authority.root.key.point);
    });
  });

  it("is read again when it changes, while the service runs", () => {
    withFolder({ "tcb.json": least(13) }, (folder) => {
      const file = join(folder, "tcb.json");
      const { policy } = told(["--tcb", file]);
      const minimum = () => policy().tcb.platforms["0x00606a000000"]!.pceSvn;
      expect(minimum()).to.equal(13);

      writeFileSync(join(folder, "new.json"), least(140));
      renameSync(join(folder, "new.json"), file);
      expect(minimum()).to.equal(140);
      writeFileSync(file, "{");
      expect(minimum).to.throw("The policy is not valid JSON");
    });
  });

  it("has revocation lists of any files, and then every CA must have one", async () => {
    const { authority } = await simulate();
    const listBy = (issuer: "root" | "intermediate") =>
      issueRevocationList(authority[issuer], { ...PERIOD, serials: [Buffer.of(1)] });
    const [root, intermediate] = [Buffer.from(await listBy("root")), Buffer.from(await listBy("intermediate"))];
    const files = {
      "one.hex": root.toString("hex"),
      "two.json": JSON.stringify({ pck_crl: intermediate.toString("base64") }),
      "both.hex": `${root.toString("hex")}\n${intermediate.toString("hex")}\n`,
    };
    withFolder(files, (folder) => {
      const apart = policyOf("--crl", join(folder, "one.hex"), "--crl", join(folder, "two.json"));
      expect(apart.revocationLists).to.have.lengthOf(2);
      expect(apart.missingLists).to.equal("refused");
      expect(policyOf("--crl", join(folder, "both.hex")).revocationLists).to.deep.equal(apart.revocationLists);
      expect(policyOf().missingLists).to.equal("accepted");
    });
  });

  it("asks for SEPT_VE_DISABLE unless it says that this is optional", () => {
    const policies = [policyOf(), policyOf("--sept-ve-disable", "optional")];
    expect(policies.map(({ septVeDisable }) => septVeDisable)).to.deep.equal(["required", "optional"]);
  });

  it("is the same for the secret service and the scheduler", () => {
    for (const name of ["sms", "scheduler"] as const)
      expect(Object.keys(SERVICES[name].settings)).to.include.members(Object.keys(trustSettings));
  });
});

describe("The registries that a service was told of", () => {
  it("must be such, under the same root, or the service does not start; a silent node is no reason", async () => {
    const connection = await network.create({ override: { initialDate: DAY } });
    const [own, other] = [await simulate(), await simulate()];
    const { registry } = await deployVerifier(connection, own.authority.root.certificate);
    const chain = await serveChain(connection);
    const node = { rpc: chain.url, chainId: 31_337 };
    const at = (registries: readonly string[], { policy } = own) =>
      platformPolicy({ policy: () => policy, registries: registries as `0x${string}`[] });
    const address = await registry.getAddress();
    try {
      await assertRegistries(at([address]), node);
      for (const [trust, problem] of [
        [at([OTHER]), `Registry of platforms ${OTHER}: There is no registry of platforms at that address`],
        [at([address], other), `Registry of platforms ${address}: Its root of trust is 0x`],
      ] as const)
        expect((await rejection(assertRegistries(trust, node), NetworkError)).message).to.include(problem);
      await assertRegistries(at([OTHER]), { ...node, rpc: "http://127.0.0.1:1" });
    } finally {
      await chain.close();
      await connection.close();
    }
  });
});

describe("A network whose enclaves are not attested", () => {
  const embedded = { ...UNDEPLOYED, network: "embedded" };

  it("is one of an embedded chain that was made so", () => {
    expect(isUnattested(embedded)).to.equal(true);
    expect(isUnattested({ ...embedded, attestation: ATTESTATION })).to.equal(false);
    expect(isUnattested({ ...UNDEPLOYED, network: "arbitrum" })).to.equal(false);
    expect(modeOf({ attestation: { ...ATTESTATION, simulated: false } })).to.equal("intel");
  });

  it("goes on as it was made, and is refused otherwise, with a way", () => {
    assertMode(embedded, "none");
    assertMode({ attestation: ATTESTATION }, "simulated");
    expect(() => assertMode(embedded, "simulated")).to.throw(
      NetworkError,
      "The chain that is kept was made with --attestation none, not simulated: use --attestation none, give another " +
        "--state, or --fresh to forget it.",
    );
    expect(() => assertMode({ attestation: ATTESTATION }, "none")).to.throw(
      NetworkError,
      "use --attestation simulated",
    );
  });

  it("has a scheduler that signs for any key, and there is none elsewhere", async () => {
    for (const deployment of [
      { ...UNDEPLOYED, network: "arbitrum" },
      { ...embedded, attestation: ATTESTATION },
    ]) {
      const values = { deployment, workers: [OTHER], attestation: "none" } as unknown as Parameters<
        typeof scheduler.start
      >[0];
      const error = await rejection(
        scheduler.start(values, { write: () => {} }, () => {}),
        NetworkError,
      );
      expect(error.message).to.include("--attestation none is for the embedded chain");
    }
  });
});
