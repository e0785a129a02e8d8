import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";

import { expect } from "chai";
import { network } from "hardhat";

import { assertConsent } from "../../deploy/consent.js";
import { assertMeans, costOf } from "../../deploy/cost.js";
import { DeployError } from "../../deploy/DeployError.js";
import { planDeployment } from "../../deploy/deploymentPlan.js";
import { sentenceOf } from "../../deploy/failures.js";
import { assertSafeOwner, assertToken, survey } from "../../deploy/preflight.js";
import { readParameters } from "../../deploy/parameters.js";
import arbitrumOne from "../../deploy/parameters/arbitrumOne.json" with { type: "json" };
import arbitrumSepolia from "../../deploy/parameters/arbitrumSepolia.json" with { type: "json" };
import embedded from "../../deploy/parameters/embedded.json" with { type: "json" };
import localhost from "../../deploy/parameters/localhost.json" with { type: "json" };
import sepoliaParameters from "../../deploy/parameters/sepolia.json" with { type: "json" };
import type { Address } from "@poco-marketplace/sdk/index.js";
import { startChain } from "../fixtures/chainServer.js";
import { rejection } from "../fixtures/rejection.js";

const KEY = `0x${"11".repeat(32)}`;

/** A connection to Sepolia whose RPC address and key are these. */
function sepolia(url: string, key: string = KEY) {
  return network.create({ network: "sepolia", override: { url, accounts: [key] } });
}

/** What is said of an attempt. */
async function reasonOf(attempt: Promise<unknown>): Promise<string | undefined> {
  return sentenceOf(await rejection(attempt, Error));
}

describe("A deployment that cannot be", () => {
  it("says which network there is not", async () => {
    expect(await reasonOf(network.create("moon"))).to.equal(
      'There is no network "moon": use one of those in hardhat.config.ts, as in `--network sepolia`.',
    );
  });

  it("says that no node answers", async () => {
    expect(await reasonOf(survey(await sepolia("http://127.0.0.1:1")))).to.equal(
      'No node answers for "sepolia": check its RPC address, and that you are online.',
    );
  });

  it("says that what answers is not a node", async () => {
    const server = createServer((_, response) => response.writeHead(403).end("go away")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await reasonOf(survey(await sepolia(url)))).to.match(
        /^The node does not say which chain it serves on "sepolia": /,
      );
    } finally {
      server.close();
    }
  });

  it("says that the RPC address leads to another chain", async () => {
    const chain = await startChain();
    try {
      expect(await reasonOf(survey(await sepolia(chain.url)))).to.equal(
        "The RPC address leads to chain 31337, but this network is chain 11155111: correct the address.",
      );
    } finally {
      await chain.close();
    }
  });

  it("says that the key is none", async () => {
    const chain = await startChain(11_155_111);
    try {
      expect(await reasonOf(survey(await sepolia(chain.url, `0x${"ff".repeat(32)}`)))).to.match(
        /^The key to deploy with cannot be used on "sepolia": .+\.$/,
      );
    } finally {
      await chain.close();
    }
  });

  it("says what is lacking of its costs, before anything is sent", async () => {
    const connection = await network.create();
    const deployer = "0x1111111111111111111111111111111111111111";
    await connection.networkHelpers.setBalance(deployer, 10n ** 15n);
    const steps = await planDeployment(connection, readParameters(embedded), { strategy: "basic" }, deployer);
    const cost = await costOf(connection, steps);

    expect(await reasonOf(assertMeans(connection, deployer, cost))).to.match(
      /^0x1{40} has 0\.001 coins on "default", but what is to be sent takes up to 0\.0\d+ \([\d,]+ gas at [\d.]+ gwei, and a margin\): send it 0\.0\d+ more first\.$/,
    );
    expect(await connection.ethers.provider.getBlockNumber()).to.equal(0);
    await connection.networkHelpers.setBalance(deployer, cost.needed - 1n);
    expect(await reasonOf(assertMeans(connection, deployer, cost))).to.include(
      "send it 0.000000000000000001 more first",
    );
    await connection.networkHelpers.setBalance(deployer, cost.needed);
    await assertMeans(connection, deployer, cost);
  });

  it("says that the coins ran out on the way", () => {
    const error = new Error("while sending", { cause: new Error("Sender doesn't have enough funds to send tx.") });

    expect(sentenceOf(error)).to.equal(
      "The deployer ran out of coins: send it some and run the same command again, what is deployed stays.",
    );
  });

  it("says that there is no token where the parameters say", async () => {
    const connection = await network.create();
    const attempt = assertToken(connection, readParameters(arbitrumOne));

    expect(await reasonOf(attempt)).to.equal(
      'There is no token at 0xe649e6a1F2afc63ca268C2363691ceCAF75CF47C on "default": correct deploy/parameters.',
    );
  });

  for (const [code, named, sentence] of [
    ["HHE50000", {}, /^The keystore's password is wrong, or its file is damaged: try again; /],
    ["HHE10402", { sender: "0xA" }, /^Other transactions of 0xA are on their way: send nothing else from it, /],
    ["HHE10403", { sender: "0xA" }, /^Other transactions of 0xA are on their way: /],
    ["HHE10404", { sender: "0xA" }, /^Other transactions of 0xA are on their way: /],
    ["HHE10411", { sender: "0xA" }, /^Other transactions of 0xA are on their way: /],
    ["HHE10412", { sender: "0xA" }, /^The node does not know all transactions of 0xA \(yet\): wait a minute, /],
    ["HHE10400", {}, /^The node dropped a transaction: run the same command again/],
    [
      "HHE30",
      { configVariable: 'the configuration variable "DEPLOYER_KEY"' },
      /^DEPLOYER_KEY is not a key: it should be 64 /,
    ],
  ] as const) {
    it(`has a sentence for ${code}`, () => {
      const error = Object.assign(new Error(`${code}: something`), { messageArguments: named });

      expect(sentenceOf(new Error("outer", { cause: error }))).to.match(sentence);
    });
  }

  it("never repeats a key that is none", async () => {
    const chain = await startChain(11_155_111);
    const key = `0x${"ff".repeat(32)}`;
    try {
      const reason = await reasonOf(survey(await sepolia(chain.url, key)));
      expect(reason).to.match(
        /^The key to deploy with cannot be used on "sepolia": it should be 64 hexadecimal digits, /,
      );
      expect(reason).to.not.include("ffff");
    } finally {
      await chain.close();
    }
  });

  it("leaves to the stack trace what nobody foresaw", () => {
    expect(sentenceOf(new TypeError("undefined is not a function"))).to.equal(undefined);
    expect(sentenceOf(new Error("outer", { cause: new DeployError("Do this.") }))).to.equal("Do this.");
  });
});

describe("An account to deploy from", () => {
  it("is the first of the network's", async () => {
    const connection = await network.create();
    const [first] = await connection.ethers.getSigners();

    expect(await survey(connection)).to.deep.equal({ chainId: 31_337, deployer: first!.address as Address });
  });
});

/** A terminal at which this is answered; undefined: which is closed instead. */
const terminal = (answer: string | undefined) => {
  const input = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.ReadStream;
  const output = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream;
  if (answer === undefined) (input as unknown as PassThrough).end();
  else (input as unknown as PassThrough).write(`${answer}\n`);
  return { yes: false, input, output };
};

describe("Consent to send", () => {
  it("is given at the terminal, in one of two ways", async () => {
    for (const answer of ["y", "Yes", " yes "]) await assertConsent("Deploy?", terminal(answer));
  });

  it("is withheld by everything else, and by a terminal that is closed", async () => {
    for (const answer of ["", "n", "yep", "no, yes", undefined]) {
      expect(await reasonOf(assertConsent("Deploy?", terminal(answer)))).to.equal("Nothing was sent.");
    }
  });

  it("is not assumed where nobody can be asked", async () => {
    const output = { isTTY: false } as NodeJS.WriteStream;
    expect(await reasonOf(assertConsent("Deploy?", { ...terminal("y"), output }))).to.equal(
      "Nothing was sent: there is no terminal to ask at. Say --yes to send without being asked.",
    );
    expect(await reasonOf(assertConsent("Deploy?", { ...terminal("y"), mayAsk: false }))).to.equal(
      "Nothing was sent: --json leaves no room for a question. Say --yes to send without being asked.",
    );
    await assertConsent("Deploy?", { ...terminal(undefined), output, yes: true });
  });
});

describe("An owner", () => {
  const deployer = "0x1111111111111111111111111111111111111111";
  const site = { networkName: "arbitrumOne", deployer, isAccepted: false } as const;
  const production = readParameters(arbitrumOne);

  it("with one key is refused where others' money is at stake, unless that is accepted in words", () => {
    for (const owner of ["deployer", deployer] as const) {
      expect(() => assertSafeOwner({ ...production, owner }, site)).to.throw(
        DeployError,
        'name a Safe or a timelock as "owner" in deploy/parameters/arbitrumOne.json, or say --accept-deployer-as-owner',
      );
      assertSafeOwner({ ...production, owner }, { ...site, isAccepted: true });
    }
    assertSafeOwner({ ...production, owner: "0x2222222222222222222222222222222222222222" }, site);
  });

  it("may be the deployer where nothing is at stake: with a token that is worth nothing, and where it is said", () => {
    expect(production.production).to.equal(true);
    for (const parameters of [embedded, localhost, sepoliaParameters, arbitrumSepolia]) {
      expect(readParameters(parameters).production).to.equal(false);
      assertSafeOwner(readParameters(parameters), site);
    }
    expect(readParameters({ ...arbitrumOne, token: "native" }).production).to.equal(true);
  });
});
