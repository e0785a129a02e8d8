import { expect } from "chai";
import { network } from "hardhat";

import { changedRuntime } from "@poco-marketplace/cli/demo/attack/onImages.js";
import { runAttacks } from "@poco-marketplace/cli/demo/attack/runAttacks.js";
import { DemoError } from "@poco-marketplace/cli/demo/demoError.js";
import { openTranscript } from "@poco-marketplace/cli/demo/transcript.js";
import { deploy, openScenario } from "@poco-marketplace/cli/demo/scenario.js";
import { readOptions } from "@poco-marketplace/cli/demo/options.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { runDemo, type DemoRun } from "../fixtures/demo.js";
import { rejection } from "../fixtures/rejection.js";

interface Balances {
  readonly accounts: Readonly<Record<string, { free: string; frozen: string }>>;
  readonly supply: string;
  readonly backing: string;
}

interface Report {
  readonly attacks: readonly {
    readonly name: string;
    readonly repelled: boolean;
    readonly attempts: readonly { refusedBy: string | null; error: string | null; sentence: string | null }[];
    readonly money: string;
    readonly misplaced: readonly string[];
    readonly balances: { readonly before: Balances; readonly after: Balances };
  }[];
}

/** Of every attack: who must refuse it, by which error, and where the money must go. */
const EXPECTED: Readonly<Record<string, readonly [attempts: readonly string[], money: string]>> = {
  "other-app": [["secret service: WrongMeasurement", "TEE broker: WrongMeasurement"], "refund"],
  "replayed-quote": [["secret service: WrongReportData", "TEE broker: WrongReportData"], "honest worker"],
  "stolen-quote": [["secret service: WrongReportData", "TEE broker: WrongReportData"], "honest worker"],
  "revoked-platform": [["secret service: PlatformRefusedOnChain", "TEE broker: CertificateRevoked"], "refund"],
  "expired-certificate": [["secret service: Expired", "TEE broker: Expired"], "refund"],
  "forged-root": [
    [
      "platform registry: KeyIdentifierMismatch",
      "quote verifier: UntrustedRoot",
      "secret service: UntrustedRoot",
      "TEE broker: UnknownAuthority",
    ],
    "refund",
  ],
  "debug-enclave": [["secret service: DebugEnclave", "TEE broker: DebugEnclave"], "refund"],
  "old-tcb": [["secret service: TcbTooOld", "TEE broker: TcbTooOld"], "refund"],
  "key-thief": [
    [
      "secret service: UnsupportedVersion",
      "secret service: WrongReportData",
      "secret service: QuoteSignatureInvalid",
      "secret service: NotAuthorized",
    ],
    "honest worker",
  ],
  "tampered-data": [["enclave: ChecksumMismatchError"], "honest worker"],
  "tampered-result": [["hub: InvalidEnclaveSignature"], "honest worker"],
  "unapproved-runtime": [["secret service: UnapprovedRuntime", "TEE broker: UnapprovedRuntime"], "refund"],
  "zero-mrconfigid": [["secret service: WrongMeasurement", "TEE broker: WrongMeasurement"], "refund"],
  "other-image": [["secret service: WrongImage", "TEE broker: WrongImage"], "refund"],
};
const ATTACKER = "worker 2";

describe("The demo's attacks", () => {
  let run: DemoRun;
  let report: Report;

  before(async () => {
    run = await runDemo(["--attack", "all", "--json"]);
    report = JSON.parse(run.stdout) as Report;
  });

  it("are all of them repelled, which is exit code 0, and leave nothing behind", () => {
    expect(run.stderr).to.equal("");
    expect(run.code).to.equal(0);
    expect(run.leftovers).to.deep.equal([]);
    expect(report.attacks.map(({ name }) => name)).to.deep.equal(Object.keys(EXPECTED));
    for (const { name, repelled, misplaced } of report.attacks) {
      expect({ name, repelled, misplaced }).to.deep.equal({ name, repelled: true, misplaced: [] });
    }
  });

  it("are refused at the steps and by the errors that they must be, each in a sentence", () => {
    for (const { name, attempts, money } of report.attacks) {
      const refusals = attempts.map(({ refusedBy, error }) => `${refusedBy}: ${error}`);
      expect([refusals, money], name).to.deep.equal(EXPECTED[name]);
      for (const { sentence } of attempts) expect(sentence).to.match(/^[A-Z].{20,}\.$/);
    }
  });

  for (const name of Object.keys(EXPECTED)) {
    it(`leave the money where it belongs: ${name}`, () => {
      const { before, after } = report.attacks.find((attack) => attack.name === name)!.balances;
      const changeOf = (holder: string) => heldBy(after, holder) - heldBy(before, holder);
      const changes = ["requester", "app developer", "data provider", "worker 1", ATTACKER].map(changeOf);

      expect(changes).to.deep.equal(
        EXPECTED[name]![1] === "refund"
          ? [0n, 0n, 0n, 0n, 0n]
          : [-1_400_000_000n, 100_000_000n, 300_000_000n, 990_000_000n, 0n],
      );
      // A pool that did not finish in time lost its stake to the kitty, which rewards pools that do.
      expect(changeOf("scheduler") + changeOf("kitty")).to.equal(EXPECTED[name]![1] === "refund" ? 0n : 10_000_000n);
      expect(after.supply).to.equal(before.supply);
      expect(after.backing).to.equal(after.supply);
    });
  }
});

function heldBy({ accounts }: Balances, holder: string): bigint {
  const { free, frozen } = accounts[holder]!;
  return BigInt(free) + BigInt(frozen);
}

describe("An attack that gets through", function () {
  it("makes the command fail, which tells what was taken: here the TEE broker accepts too much", async () => {
    const { options } = readOptions({});
    const scenario = await openScenario(await deploy(await network.create(), () => {}), options);
    await scenario.attestation.broker.setDebugEnclaves(true);
    const approved = await scenario.attestation.broker.approvedRuntimes();
    await scenario.attestation.broker.approveRuntime(changedRuntime().id);
    const transcript = openTranscript({ print: () => {}, during: (_, work) => work });
    const names = ["other-app", "debug-enclave", "unapproved-runtime"] as const;

    const error = await rejection(runAttacks(scenario, transcript, { names, options, json: true }), DemoError);
    await scenario.close();

    expect(approved).to.deep.equal([simulatedRuntime().id]);
    expect(error.message).to.equal(
      "Not refused as it should be: debug-enclave, unapproved-runtime. Please report this.",
    );
    const { attacks } = error.details as Report;
    expect(attacks.map(({ name, repelled }) => [name, repelled])).to.deep.equal([
      ["other-app", true],
      ["debug-enclave", false],
      ["unapproved-runtime", false],
    ]);
    for (const [index, guards] of [
      [1, ["secret service", null]],
      [2, [null, null]],
    ] as const) {
      const { attempts, misplaced } = attacks[index]!;
      expect(attempts.map(({ refusedBy }) => refusedBy)).to.deep.equal(guards);
      expect(misplaced).to.include("worker 2 has 990000000 nRLC more than before, where it should be 0");
    }
  });
});
