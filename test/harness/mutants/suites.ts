import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

import {
  CollectStackTraces,
  EdrContext,
  L1_CHAIN_TYPE,
  l1HardforkLatest,
  l1HardforkToString,
  l1SolidityTestRunnerFactory,
  TestStatus,
  type Artifact,
  type ArtifactId,
  type FuzzConfigArgs,
} from "@nomicfoundation/edr";

import { TRACE } from "./instrument.js";

/** A test contract. */
export type Suite = {
  readonly id: ArtifactId;
  readonly name: string;
  readonly hasFuzzTests: boolean;
  /** A hash that changes with its code. */
  readonly fingerprint: string;
};

/** The outcome of the tests that ran. */
export type Outcome = {
  readonly passed: number;
  /** The names of suite and test, as in `Claim_Unit_Test.test_RevertWhen_…`. */
  readonly failed: readonly string[];
  /** The duration in milliseconds, by suite. */
  readonly took: ReadonlyMap<Suite, number>;
};

export type Suites = {
  /** A hash that changes with the code of all contracts that tests deploy. */
  readonly fingerprint: string;
  readonly all: readonly Suite[];
  /**
   * Runs suites with a mutant on (0: none): all tests, with few inputs per fuzz test; or the fuzz tests only, with as many
   * inputs as in the project.
   */
  readonly run: (suites: readonly Suite[], mutant: number, inputs: Inputs) => Promise<Outcome>;
  /** Runs a suite and returns the mutants that it executes. */
  readonly trace: (suite: Suite) => Promise<ReadonlySet<number>>;
};

export type Inputs = "few" | "all";

/** A limit above the needs of every test, but not far above: EDR keeps every step of a failing test in memory. */
const GAS_LIMIT = 300_000_000n;

/** The small number of inputs per fuzz test: a change that breaks one input mostly breaks all. */
const FEW = 2;

/** The names of tests with inputs; see STYLE.md. */
const FUZZ_TESTS = "^testFuzz_";

type ArtifactFile = Artifact["contract"] & { contractName: string; inputSourceName: string; buildInfoId: string };

/** Reads Hardhat's artifacts in the form that EDR takes. */
function readArtifacts(folder: string): Artifact[] {
  const files = globSync(["artifacts/**/*.json", "cache/test-artifacts/**/*.json"], { cwd: folder });
  return files
    .filter((file) => !file.split(path.sep).includes("build-info"))
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as ArtifactFile)
    .map(({ contractName, inputSourceName, buildInfoId, abi, ...contract }) => {
      const [, major, minor, patch] = /^solc-(\d+)_(\d+)_(\d+)/.exec(buildInfoId) ?? [];
      const id = { name: contractName, source: inputSourceName, solcVersion: `${major}.${minor}.${patch}` };
      return { id, contract: { ...contract, abi: JSON.stringify(abi) } };
    });
}

function fingerprintOf(artifacts: readonly Artifact[]): string {
  const codes = artifacts.map(({ id, contract }) => `${id.source}:${id.name} ${contract.bytecode ?? ""}`);
  return createHash("sha256").update(codes.toSorted().join("\n")).digest("hex");
}

/** The tests in a contract; those with inputs are fuzz tests. */
function testsOf({ contract }: Artifact): { readonly name: string; readonly inputs: readonly unknown[] }[] {
  const abi = JSON.parse(contract.abi) as { type: string; name?: string; inputs?: readonly unknown[] }[];
  return abi
    .filter(({ type }) => type === "function")
    .map(({ name = "", inputs = [] }) => ({ name, inputs }))
    .filter(({ name }) => name.startsWith("test"));
}

/** Invariant tests are left out: they take too long here, and are for other mistakes. */
function isSuite(artifact: Artifact): boolean {
  const { source } = artifact.id;
  if (!source.startsWith("project/test/") || source.startsWith("project/test/invariant/")) return false;
  return testsOf(artifact).length > 0;
}

/**
 * Runs Solidity tests in this process, directly in EDR: Hardhat takes seconds to start, and a mutant often lives for a tenth
 * of one.
 */
export async function openSuites(folder: string, fuzz: FuzzConfigArgs): Promise<Suites> {
  const artifacts = readArtifacts(folder).filter(({ contract }) => (contract.bytecode ?? "0x") !== "0x");
  const all = artifacts
    .filter((artifact) => isSuite(artifact))
    .map((artifact): Suite => {
      const { id } = artifact;
      const hasFuzzTests = testsOf(artifact).some(({ inputs }) => inputs.length > 0);
      return { id, name: id.name, hasFuzzTests, fingerprint: fingerprintOf([artifact]) };
    });
  // EDR reads all artifacts at the start of every run, so those of other suites would only cost time.
  const deployed = artifacts.filter(({ id }) => !id.source.endsWith(".t.sol"));
  const context = new EdrContext();
  await context.registerSolidityTestRunnerFactory(L1_CHAIN_TYPE, l1SolidityTestRunnerFactory());

  async function run(
    suites: readonly Suite[],
    coinbase: number,
    inputs: Inputs,
    onHit?: (id: number) => void,
  ): Promise<Outcome> {
    const took = new Map<Suite, number>();
    const failed: string[] = [];
    let passed = 0;
    // The results of the last suites may arrive after the end of the run.
    const { promise: allTold, resolve } = Promise.withResolvers<undefined>();
    await context.runSolidityTests(
      L1_CHAIN_TYPE,
      [...deployed, ...artifacts.filter(({ id }) => suites.some((suite) => suite.id === id))],
      suites.map(({ id }) => id),
      {
        projectRoot: folder,
        hardfork: l1HardforkToString(l1HardforkLatest()),
        blockCoinbase: Buffer.from(coinbase.toString(16).padStart(40, "0"), "hex"),
        gasLimit: GAS_LIMIT,
        disableBlockGasLimit: true,
        disableTransactionGasCap: true,
        collectStackTraces: CollectStackTraces.OnFailure,
        ...(inputs === "few" ? { fuzz: { ...fuzz, runs: FEW } } : { fuzz, testPattern: FUZZ_TESTS }),
        ...(onHit !== undefined && {
          observability: {
            codeCoverage: {
              onCollectedCoverageCallback: async (hits: Uint8Array[]) => {
                for (const hit of hits) onHit(Number(BigInt(`0x${Buffer.from(hit).toString("hex")}`)));
              },
            },
          },
        }),
      },
      {},
      ({ id, durationNs, testResults }) => {
        const suite = suites.find((known) => known.id.name === id.name && known.id.source === id.source);
        if (suite !== undefined) took.set(suite, Number(durationNs / 1_000_000n));
        for (const { name, status } of testResults) {
          if (status === TestStatus.Failure) failed.push(`${id.name}.${name.replace(/\(.*/, "")}`);
          else passed += 1;
        }
        if (took.size === suites.length) resolve(undefined);
      },
    );
    if (suites.length > 0) await allTold;
    return { passed, failed, took };
  }

  return {
    fingerprint: fingerprintOf(deployed),
    all,
    run,
    async trace(suite) {
      const hits = new Set<number>();
      await run([suite], TRACE, "few", (id) => hits.add(id));
      return hits;
    },
  };
}
