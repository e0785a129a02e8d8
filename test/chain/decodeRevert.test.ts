import { expect } from "chai";
import { AbiCoder, Interface, ZeroAddress, concat, dataSlice, id } from "ethers";
import { artifacts } from "hardhat";

import {
  ERROR_CATALOG,
  PocoRevertError,
  decodeRevert,
  decodeRevertData,
  type ContractErrorName,
  type ErrorEntry,
  type ErrorInput,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";

const CATALOG = Object.entries<ErrorEntry>(ERROR_CATALOG);
const TASK = id("a task");
const ALICE = addressOf(1);

/** Revert data of an error, as a contract would make it. */
function dataOf(name: ContractErrorName, values: readonly unknown[]): Hex {
  const { inputs }: ErrorEntry = ERROR_CATALOG[name];
  const types = inputs.map(({ type }) => type);
  const selector = id(`${name}(${types.join(",")})`).slice(0, 10);
  return concat([selector, AbiCoder.defaultAbiCoder().encode(types, values)]) as Hex;
}

function sentenceOf(name: ContractErrorName, ...values: readonly unknown[]): string {
  return decodeRevertData(dataOf(name, values)).message;
}

/** A value of the type, different for each place. */
function sample({ type, members }: ErrorInput, place: number): string | bigint | boolean {
  if (type === "address") return addressOf(1_000 + place);
  if (type.startsWith("bytes")) return dataSlice(id(`value ${place}`), 0, Number(type.slice("bytes".length)));
  if (type === "bool") return place % 2 === 0;
  if (type === "string") return `text ${place}`;
  return members === undefined ? BigInt(5_000 + place) : BigInt(place % members.length);
}

describe("The catalog of errors", () => {
  it("has every error of every contract", async () => {
    const names = [...(await artifacts.getAllFullyQualifiedNames())].filter((name) => name.startsWith("contracts/"));
    const known = new Map(
      CATALOG.map(([name, { inputs }]) => [name, inputs.map(({ name: of, type }) => ({ of, type }))]),
    );
    let count = 0;
    for (const name of names) {
      Interface.from((await artifacts.readArtifact(name)).abi).forEachError((error) => {
        const inputs = error.inputs.map(({ name: of, type }) => ({ of, type }));
        expect(known.get(error.name), `${error.name} of ${name}`).to.deep.equal(inputs);
        count += 1;
      });
    }
    expect(count).to.be.greaterThan(CATALOG.length);
  });

  for (const [name, { inputs }] of CATALOG) {
    it(`explains ${name}`, () => {
      const values = inputs.map(sample);
      const data = dataOf(name as ContractErrorName, values);
      const { reason, args, message, data: same } = decodeRevertData(data);

      expect(reason).to.equal(name);
      expect(args).to.deep.equal(Object.fromEntries(inputs.map((input, place) => [input.name, values[place]])));
      expect(same).to.equal(data);
      expect(message).to.match(/^[A-Z0-9].*\(\w+[):].*\. .*\.$/);
      for (const input of inputs)
        expect(message, "names of values give way to values").not.to.include(`\`${input.name}\``);
    });
  }
});

describe("A refusal in words", () => {
  it("has amounts in RLC", () => {
    expect(sentenceOf("ERC20InsufficientBalance", ALICE, 1_500_000_000n, 2_000_000_001n)).to.satisfy((text: string) =>
      ["1.5 RLC", "2.000000001 RLC", ALICE].every((part) => text.includes(part)),
    );
  });

  it("has moments as dates", () => {
    expect(sentenceOf("TaskStillRunning", TASK, 1_893_456_000n)).to.equal(
      `The task may still be finished until 2030-01-01 00:00:00 UTC (TaskStillRunning: task id ${TASK}). ` +
        "Wait until 2030-01-01 00:00:00 UTC.",
    );
    expect(sentenceOf("TaskStillRunning", TASK, 2n ** 200n)).to.include(`until ${2n ** 200n} s`);
  });

  it("has members of enums and tags by name", () => {
    expect(sentenceOf("NotSigned", 2n, TASK, ALICE))
      .to.include("kind WORKERPOOL")
      .and.to.include(`by ${ALICE}`);
    const tee = `0x${"0".repeat(63)}3`;
    const none = `0x${"0".repeat(64)}`;
    expect(sentenceOf("TagNotCovered", tee, none)).to.include("demanded tee+scone, offered none");
  });

  it("has sums worked out", () => {
    expect(sentenceOf("IndexOutOfRange", TASK, 9n, 3n, 4n)).to.include("has tasks 3 to 6 ");
  });

  it("says a unit once", () => {
    expect(sentenceOf("CategoryTooLong", 2n ** 40n, 2n ** 32n - 1n)).to.include("Pass at most 4294967295 seconds.");
    expect(sentenceOf("CallbackGasTooLarge", 9n, 8n)).to.include("Pass at most 8 gas.");
    expect(sentenceOf("SchedulerRewardRatioTooHigh", 101n, 100n)).to.include("at most 100 percent.");
    expect(sentenceOf("ValueTooSmall", 1n, 7n)).to.include("at least 7 wei");
  });

  it("has the asset that a token stands for", () => {
    expect(sentenceOf("ERC721NonexistentToken", BigInt(ALICE))).to.include(ALICE);
    expect(sentenceOf("ERC721NonexistentToken", 2n ** 160n)).to.include(String(2n ** 160n));
  });
});

function panic(code: bigint): Hex {
  return concat(["0x4e487b71", AbiCoder.defaultAbiCoder().encode(["uint256"], [code])]) as Hex;
}

describe("A refusal that is none of ours", () => {
  const text = AbiCoder.defaultAbiCoder().encode(["string"], ["not today"]);

  it("can be a message", () => {
    const error = decodeRevertData(concat(["0x08c379a0", text]) as Hex);
    expect(error.reason).to.equal("Error");
    expect(error.args).to.deep.equal({ message: "not today" });
    expect(error.message).to.include("not today");
  });

  it("can be a panic", () => {
    expect(decodeRevertData(panic(17n))).to.deep.include({ reason: "Panic", args: { code: 17n } });
    expect(decodeRevertData(panic(17n)).message).to.include("overflowed");
    expect(decodeRevertData(panic(99n)).message).to.include("Panic 99");
  });

  it("can be anything", () => {
    for (const data of ["0x12345678", "0x1234", "0x08c379a0ff", dataOf("NotARegistry", [ZeroAddress]).slice(0, 60)]) {
      expect(decodeRevertData(data as Hex), data).to.deep.include({ reason: "Unknown", args: { data } });
    }
  });

  it("can be nothing", () => {
    expect(decodeRevertData("0x")).to.deep.include({ reason: "Unexplained", args: {} });
  });
});

describe("Revert data in what libraries throw", () => {
  const data = dataOf("UnknownCategory", [7n]);

  const shapes: Readonly<Record<string, unknown>> = {
    "ethers, of a call": { code: "CALL_EXCEPTION", data, transaction: { data: "0xdeadbeef" } },
    "ethers, of a node's answer": { code: "UNKNOWN_ERROR", info: { error: { code: 3, data } } },
    "ethers, of a nested error": { error: { data: { originalError: { data } } } },
    "a node": { code: -32603, data: { message: "reverted", data } },
    viem: { cause: { cause: { raw: data, data: { errorName: "UnknownCategory" } } } },
  };
  for (const [library, shape] of Object.entries(shapes)) {
    it(`is found in that of ${library}`, () => {
      const error = decodeRevert(Object.assign(new Error("reverted"), shape));
      expect(error).to.be.instanceOf(PocoRevertError);
      expect(error!.reason).to.equal("UnknownCategory");
      expect(error!.data).to.equal(data);
      expect(error!.cause).to.deep.include(shape);
    });
  }

  it("may be missing", () => {
    const error = decodeRevert(Object.assign(new Error("missing revert data"), { data: null }));
    expect(error!.reason).to.equal("Unexplained");
  });

  it("is in no other failure", () => {
    const circle: { cause?: unknown } = {};
    circle.cause = circle;
    for (const failure of [new Error("connect ECONNREFUSED"), circle, undefined, "0x12345678", 7, { code: 4001 }]) {
      expect(decodeRevert(failure)).to.equal(undefined);
    }
  });

  it("is decoded once", () => {
    const error = decodeRevert({ data });
    expect(decodeRevert(error)).to.equal(error);
  });

  it("has values by type once the reason is known", () => {
    const error = decodeRevert({ data })!;
    expect(error.is("UnknownDeal")).to.equal(false);
    if (!error.is("UnknownCategory")) throw error;
    const category: bigint = error.args.id;
    expect(category).to.equal(7n);
  });
});
