import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { NO_NETWORK_WARNING, hasUserNetwork } from "@poco-marketplace/enclave/network/userNetwork.js";
import { NODE_NETWORK_WARNING, withNetwork } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { eventually } from "../../fixtures/eventually.js";
import { leaveOut } from "../../fixtures/leftOut.js";
import { hasMachines, onMachine, OWN_ADDRESS, STAND_IN } from "../../fixtures/machine.js";
import { appOf, kindsHere, runApp } from "../../fixtures/attested.js";

interface Reached {
  readonly said: Readonly<Record<string, string>>;
  readonly heard: readonly string[];
  readonly hasNames: boolean;
}

/** Of what an app tries, what is the internet. */
const PUBLIC = [STAND_IN, `::ffff:${STAND_IN}`, "public.example", `datagram ${STAND_IN}`];
const ALLOWED = ["allowed 127.0.0.1", "allowed 10.9.9.9"];

const kinds = await kindsHere();
const hasAll = (await hasMachines()) && (await hasUserNetwork());
const NETWORKS = "way to make networks (iproute2, slirp4netns, nftables, user namespaces)";

describe("An app that asks for the network (bubblewrap)", () => {
  let reached: Reached;

  before(async function () {
    if (!hasAll || !kinds.includes("bubblewrap")) leaveOut(this, `bubblewrap, or no ${NETWORKS}`);
    reached = (await onMachine("connectOnMachine.ts", ["bubblewrap", "public"])) as Reached;
  });

  for (const place of PUBLIC) {
    it(`reaches the internet: ${place}`, function () {
      if (place.endsWith(".example") && !reached.hasNames) return this.skip();
      expect(reached.said[place]).to.equal("through");
    });
  }
  for (const place of ALLOWED) {
    it(`reaches what is ${place}`, () => expect(reached.said[place]).to.equal("through"));
  }
  it("reaches nothing else, in whichever form and by whichever name", () => {
    const rest = Object.entries(reached.said).filter(([place]) => ![...PUBLIC, ...ALLOWED].includes(place));
    expect(rest.length).to.be.at.least(25);
    expect(rest.map(([place]) => place)).to.include.members([OWN_ADDRESS, "127.0.0.1", "169.254.169.254", "10.0.2.2"]);
    for (const [place, outcome] of rest) expect(outcome, place).to.match(/^(?:E[A-Z]+|silence)$/);
  });
  it("is heard nowhere else", () => {
    expect(reached.heard).to.deep.equal(["10.9.9.9 open", "127.0.0.1 open", `${STAND_IN} closed`]);
  });
});

describe("An app that asks for the network of a worker that gives all of it (bubblewrap)", () => {
  it("reaches private networks and the machine at its addresses, but not its loopback interface", async function () {
    if (!hasAll || !kinds.includes("bubblewrap")) leaveOut(this, `bubblewrap, or no ${NETWORKS}`);
    const { said } = (await onMachine("connectOnMachine.ts", ["bubblewrap", "all"])) as Reached;

    for (const place of [...PUBLIC.slice(0, 2), ...ALLOWED, OWN_ADDRESS, "10.9.9.9", "192.168.9.9", "169.254.169.254"])
      expect(said[place], place).to.equal("through");
    for (const place of ["127.0.0.1", "localhost", "::1", "10.0.2.2", "10.0.2.3", "fd00::9"])
      expect(said[place], place).to.match(/^(?:E[A-Z]+|silence)$/);
  });
});

describe("An app that asks for the network (node)", () => {
  let reached: Reached;

  before(async function () {
    if (!(await hasMachines())) leaveOut(this, NETWORKS);
    reached = (await onMachine("connectOnMachine.ts", ["node", "public"])) as Reached;
  });

  it("reaches what it is allowed to reach, and nothing else", () => {
    for (const [place, outcome] of Object.entries(reached.said)) {
      expect(outcome, place).to.equal(ALLOWED.includes(place) ? "through" : "ERR_ACCESS_DENIED");
    }
    expect(reached.heard).to.deep.equal(["10.9.9.9 open", "127.0.0.1 open"]);
  });
});

describe("Where there is nothing to make a network with", () => {
  const { PATH } = process.env;

  afterEach(() => (process.env["PATH"] = PATH));

  it("apps get none, and the worker says what to install", async () => {
    process.env["PATH"] = "/nowhere";
    const { network, networkWarning } = await withNetwork({ kind: "bubblewrap", warning: undefined }, []);
    expect(network).to.equal(undefined);
    expect(networkWarning).to.equal(NO_NETWORK_WARNING).and.include("apt install slirp4netns nftables");
    const bare = await withNetwork({ kind: "node", warning: undefined }, []);
    expect(bare.networkWarning).to.equal(NODE_NETWORK_WARNING);
  });

  it("where only a part of it is there, nothing stays of the attempt", async function () {
    if (!hasAll) leaveOut(this, NETWORKS);
    const folder = await mkdtemp(join(tmpdir(), "bin-"));
    const temporary = process.env.TMPDIR;
    try {
      const places = PATH!.split(":");
      for (const name of ["sh", "unshare"])
        await symlink(places.map((place) => join(place, name)).find(existsSync)!, join(folder, name));
      process.env["PATH"] = folder;
      process.env["TMPDIR"] = folder;
      expect(await hasUserNetwork()).to.equal(false);
    } finally {
      process.env["PATH"] = PATH;
      if (temporary === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = temporary;
      await rm(folder, { recursive: true });
    }
    const here = () => execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).includes(folder);
    await eventually("no process is left", () => Promise.resolve(!here()));
  });

  for (const kind of kinds) {
    it(`an app that does not ask for it gets none either (${kind})`, async () => {
      const body = `import("node:net").then((net) => new Promise((resolve) =>
        net.connect(443, "${STAND_IN}").on("connect", () => resolve("through")).on("error", ({ code }) => resolve(code)),
      )).catch(({ code }) => code).then((how) => done({ how }));`;
      const { how } = await runApp({ kind, app: await appOf(body) });
      expect(how).to.be.oneOf(["ENETUNREACH", "ERR_ACCESS_DENIED"]);
    });
  }
});
