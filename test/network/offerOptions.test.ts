import { join } from "node:path";

import { expect } from "chai";

import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { OFFER_SETTINGS, offerTerms, offerSettings } from "@poco-marketplace/cli/network/pool/offerOptions.js";
import { scheduler } from "@poco-marketplace/cli/network/services/scheduler.js";
import { settingArguments } from "@poco-marketplace/cli/network/settings.js";
import { addressOf } from "../fixtures/addresses.js";
import { withFolder } from "../fixtures/folder.js";
import { networkOptions, settingsOf } from "../fixtures/settings.js";
import { UNDEPLOYED } from "../fixtures/undeployedManifest.js";

const [APP, OTHER] = [addressOf(1), addressOf(2)];
const PRICED = ["--price", "1000000000"];

function termsOf(args: readonly string[]) {
  return offerTerms(settingsOf("poco network scheduler", OFFER_SETTINGS, { args }));
}

describe("What a pool offers, by its options", () => {
  it("is open to everyone where it costs nothing", () => {
    expect(termsOf([])).to.deep.equal({ price: 0n, admits: "everyone" });
  });

  it("has to choose whom it admits where it has a price", () => {
    expect(() => termsOf(PRICED))
      .to.throw(UsageError)
      .with.property("message")
      .that.contains("At a price of 1000000000 nRLC")
      .and.contains("--apps or --requesters")
      .and.contains("--open");
  });

  it("admits the apps and requesters that are named, or everyone in so many words", () => {
    const price = 1_000_000_000n;
    expect(termsOf([...PRICED, "--apps", `${APP}, ${OTHER},${APP}`])).to.deep.equal({
      price,
      admits: { apps: [APP, OTHER], requesters: [] },
    });
    expect(
      termsOf([...PRICED, "--requesters", OTHER, "--categories", "0,5", "--max-stake", "7", "--max-loss", "3"]),
    ).to.deep.equal({
      price,
      admits: { apps: [], requesters: [OTHER] },
      categories: [0, 5],
      maxStake: 7n,
      maxLoss: 3n,
    });
    expect(termsOf([...PRICED, "--open"])).to.deep.equal({ price, admits: "everyone" });
  });

  for (const [args, sentence] of [
    [["--open", "--apps", APP], "--open admits everybody"],
    [["--apps", "0x12"], "--apps is 0x12: give an address"],
    [["--categories", "XS"], "--categories is XS: give a whole number from 0 to 1000"],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => {
      expect(() => termsOf([...PRICED, ...args])).to.throw(UsageError, sentence);
    });
  }

  it("refuses more pairs than it can have orders for", () => {
    const some = Array.from({ length: 8 }, (_, place) => addressOf(place + 1)).join(",");
    expect(termsOf([...PRICED, "--apps", some, "--requesters", some]).admits).to.have.nested.property("apps.length", 8);
    const many = Array.from({ length: 9 }, (_, place) => addressOf(place + 1)).join(",");
    expect(() => termsOf([...PRICED, "--apps", many, "--requesters", many])).to.throw(UsageError, "make 81 pairs");
  });

  it("is what the scheduler's process is told", () => {
    const limits = ["--max-stake", "7", "--max-loss", "3"];
    const said = [...PRICED, "--apps", APP, "--requesters", OTHER, "--categories", "0,5", ...limits];
    for (const args of [said, [...PRICED, "--open"]]) {
      const options = settingsOf("poco network", OFFER_SETTINGS, { args });
      const passed = settingArguments(offerSettings(options), scheduler.settings);
      const told = settingsOf("poco network scheduler", OFFER_SETTINGS, { args: passed.args });
      expect(told).to.deep.equal(options);
    }
  });

  it("is asked for on a chain that is joined, not on one of its own", () =>
    withFolder({ "manifest.json": JSON.stringify(UNDEPLOYED) }, (folder) => {
      const joined = [...PRICED, "--rpc", "http://127.0.0.1:1", "--deployment", join(folder, "manifest.json")];
      const environment = { POCO_KEY: `0x${"11".repeat(32)}`, POCO_WORKER_KEYS: `0x${"22".repeat(32)}` };

      expect(() => networkOptions(joined, environment)).to.throw(UsageError, "At a price of 1000000000 nRLC");
      expect(networkOptions([...joined, "--apps", APP], environment)).to.deep.include({ price: 1_000_000_000 });
      expect(networkOptions(PRICED, {})).to.deep.include({ price: 1_000_000_000 });
    }));
});
