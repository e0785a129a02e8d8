/** A test that fails in the instrumented copy without any mutant, so that it cannot kill one. */
export type LeftOut = { readonly test: string; readonly reason: string };

const SWITCHES_COST_GAS =
  "The callback is promised its gas, and the contract adds 5,000 for what happens between looking at the gas that is left " +
  "and the call. The switches of the mutants in between cost more.";

/** All such tests. The run fails if another test fails, or if one of these passes. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    test: "Finalize_Callback_Unit_Test.test_WhenTheTransactionComesWithAnyAmountOfGas",
    reason: SWITCHES_COST_GAS,
  },
  {
    test: "Callback_Unit_Test.test_ShouldNeverTellTheCallbackWithLessGasThanPromised",
    reason: SWITCHES_COST_GAS,
  },
];
