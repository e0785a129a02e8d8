import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { hasUserNetwork } from "@poco-marketplace/enclave/network/userNetwork.js";
import { leaveOut } from "../../fixtures/leftOut.js";
import { appOf, appSource, kindsHere, runApp } from "../../fixtures/attested.js";
import { ATTACKER, ATTACKS, SECRET, victim, type Attempts, type Victim } from "./attacks.js";

const UNTOUCHED = ["database", "secret", "socket"];
const kinds = await kindsHere();

describe("An app without a sandbox", () => {
  let attempts: Attempts;

  before(async () => {
    const target = await victim();
    const folder = await mkdtemp(join(tmpdir(), "bare-"));
    try {
      await writeFile(join(folder, "app.mjs"), appSource(ATTACKER));
      const args = [join(folder, "app.mjs"), JSON.stringify(target.args)];
      await execBare(args, folder);
      attempts = JSON.parse(await readFile(join(folder, "said.json"), "utf8")) as Attempts;
    } finally {
      await target.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  // So that what follows means something: each of the attacks works where nothing stops it.
  for (const name of ATTACKS.reads) it(name, () => expect(attempts[name]).to.equal(SECRET));
  for (const name of [...ATTACKS.deeds, ...ATTACKS.connections]) {
    it(name, () => expect(attempts[name]).to.equal("through"));
  }
});

for (const kind of kinds) {
  describe(`An app in an enclave (${kind})`, () => {
    let target: Victim;
    let attempts: Attempts;

    before(async () => {
      target = await victim();
      attempts = (await runApp({ kind, app: await appOf(ATTACKER), args: target.args })) as Attempts;
    });

    after(() => target.stop());

    for (const name of [...ATTACKS.reads, ...ATTACKS.deeds, ...ATTACKS.connections]) {
      it(`is stopped when it ${name}`, () => expect(attempts[name]).to.match(/^stopped by (?!Error late)/));
    }

    it("leaves everything around it as it was", async () => {
      expect(await target.files()).to.deep.equal(UNTOUCHED);
      expect(await readFile(join(target.folder, "secret"), "utf8")).to.equal(SECRET);
      expect(target.heard).to.deep.equal([]);
      expect([target.process.exitCode, target.process.signalCode]).to.deep.equal([null, null]);
    });
  });

  describe(`An app in an enclave that may use the network (${kind})`, () => {
    let target: Victim | undefined;
    let attempts: Attempts;

    before(async function () {
      if (kind === "bubblewrap" && !(await hasUserNetwork())) leaveOut(this, "slirp4netns, or no nftables");
      target = await victim();
      const allow = [{ address: "127.0.0.1", port: target.port }];
      attempts = (await runApp({
        kind,
        app: await appOf(ATTACKER, ["network"]),
        args: target.args,
        allow,
      })) as Attempts;
    });

    after(() => target?.stop());

    for (const name of ["connects", "fetches", "asks over HTTP"]) {
      it(`${name} where that is allowed`, () => expect(attempts[name]).to.equal("through"));
    }

    it("is heard outside", () => expect([...new Set(target!.heard)]).to.deep.equal(["a connection"]));

    for (const name of [...ATTACKS.reads, ...ATTACKS.deeds, "connects to a socket in a folder", "sends a datagram"]) {
      it(`is stopped when it ${name}`, () => expect(attempts[name]).to.match(/^stopped by (?!Error late)/));
    }
  });
}

function execBare(args: readonly string[], out: string): Promise<void> {
  const env = { PATH: "/usr/bin:/bin", IEXEC_OUT: out };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env }, (error) => (error === null ? resolve() : reject(error)));
  });
}
