/**
 * The wire contract, item by item: each function and event of wire/abi/ is in the bindings and served at the address that
 * clients call. What the wire carries must be the same: names of functions and events, types, mutability, indexed flags, names
 * of event arguments, of struct members and of results. Names of function parameters stay in the source: no call carries them.
 */
import { expect } from "chai";
import {
  EventFragment,
  FunctionFragment,
  Interface,
  dataLength,
  type BaseContract,
  type Fragment,
  type ParamType,
} from "ethers";
import { network } from "hardhat";

import type { IPoco, IPocoNative } from "../../typechain-types/index.js";
import { scenes } from "../fixtures/scenes.js";
import { readWire } from "../fixtures/wire.js";

const connection = await network.create();
const { marketWorld, nativeWorld } = scenes(connection);

/** What stands at an address that clients call: the contract by its bindings, and what its code can do. */
interface Served {
  readonly contract: BaseContract;
  readonly serves: (selector: string) => Promise<boolean>;
  readonly emits: (topic: string) => boolean;
}

const PLACES: Readonly<Record<string, () => Promise<Served>>> = {
  "hub.json": hub,
  "legacy-views.json": hub,
  "native-escrow.json": nativeHub,
  "app.json": () => inMarket(({ app }) => app),
  "dataset.json": () => inMarket(({ dataset }) => dataset),
  "workerpool.json": () => inMarket(({ workerpool }) => workerpool),
  "app-registry.json": () => inMarket(({ appRegistry }) => appRegistry),
  "dataset-registry.json": () => inMarket(({ datasetRegistry }) => datasetRegistry),
  "workerpool-registry.json": () => inMarket(({ workerpoolRegistry }) => workerpoolRegistry),
};

async function hub(): Promise<Served> {
  const { poco } = await connection.networkHelpers.loadFixture(marketWorld);
  return diamond(poco);
}

async function nativeHub(): Promise<Served> {
  const { poco } = await connection.networkHelpers.loadFixture(nativeWorld);
  return diamond(poco);
}

/** A diamond serves what its loupe tells, with the code of its facets. */
async function diamond(poco: IPoco | IPocoNative): Promise<Served> {
  const facets = await poco.facetAddresses();
  const codes = await Promise.all(facets.map((facet) => connection.ethers.provider.getCode(facet)));
  return {
    contract: poco,
    serves: async (selector) => BigInt(await poco.facetAddress(selector)) !== 0n,
    emits: (topic) => codes.some((code) => pushes(code, topic)),
  };
}

/** Any other contract serves and emits what its code, or that of which it is a clone, compares with and logs. */
async function inMarket(choose: (market: Awaited<ReturnType<typeof marketWorld>>) => BaseContract): Promise<Served> {
  const { provider } = connection.ethers;
  const contract = choose(await connection.networkHelpers.loadFixture(marketWorld));
  const code = await provider.getCode(contract);
  const original = /^0x363d3d373d3d3d363d73([0-9a-f]{40})/.exec(code)?.[1];
  const logic = original === undefined ? code : await provider.getCode(`0x${original}`);
  return {
    contract,
    serves: (selector) => Promise.resolve(pushes(logic, selector)),
    emits: (topic) => pushes(logic, topic),
  };
}

/** Whether code pushes these bytes on the stack. PUSH1 is 0x60. */
function pushes(code: string, bytes: string): boolean {
  const push = (0x60 + dataLength(bytes) - 1).toString(16);
  return code.includes(`${push}${bytes.slice(2)}`);
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
          expect(
            ours.outputs.map((output, index) => shapeOf(output, fragment.outputs[index]?.name !== "")),
          ).to.deep.equal(fragment.outputs.map((output) => shapeOf(output, output.name !== "")));
          expect(await serves(fragment.selector), "served").to.equal(true);
        });
      }

      for (const fragment of events) {
        it(`has the event ${fragment.format("sighash")}`, async () => {
          const { contract, emits } = await PLACES[file]!();
          const ours = contract.interface.getEvent(fragment.topicHash)!;

          expect(ours, "in the bindings").not.to.equal(null);
          expect(ours.name).to.equal(fragment.name);
          expect(ours.anonymous).to.equal(fragment.anonymous);
          expect(ours.inputs.map((input) => shapeOf(input, true))).to.deep.equal(
            fragment.inputs.map((input) => shapeOf(input, true)),
          );
          expect(emits(fragment.topicHash), "emitted").to.equal(true);
        });
      }
    });
  }
});
