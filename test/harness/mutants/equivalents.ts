import { changeOf } from "./change.js";
import { type Mutant } from "./mutant.js";

/** A change that no test can notice, as reports show it, with the reason. */
export type Equivalent = Pick<Mutant, "file" | "within" | "original" | "mutated"> & {
  /** The index, if the same change of the same function occurs in several places. */
  readonly lineText?: string;
  readonly reason: string;
};

/** The survivors that are explained. One that is killed after all has to be removed. */
export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "contracts/core/CodeStore.sol",
    within: "serve",
    original: "… let end := add(length, 0x20) mstore…",
    mutated: "… let end := add(length, 33) mstore…",
    reason: "One word more is written to memory, behind what is returned.",
  },
  {
    file: "contracts/core/DealCodec.sol",
    within: "decode",
    original: "HAS_DATASET",
    mutated: "HAS_DATASET + 1",
    lineText: "if (flags & HAS_DATASET != 0) (deal.dataset.pointer, cursor) = cursor.takeAddress();",
    reason: "The other bit is that of boost deals, and this is read for all deals but those.",
  },
  {
    file: "contracts/core/DealCodec.sol",
    within: "_flags",
    original: "deal.beneficiary != deal.requester",
    mutated: "true",
    reason: "Saves gas: a beneficiary who is the requester is not written down twice.",
  },
  {
    file: "contracts/core/Groups.sol",
    within: "wins",
    original: "trust <= 1",
    mutated: "trust < 1",
    reason: "Saves gas: with a trust of 1, the general rule says group > 0 as well.",
  },
  {
    file: "contracts/core/OrderVolumes.sol",
    within: "consumption",
    original: "0",
    mutated: "1",
    reason: "Saves gas: no order has hash 0, so that nothing of it was ever consumed.",
  },
  {
    file: "contracts/core/Matching.sol",
    within: "_checkSignature",
    original: "kind != OrderKind.REQUEST && signer.code.length == 0",
    mutated: "false",
    reason: "Saves gas, which the snapshots watch: a signature that is not remembered is checked again.",
  },
  {
    file: "contracts/core/Matching.sol",
    within: "_checkSignature",
    original: "book.prove(orderHash, signer, sign);",
    mutated: "(nothing)",
    reason: "Saves gas, which the snapshots watch: a signature that is not remembered is checked again.",
  },
  {
    file: "contracts/core/Callback.sol",
    within: "notify",
    original: "address(0)",
    mutated: "address(1)",
    reason: "Saves gas: zero, and 1 as well, has no code, so that the other half of the condition ends the function.",
  },
  {
    file: "contracts/core/Restriction.sol",
    within: "admits",
    original: "return false;",
    mutated: "(nothing)",
    reason:
      "Saves gas: an account without code answers nothing, which is not a yes. Precompiles answer this question with " +
      "nothing, a failure or a word that is not 1.",
  },
  {
    file: "contracts/core/Tasks.sol",
    within: "open",
    original: "offset < WIDE",
    mutated: "false",
    reason: "Saves gas: an offset that fits into 40 bits may stand in a slot of its own as well.",
  },
  {
    file: "contracts/core/TaskViews.sol",
    within: "task",
    original: "return wire;",
    mutated: "(nothing)",
    reason: "Saves gas: what a task without a deal is asked for is zero throughout.",
  },
  {
    file: "contracts/facets/EscrowFacet.sol",
    within: "_requesterIn",
    original: "32",
    mutated: "33",
    lineText: "require(data.length >= REQUEST_OFFSET_AT + 32, OperationFailed());",
    reason: "What ends with that word is too short for the next demand, which fails with the same error.",
  },
  {
    file: "contracts/registries/AssetList.sol",
    within: "swapAndPop",
    original: "last > 0",
    mutated: "last >= 0",
    reason: "Saves gas: with the last asset, the length went too.",
  },
  {
    file: "contracts/registries/DatasetCodec.sol",
    within: "decode",
    original: "2",
    mutated: "3",
    lineText: "uint256 nameEnd = HEADER_SIZE + uint16(bytes2(fields.slice(0, 2)));",
    reason: "The slice is accounts to two bytes, which drops the third.",
  },
  {
    file: "contracts/registries/WorkerpoolRegistry.sol",
    within: "setPolicy",
    original: "workerStakeRatio >= WIDE_STAKE_RATIO",
    mutated: "true",
    reason: "Saves gas: a ratio that fits into the terms is read from there.",
  },
];

export function explanationOf(mutant: Mutant, known: readonly Equivalent[] = EQUIVALENTS): Equivalent | undefined {
  const change = changeOf(mutant);
  return known.find(
    ({ file, within, original, mutated, lineText = mutant.lineText }) =>
      file === mutant.file &&
      within === mutant.within &&
      original === change.original &&
      mutated === change.mutated &&
      lineText === mutant.lineText,
  );
}
