import { expect } from "chai";

import { judgeEndings } from "../harness/faults/judge/endings.js";
import { formsOf, judgeLog } from "../harness/faults/judge/markers.js";
import { judgeOrders } from "../harness/faults/judge/orders.js";
import { judgeRecords, judgeReleases, type SmsEntry } from "../harness/faults/judge/secrets.js";
import type { Violation } from "../harness/faults/judge/violation.js";
import { TaskStatus, type Address, type Hex } from "@poco-marketplace/sdk/index.js";

const TASK: Hex = `0x${"7a".repeat(32)}`;
const OTHER: Hex = `0x${"7b".repeat(32)}`;
const address = (digit: string) => `0x${digit.repeat(40)}` as Address;
const [WORKER, COLLEAGUE, ENCLAVE, FAKE] = [address("1"), address("2"), address("a"), address("b")];
const sentences = (violations: readonly Violation[]) => violations.map(({ what }) => what);

function entry(kind: SmsEntry["kind"], enclave: Address, worker = WORKER, task = TASK): SmsEntry {
  return { kind, task, worker, enclave };
}

describe("The judge of endings", () => {
  it("lets tasks go that ended in their result or in a refund", () => {
    const paid = { task: TASK, status: TaskStatus.COMPLETED, result: "right" } as const;
    expect(judgeEndings([paid, { task: OTHER, status: TaskStatus.FAILED }])).to.deep.equal([]);
  });

  for (const [what, ending, sentence] of [
    ["a task that was never opened", { status: TaskStatus.UNSET }, "is still UNSET"],
    ["a task that goes on", { status: TaskStatus.ACTIVE }, "is still ACTIVE"],
    ["a consensus that nobody revealed", { status: TaskStatus.REVEALING }, "is still REVEALING"],
    ["another result", { status: TaskStatus.COMPLETED, result: "wrong" }, "a result that is wrong"],
    [
      "a result that is not there",
      { status: TaskStatus.COMPLETED, result: "unreadable" },
      "a result that is unreadable",
    ],
    ["a result that nobody looked at", { status: TaskStatus.COMPLETED }, "a result that is missing"],
  ] as const) {
    it(`finds ${what}`, () => {
      const [found, ...more] = judgeEndings([{ task: TASK, ...ending }]);
      expect(more).to.deep.equal([]);
      expect(found!.what).to.contain(sentence).and.contain(TASK);
    });
  }
});

describe("The judge of secrets", () => {
  it("lets secrets go to the enclave that was appointed last", () => {
    const log = [
      entry("appointed", FAKE, COLLEAGUE),
      entry("appointed", ENCLAVE),
      entry("released", ENCLAVE),
      entry("released", ENCLAVE),
      entry("appointed", FAKE, WORKER, OTHER),
      entry("released", FAKE, WORKER, OTHER),
    ];
    expect(judgeReleases(log)).to.deep.equal([]);
  });

  for (const [what, log, sentence] of [
    ["a release that nobody was appointed for", [entry("released", ENCLAVE)], "none was appointed"],
    ["one to another enclave", [entry("appointed", ENCLAVE), entry("released", FAKE)], `${ENCLAVE} was appointed`],
    ["one to another worker", [entry("appointed", ENCLAVE), entry("released", ENCLAVE, COLLEAGUE)], "went to enclave"],
    [
      "one to an enclave that was replaced",
      [entry("appointed", ENCLAVE), entry("appointed", FAKE, COLLEAGUE), entry("released", ENCLAVE)],
      `while ${FAKE} was appointed`,
    ],
    ["one for another task", [entry("appointed", ENCLAVE), entry("released", ENCLAVE, WORKER, OTHER)], "none was"],
  ] as const) {
    it(`finds ${what}`, () => {
      const [found, ...more] = sentences(judgeReleases(log));
      expect(more).to.deep.equal([]);
      expect(found).to.contain(sentence);
    });
  }

  it("finds releases and contributions of enclaves that were never appointed", () => {
    const log = [entry("appointed", ENCLAVE)];
    const own = { task: TASK, worker: WORKER, enclave: ENCLAVE.toUpperCase().replace("0X", "0x") as Address };
    const none = { ...own, enclave: address("0") };
    expect(judgeRecords(log, { rows: [own], contributions: [own, none] })).to.deep.equal([]);
    const stolen = { ...own, enclave: FAKE };
    expect(sentences(judgeRecords(log, { rows: [stolen], contributions: [stolen] }))).to.deep.equal([
      `the database has a release for task ${TASK} to ${FAKE}, never appointed`,
      `enclave ${FAKE} contributed to task ${TASK} without having been appointed`,
    ]);
  });
});

describe("The judge of orders", () => {
  const order = { kind: "app", hash: TASK, volume: 5n, consumed: 2n };
  const judge = (market: { status: string; remaining: number } | undefined, consumed = 2n) =>
    sentences(judgeOrders([{ ...order, consumed }], new Map(market === undefined ? [] : [[TASK, market]])));

  it("is content with a market that knows what is left of each", () => {
    expect(judge({ status: "open", remaining: 3 })).to.deep.equal([]);
    expect(judge({ status: "filled", remaining: 0 }, 5n)).to.deep.equal([]);
  });

  it("finds orders that are lost, dead, or of which more or less is left", () => {
    expect(judge(undefined)).to.deep.equal([`the market lost app order ${TASK}`]);
    expect(judge({ status: "dead", remaining: 3 })).to.have.lengthOf(1);
    expect(judge({ status: "open", remaining: 4 })[0]).to.contain("as open with 4, not open with 3");
    expect(judge({ status: "open", remaining: 1 }, 5n)).to.have.lengthOf(1);
  });
});

describe("The judge of logs", () => {
  const secret = { name: "the secret", text: "correct horse battery staple" };
  const markers = formsOf(secret);

  it("is content with logs without secrets", () => {
    expect(judgeLog("market.log", '{"level":30,"msg":"correct horse"}', markers)).to.deep.equal([]);
  });

  const bytes = Buffer.from(secret.text);
  for (const [how, text] of [
    ["as it is", secret.text],
    ["in hex", bytes.toString("hex")],
    ["in upper case hex", bytes.toString("hex").toUpperCase()],
    ...["", "a", "ab", "abc"].flatMap((before) =>
      ["", "y", "yz"].map((after) => [
        `in base64 between "${before}" and "${after}"`,
        Buffer.from(before + secret.text + after).toString("base64"),
      ]),
    ),
  ] as [string, string][]) {
    it(`finds a secret ${how}`, () => {
      const found = judgeLog("market.log", `{"err":"what ${text} was"}`, markers);
      expect(found).to.not.deep.equal([]);
      expect(found[0]!.what).to.match(/^market\.log has the secret, /);
    });
  }
});
