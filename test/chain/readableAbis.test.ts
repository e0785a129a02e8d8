/** Handles of the SDK know of the contracts what TypeChain's factories know. */
import { expect } from "chai";
import { Interface } from "ethers";

import {
  APP_REGISTRY_ABI,
  DATASET_REGISTRY_ABI,
  HUB_ABI,
  TOKEN_ABI,
  WORKERPOOL_REGISTRY_ABI,
} from "@poco-marketplace/sdk/chain/readableAbis.js";
import {
  AppRegistry__factory,
  DatasetRegistry__factory,
  IPoco__factory,
  Rlc__factory,
  WorkerpoolRegistry__factory,
} from "../../typechain-types/index.js";

describe("The ABIs that connectContracts uses", () => {
  const pairs = [
    { name: "hub", words: HUB_ABI, factory: IPoco__factory },
    { name: "token", words: TOKEN_ABI, factory: Rlc__factory },
    { name: "registry of apps", words: APP_REGISTRY_ABI, factory: AppRegistry__factory },
    { name: "registry of datasets", words: DATASET_REGISTRY_ABI, factory: DatasetRegistry__factory },
    { name: "registry of workerpools", words: WORKERPOOL_REGISTRY_ABI, factory: WorkerpoolRegistry__factory },
  ];
  for (const { name, words, factory } of pairs) {
    it(`are whole for the ${name}`, () => {
      const whole = new Interface(factory.abi).format().filter((line) => !line.startsWith("constructor"));
      expect(new Interface(words).format().toSorted()).to.deep.equal(whole.toSorted());
    });
  }
});
