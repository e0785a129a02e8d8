import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { SERVICES } from "@poco-marketplace/cli/network/services.js";
import { settingArguments } from "@poco-marketplace/cli/network/settings.js";
import { privateKey } from "@poco-marketplace/cli/network/values.js";
import { runPoco } from "../fixtures/runPoco.js";
import { networkOptions, settingsOf } from "../fixtures/settings.js";
import { UNDEPLOYED } from "../fixtures/undeployedManifest.js";
import { withFolder } from "../fixtures/folder.js";

describe("The options of poco network", () => {
  it("are what the help says, unless somebody says otherwise", () => {
    expect(networkOptions([], {})).to.deep.include({
      workers: 2,
      port: 8545,
      state: ".network",
      fresh: false,
      chainId: 421_614,
      rpc: undefined,
      json: false,
    });
  });

  it("come from the command line before the environment", () => {
    const options = networkOptions(["--workers=5", "--fresh"], { POCO_WORKERS: "7", POCO_CHAIN_ID: "31337" });
    expect(options).to.deep.include({ workers: 5, chainId: 31_337, fresh: true });
  });

  it("take the older words for the network of apps", () => {
    for (const [word, network] of [
      ["off", "off"],
      ["public", "public"],
      ["all", "all"],
      ["refused", "off"],
      ["allowed", "public"],
    ] as const) {
      expect(networkOptions([`--app-network=${word}`]).appNetwork).to.equal(network);
    }
  });

  it("are in the help, which names every service", async () => {
    const { stdout } = await runPoco(["network", "--help"]);
    expect(stdout).to.contain("\n  --chain-id <ID> ").and.to.contain("\n  POCO_WORKER_KEYS ");
    for (const name of Object.keys(SERVICES)) expect(stdout).to.contain(`\n  ${name} `);
  });

  it("of a service are in its own help", async () => {
    const { stdout } = await runPoco(["network", "store", "--help"]);
    expect(stdout).to.contain("Usage: poco network store [options]").and.to.contain("\n  --max-blocks <N> ");
  });

  for (const [args, sentence] of [
    [["--workers", "51"], "--workers is 51: give a whole number from 0 to 50."],
    [["--workers", "-1"], "--workers"],
    [["--port", "http"], "--port is http: give a whole number from 0 to 65535."],
    [["--prot", "1"], "Unknown option '--prot' (Did you mean --port?). See poco network --help."],
    [["--chain-id", "0"], "--chain-id is 0: give a whole number from 1 to"],
    [["--rpc", "localhost:8545"], "--rpc is localhost:8545: give a URL such as http://127.0.0.1:8545."],
    [["--rpc", "http://127.0.0.1:8545"], "--rpc and --deployment go together"],
    [["--attestation", "off"], "--attestation is off: use simulated or none."],
    [["--tcb", "tcb.json"], "are for a joined chain"],
    [["--crl", "a.crl", "--crl", "b.crl"], "are for a joined chain"],
    [["--registry", `0x${"11".repeat(20)}`], "are for a joined chain"],
    [["--accept-outdated-platforms"], "are for a joined chain"],
    [["--sept-ve-disable", "no"], "--sept-ve-disable is no: use required or optional."],
    [["--app-network", "lan"], "--app-network is lan: use off, public or all."],
    [["--port", "1", "--port", "2"], "--port is given 2 times: give it once. See poco network --help."],
    [
      ["--deployment", "/undeployedManifest.json", "--rpc", "http://127.0.0.1:1"],
      "it should be a file that `npm run deploy` wrote",
    ],
  ] as const) {
    it(`refuse ${args.join(" ")}`, () => {
      expect(() => networkOptions(args, {}))
        .to.throw(UsageError)
        .with.property("message")
        .that.contains(sentence);
    });
  }

  for (const variables of [{ POCO_KEY: `0x${"11".repeat(32)}` }, { POCO_PLATFORM: "platform.json" }]) {
    it(`refuse ${Object.keys(variables)[0]} for a chain of its own`, () => {
      expect(() => networkOptions([], variables)).to.throw(UsageError, "are for a joined chain");
    });
  }

  it("take enclaves that are not attested on the embedded chain only", () => {
    expect(networkOptions(["--attestation", "none"], {}).attestation).to.equal("none");
    withFolder({ "manifest.json": JSON.stringify(UNDEPLOYED) }, (root) => {
      const args = ["--rpc", "http://127.0.0.1:1", "--deployment", join(root, "manifest.json")];
      for (const mode of ["none", "simulated"])
        expect(() => networkOptions([...args, "--attestation", mode], {})).to.throw(
          UsageError,
          `--attestation ${mode} is for the embedded chain`,
        );
      const trusting = networkOptions([...args, "--tcb", "t.json", "--crl", "a", "--crl", "b,c"], {});
      expect(trusting).to.include({ tcb: "t.json", crl: "a,b,c" });
    });
  });

  it("refuse workers on a joined chain without a pool's owner", () => {
    withFolder({ "manifest.json": JSON.stringify(UNDEPLOYED) }, (root) => {
      const args = ["--rpc", "http://127.0.0.1:1", "--deployment", join(root, "manifest.json")];
      const workers = { POCO_WORKER_KEYS: `0x${"11".repeat(32)},0x${"12".repeat(32)}` };
      expect(() => networkOptions(args, workers)).to.throw(UsageError, "Set POCO_KEY");
      const options = networkOptions(args, { ...workers, POCO_KEY: `0x${"13".repeat(32)}` });
      expect(options.workerKeys).to.have.lengthOf(2);
    });
  });

  it("refuse a pool on a joined chain that nobody may work for, unless strangers may", () => {
    withFolder({ "manifest.json": JSON.stringify(UNDEPLOYED) }, (root) => {
      const args = ["--rpc", "http://127.0.0.1:1", "--deployment", join(root, "manifest.json")];
      const owner = { POCO_KEY: `0x${"13".repeat(32)}` };
      expect(() => networkOptions(args, owner)).to.throw(UsageError, "No worker may join this pool");
      const worker = `0x${"aa".repeat(20)}`;
      expect(networkOptions([...args, "--admit-workers", worker], owner).admitWorkers).to.have.lengthOf(1);
      expect(networkOptions([...args, "--open-workers", "1000"], owner).openWorkers).to.equal(1_000);
      expect(() => networkOptions([...args, "--open-workers", "0"], owner)).to.throw(UsageError, "--open-workers is 0");
    });
  });

  it("refuse a file that is not a manifest, and say which field is wrong", () => {
    withFolder({ "manifest.json": '{"network":"x"}' }, (root) => {
      const args = ["--rpc", "http://127.0.0.1:1", "--deployment", join(root, "manifest.json")];
      expect(() => networkOptions(args, {})).to.throw(UsageError, "Manifest: ");
      writeFileSync(join(root, "manifest.json"), "{");
      expect(() => networkOptions(args, {})).to.throw(UsageError, "it should be a file that `npm run deploy` wrote");
    });
  });
});

describe("The settings of a service", () => {
  const settings = {
    key: { hint: "", help: "the key of the pool", read: privateKey, isSecret: true },
    name: { hint: "NAME", help: "a name", read: (text: string) => text },
  } as const;
  const KEY = `0x${"11".repeat(32)}`;

  it("must be said when there is nothing usual", () => {
    expect(() => settingsOf("x", settings, { args: ["--name=a"], environment: {} })).to.throw(
      UsageError,
      "Set POCO_KEY: the key of the pool. See x --help.",
    );
    expect(() => settingsOf("x", settings, { args: [], environment: { POCO_KEY: KEY } })).to.throw(
      UsageError,
      "Set --name or POCO_NAME: a name.",
    );
  });

  it("take secrets from the environment only, and never show them", () => {
    expect(() => settingsOf("x", settings, { args: [`--key=${KEY}`], environment: {} })).to.throw(UsageError);
    const environment = { POCO_KEY: "0xnokey" };
    expect(() => settingsOf("x", settings, { args: ["--name=a"], environment }))
      .to.throw(UsageError, "POCO_KEY is invalid")
      .with.property("message")
      .that.does.not.contain("nokey");
  });

  it("are read as they were passed on", () => {
    const { args, environment } = settingArguments({ key: KEY, name: "two words" }, settings);
    expect(args.join(" ")).not.to.contain("11");
    expect(settingsOf("x", settings, { args, environment })).to.deep.equal({ key: KEY, name: "two words" });
  });
});
