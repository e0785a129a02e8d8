const fuzz = { runs: 256, seed: "0x506f436f" };

// Actions take seeds: values that the chain has seen make them no better, and finding those takes time.
const invariant = { failOnRevert: true, includeStorage: false, includePushBytes: false, dictionaryWeight: 0 };

/** How thoroughly Solidity tests are run: `default` in every test run, `deep` by `test/harness/laws.ts`. */
export const testProfiles = {
  default: { fuzz, invariant: { ...invariant, runs: 2, depth: 192 } },
  deep: {
    fuzz: { ...fuzz, seed: process.env.LAWS_SEED ?? fuzz.seed },
    invariant: { ...invariant, runs: Number(process.env.LAWS_RUNS ?? 200), depth: 256 },
    // For the tally of what was called.
    fsPermissions: { dangerouslyWriteDirectory: ["cache"] },
  },
};
