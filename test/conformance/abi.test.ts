/**
 * The wire contract, item by item: each function and event of wire/abi/ is in the bindings and served at the address that
 * clients call. What the wire carries must be the same: names of functions and events, types, mutability, indexed flags, names
 * of event arguments, of struct members and of results. Names of function parameters stay in the source: no call carries them.
 */
import { expect } from "chai";
import { EventFragment, Fragment, FunctionFragment, Interface, type BaseContract, type ParamType } from "ethers";
import { network } from "hardhat";

import { scenes } from "../fixtures/scenes.js";
import { readWire } from "../fixtures/wire.js";

const connection = await network.create();
const { marketWorld, nativeWorld } = scenes(connection);

type Served = { readonly contract: BaseContract; readonly serves: (selector: string) => Promise<boolean> };

/** What stands at the addresses that clients call, with the ABI of the bindings. A hub serves what its loupe tells. */
const PLACES: Readonly<Record<string, () => Promise<Served>>> = {
  "hub.json": hub,
  "legacy-views.json": hub,
  "native-escrow.json": async () => {
    const { poco } = await connection.networkHelpers.loadFixture(nativeWorld);
    return { contract: poco, serves: async (selector) => isSomebody(await poco.facetAddress(selector)) };
  },
  "app.json": () => inMarket(({ app }) => app),
  "dataset.json": () => inMarket(({ dataset }) => dataset),
  "workerpool.json": () => inMarket(({ workerpool }) => workerpool),
  "app-registry.json": () => inMarket(({ appRegistry }) => appRegistry),
  "dataset-registry.json": () => inMarket(({ datasetRegistry }) => datasetRegistry),
  "workerpool-registry.json": () => inMarket(({ workerpoolRegistry }) => workerpoolRegistry),
};

async function hub(): Promise<Served> {
  const { poco } = await connection.networkHelpers.loadFixture(marketWorld);
  return { contract: poco, serves: async (selector) => isSomebody(await poco.facetAddress(selector)) };
}

/** A contract that is no diamond serves a function if its code, or that of what it is a clone of, compares with the selector. */
async function inMarket(
  choose: (market: Awaited<ReturnType<typeof marketWorld>>) => BaseContract,
): Promise<Served> {
  const contract = choose(await connection.networkHelpers.loadFixture(marketWorld));
  const { provider } = connection.ethers;
  const code = await provider.getCode(contract);
  const target = /^0x363d3d373d3d3d363d73([0-9a-f]{40})/.exec(code)?.[1];
  const logic = target === undefined ? code : await provider.getCode(`0x${target}`);
  return { contract, serves: (selector) => Promise.resolve(dispatches(logic, selector)) };
}

/** Whether code compares something with a selector: PUSH4 selector, then EQ within a few bytes, or the leading zeros dropped. */
function dispatches(code: string, selector: string): boolean {
  return code.includes(`63${selector.slice(2)}`) || code.includes(`62${selector.slice(4)}`);
}

function isSomebody(address: string): boolean {
  return BigInt(address) !== 0n;
}

/** A parameter as the wire has it. */
function shapeOf({ name, type, baseType, indexed, components, arrayChildren }: ParamType, isNamed: boolean): object {
  const members = baseType === "array" ? arrayChildren?.components : components;
  return {
    ...(isNamed ? { name } : {}),
    type,
    ...(indexed === null ? {} : { indexed }),
    ...(members === undefined || members === null ? {} : { members: members.map((member) => shapeOf(member, true)) }),
  };
}

const wireFiles = Object.fromEntries(
  Object.keys(PLACES).map((file) => [file, Interface.from(readWire(`abi/${file}`) as Fragment[])]),
);

describe("The wire contract", () => {
  for (const [file, wire] of Object.entries(wireFiles)) {
    const functions = wire.fragments.filter((fragment) => fragment instanceof FunctionFragment);
    const events = wire.fragments.filter((fragment) => fragment instanceof EventFragment);

    describe(file, () => {
      for (const fragment of functions) {
        it(`has ${fragment.format("sighash")}`, async () => {
          const { contract, serves } = await PLACES[file]!();
          const ours = contract.interface.getFunction(fragment.selector)!;

          expect(ours, "in the bindings").not.to.equal(null);
          expect(ours.name).to.equal(fragment.name);
          expect(ours.stateMutability).to.equal(fragment.stateMutability);
          expect(ours.inputs.map((input) => shapeOf(input, false))).to.deep.equal(
            fragment.inputs.map((input) => shapeOf(input, false)),
          );
          // A result without a name may be given one: clients read it by its place and never by a name.
          expect(ours.outputs.map((output, index) => shapeOf(output, fragment.outputs[index]?.name !== ""))).to.deep.equal(
            fragment.outputs.map((output) => shapeOf(output, output.name !== "")),
          );
          expect(await serves(fragment.selector), "served").to.equal(true);
        });
      }

      for (const fragment of events) {
        it(`has the event ${fragment.format("sighash")}`, async () => {
          const { contract } = await PLACES[file]!();
          const ours = contract.interface.getEvent(fragment.topicHash)!;

          expect(ours, "in the bindings").not.to.equal(null);
          expect(ours.name).to.equal(fragment.name);
          expect(ours.anonymous).to.equal(fragment.anonymous);
          expect(ours.inputs.map((input) => shapeOf(input, true))).to.deep.equal(
            fragment.inputs.map((input) => shapeOf(input, true)),
          );
        });
      }
    });
  }
});
