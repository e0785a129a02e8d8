import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { encryptKeystoreJsonSync, Wallet } from "ethers";

import { findKeystore, listKeystores } from "@poco-marketplace/cli/account/keystore.js";
import { openSigner, type SignerValues } from "@poco-marketplace/cli/account/openSigner.js";
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { rejection } from "../fixtures/rejection.js";

const ALICE = new Wallet(`0x${"11".repeat(32)}`);
const BOB = new Wallet(`0x${"22".repeat(32)}`);
const ACCOUNTS = [
  { role: "app developer", address: BOB.address as `0x${string}`, privateKey: BOB.privateKey },
  { role: "requester", address: ALICE.address as `0x${string}`, privateKey: ALICE.privateKey },
];
const progress = { print: () => undefined, during: <Result>(_: string, work: Promise<Result>) => work };

function open(
  values: SignerValues,
  {
    environment = {},
    accounts = ACCOUNTS,
  }: { environment?: Record<string, string>; accounts?: readonly (typeof ACCOUNTS)[number][] } = {},
) {
  return openSigner(values, { accounts }, "requester", { environment, isTerminal: false, progress });
}

describe("The account that acts", () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "keystore-"));
    file = join(folder, "alice.json");
    // The usual work for a password takes seconds.
    const { address, privateKey } = ALICE;
    await writeFile(file, encryptKeystoreJsonSync({ address, privateKey }, "pass", { scrypt: { N: 2, r: 1, p: 1 } }));
    await writeFile(join(folder, "notes.txt"), "{}");
  });
  after(() => rm(folder, { recursive: true }));

  it("is the usual one of a development network, unless another is named", async () => {
    expect((await open({})).address).to.equal(ALICE.address);
    expect((await open({ account: "app developer" })).address).to.equal(BOB.address);
    expect((await open({}, { environment: { POCO_KEY: BOB.privateKey } })).address).to.equal(BOB.address);
  });

  it("is that of a keystore, with its password", async () => {
    const environment = { POCO_PASSWORD: "pass", POCO_KEY: BOB.privateKey };
    expect((await open({ wallet: file }, { environment })).address).to.equal(ALICE.address);
  });

  it("is found among keystores by its file or its address", async () => {
    const alice = { file, address: ALICE.address };
    expect(await listKeystores(folder)).to.deep.equal([alice]);
    expect(await findKeystore("alice.json", folder)).to.deep.equal(alice);
    expect(await findKeystore(ALICE.address.toLowerCase(), folder)).to.deep.equal(alice);
    expect((await rejection(findKeystore("bob", folder), UsageError)).message).to.contain(
      `There is no keystore bob in ${folder}: there are ${ALICE.address}. Import one with poco wallet import.`,
    );
    expect((await rejection(findKeystore("notes.txt", folder), UsageError)).message).to.contain(
      "is not a keystore file",
    );
    expect(await listKeystores(join(folder, "absent"))).to.deep.equal([]);
  });

  for (const [what, values, options, sentence] of [
    ["two names", { account: "requester", wallet: "x" }, {}, "Give only one of --account and --wallet."],
    [
      "an unknown role",
      { account: "owner" },
      {},
      'There is no account "owner" on this network: there are app developer',
    ],
    [
      "a role elsewhere",
      { account: "requester" },
      { accounts: [] },
      "this network has none: give --wallet or POCO_KEY.",
    ],
    ["a key that is none", {}, { environment: { POCO_KEY: "0x12" } }, "POCO_KEY is not usable: give a private key"],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      expect((await rejection(open(values, options), UsageError)).message).to.contain(sentence);
    });
  }

  it("is refused with a wrong password, or without one where nobody can be asked", async () => {
    const environment = { POCO_PASSWORD: "word" };
    expect((await rejection(open({ wallet: file }, { environment }), UsageError)).message).to.contain("does not open");
    expect((await rejection(open({ wallet: file }), UsageError)).message).to.equal(
      `The password of ${ALICE.address} is missing: set POCO_PASSWORD.`,
    );
  });
});
