import { createCipheriv, createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { expect } from "chai";
import JSZip from "jszip";
import { SMTPServer } from "smtp-server";

import { encryptData } from "@poco-marketplace/sdk/protect/encryptData.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { readApp } from "@poco-marketplace/enclave/app/appFolder.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import { ProgramFailedError } from "@poco-marketplace/enclave/task/program.js";
import { sealSession } from "@poco-marketplace/enclave/session/session.js";
import type { EnclaveTask } from "@poco-marketplace/enclave/task/task.js";
import { kindsHere, startApp, TASK, TASK_ID } from "../fixtures/attested.js";
import { taskFor } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";
import { buildWeb3Email, openSink, type Sink } from "../fixtures/web3Email.js";

const PEOPLE = ["11", "22", "33", "44"].map((byte): Address => `0x${byte.repeat(20)}`);
const KEY = createHash("sha256").update("the key of the text").digest();
const TEXT = "For your eyes only.";

interface Result {
  readonly sent: number;
  readonly letters: readonly { protectedData: string; isSent: boolean; problem?: string }[];
}

interface Secrets {
  readonly readOffice: (secret: string) => object;
  readonly readRequest: (secret: string) => object;
}
interface Texts {
  readonly fetchText: (gateway: string, request: { place: string; key: string }) => Promise<string>;
}
/** A module of the app's sources. */
function theirs<Module>(name: string): Promise<Module> {
  return import(new URL(`../../examples/web3-email/src/${name}.mjs`, import.meta.url).href) as Promise<Module>;
}

/** What a requester says. */
const request = (more: object = {}) =>
  JSON.stringify({
    emailSubject: "Good news",
    emailContentMultiAddr: "/ipfs/text",
    emailContentEncryptionKey: KEY.toString("base64"),
    ...more,
  });
describe("The iApp that sends email", () => {
  let folder: string;
  let app: string;
  let gateway: Server;
  let sink: Sink;
  let letters: Sink["letters"];
  let plain: { address: string; server: SMTPServer; heard: number };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "web3-email-"));
    app = join(folder, "app");
    await buildWeb3Email(app);
    gateway = createServer({ keepAliveTimeout: 0 }, ({ url }, response) => {
      const content = { "/ipfs/text": encrypt(TEXT), "/ipfs/large": Buffer.alloc(2 ** 20 + 1) }[url!];
      response.writeHead(content === undefined ? 404 : 200).end(content);
    });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    sink = await openSink({ refuses: (address) => address.startsWith("nobody") });
    ({ letters } = sink);
    plain = await openPlainServer();
  });
  after(async () => {
    await sink.close();
    await new Promise<void>((resolve) => plain.server.close(resolve));
    await new Promise((resolve) => gateway.close(resolve));
    await rm(folder, { recursive: true });
  });

  function office(more: object = {}): string {
    const { port } = gateway.address() as AddressInfo;
    const { smtp, ca } = sink;
    return JSON.stringify({ smtp, ca, from: "news@web3.example", gateway: `http://127.0.0.1:${port}`, ...more });
  }
  /** A task of whoever wants to write to one, or to many. */
  async function taskOf(addresses: readonly unknown[], more: Partial<EnclaveTask> = {}): Promise<EnclaveTask> {
    const bulk = await Promise.all(
      addresses.map(async (email, i) => ({ address: PEOPLE[i]!, ...(await encryptData({ email: email as string })) })),
    );
    const secrets = { appSecret: office(), requesterSecrets: { 1: request() } };
    const data = bulk.length === 1 ? { dataset: bulk[0]! } : { bulk };
    return taskFor(join(app, "app.cjs"), { ...secrets, ...data, ...more });
  }
  async function send(addresses: readonly unknown[], more: Partial<EnclaveTask> = {}) {
    const { archive, callbackData, logs } = await new Enclave().run(await taskOf(addresses, more));
    const text = await (await JSZip.loadAsync(archive)).file("result.json")!.async("string");
    return { ...(JSON.parse(text) as Result), callbackData, said: text + logs.stdout + logs.stderr };
  }

  it("writes to many, shows no address, and says of each whether its mail server took the letter", async () => {
    const { sent, letters: outcomes, said } = await send(["nobody@example.com", "alice@example.com"]);

    expect(sent).to.equal(1);
    expect(outcomes).to.deep.equal([
      { protectedData: PEOPLE[0], isSent: false, problem: "its mail server refuses the address (EENVELOPE 550)" },
      { protectedData: PEOPLE[1], isSent: true },
    ]);
    expect(letters.at(-1)).to.deep.include({ to: ["alice@example.com"], subject: "Good news", text: TEXT });
    expect(said).not.to.contain("alice").and.not.to.contain("nobody");
  });

  it("tells a contract, if asked to, that the letter was tried, and whether it was taken", async () => {
    const requesterSecrets = { 1: request({ useCallback: true }) };
    const [taken, refused] = [
      await send(["bob@example.com"], { requesterSecrets }),
      await send(["nobody@example.com"], { requesterSecrets }),
    ];

    expect([taken.callbackData, refused.callbackData].map((data) => BigInt(data!))).to.deep.equal([3n, 2n]);
  });

  it("writes to nobody where the protected email is not an address, or more than one", async () => {
    const before = letters.length;

    const { letters: outcomes } = await send([
      7,
      "eve",
      "eve@example.com, mallory@example.com",
      "eve@example.com\r\nBcc: mallory@example.com",
    ]);

    expect(outcomes.map(({ problem }) => problem)).to.deep.equal(Array(4).fill("it has no email address"));
    expect(letters).to.have.length(before);
  });

  for (const [what, more, sentence] of [
    ["a server whose certificate nobody vouches for", () => ({ appSecret: office({ ca: undefined }) }), "ESOCKET"],
    ["a password that is wrong", () => ({ appSecret: office({ smtp: sink.smtp.replace("let", "get") }) }), "EAUTH 535"],
    ["a server that speaks no TLS", () => ({ appSecret: office({ smtp: plain.address }) }), "ETLS"],
    ["no secret of the developer's", () => ({ appSecret: undefined }), "The developer pushed no secret"],
    [
      "no text",
      () => ({ requesterSecrets: { 1: request({ emailContentMultiAddr: "/ipfs/other" }) } }),
      "it answers 404",
    ],
  ] as const) {
    it(`fails with a sentence, and without anybody's address or secret, for ${what}`, async () => {
      const before = letters.length;
      const task = await taskOf(["alice@example.com"], more() as Partial<EnclaveTask>);

      const { message } = await rejection(new Enclave().run(task), ProgramFailedError);

      expect(message).to.contain(sentence);
      expect(plain.heard).to.equal(0);
      expect(message).not.to.contain("alice").and.not.to.contain("hush").and.not.to.contain("me%20in");
      expect(letters).to.have.length(before);
    });
  }

  it("says what is wrong with a secret, and not what it is", async () => {
    const { readOffice, readRequest } = await theirs<Secrets>("secrets");

    for (const [read, sentence] of [
      [() => readOffice("hush"), "The developer's secret is not a JSON object"],
      [() => readOffice(office({ from: "" })), 'The developer\'s secret lacks "from"'],
      [() => readOffice(office({ smtp: "http://hush" })), "smtps://host:port"],
      [() => readRequest("[hush"), "The requester's secret is not a JSON object"],
      [() => readRequest(request({ emailSubject: 7 })), 'The requester\'s secret lacks "emailSubject"'],
    ] as const) {
      expect(read).to.throw(sentence).with.property("message").that.does.not.contain("hush");
    }
  });

  it("says why a text cannot be read", async () => {
    const { fetchText } = await theirs<Texts>("text");
    const { gateway: place } = JSON.parse(office()) as { gateway: string };
    const key = KEY.toString("base64");

    expect(await fetchText(`${place}/`, { place: "/ipfs/text", key })).to.equal(TEXT);
    for (const [asked, sentence] of [
      [{ place: "file:///etc/passwd", key }, "is no /ipfs/<cid>"],
      [{ place: "/ipfs/../text", key }, "is no /ipfs/<cid>"],
      [{ place: "/ipfs/large", key }, "has more than 1048576 bytes"],
      [{ place: "/ipfs/text", key: wrongKey(0) }, "does not open with its key"],
      [{ place: "/ipfs/text", key: "a2V5" }, "has not 32 bytes"],
    ] as const) {
      expect((await rejection(fetchText(place, asked), Error)).message).to.contain(sentence);
    }
    const nowhere = fetchText("http://127.0.0.1:1", { place: "/ipfs/text", key });
    expect((await rejection(nowhere, Error)).message).to.contain("cannot be fetched");
  });

  it("reads no text with a wrong key, whatever the padding looks like", async () => {
    const { fetchText } = await theirs<Texts>("text");
    const { gateway: place } = JSON.parse(office()) as { gateway: string };

    for (let i = 0; i < 600; i++) {
      const { message } = await rejection(fetchText(place, { place: "/ipfs/text", key: wrongKey(i) }), Error);
      expect(message, wrongKey(i)).to.contain("does not open with its key");
    }
  });

  it("fails when nobody is there to write to", async () => {
    const { message } = await rejection(new Enclave().run(await taskOf([])), ProgramFailedError);

    expect(message).to.contain("nobody to write to");
  });

  it("asks for the network, and sends from every sandbox that is here", async () => {
    const built = await readApp(app);
    expect(built.manifest).to.deep.equal({ entrypoint: "app.cjs", permissions: ["network"] });
    const { key, checksum, encrypted } = await encryptData({ email: "carol@example.com" });
    const dataset = { address: PEOPLE[0]!, checksum };

    // A worker's own machine is closed to apps but for what its operator allows.
    const { gateway: texts, smtp } = JSON.parse(office()) as { gateway: string; smtp: string };
    const allow = [texts, smtp]
      .map((url) => new URL(url))
      .map(({ hostname, port }) => ({ address: hostname, port: Number(port) }));
    for (const kind of await kindsHere()) {
      const before = letters.length;
      const enclave = await startApp({ kind, app: built, allow });
      const session = await sealSession(enclave.identity.binding, {
        taskId: TASK_ID,
        dealId: TASK_ID,
        index: 0n,
        botFirst: 0n,
        botSize: 1n,
        inputFiles: [],
        storage: { provider: "ipfs" },
        dataset: { ...dataset, key },
        appSecret: office(),
        requesterSecrets: { 1: request() },
      });
      await enclave.run({ ...TASK, dataset: { ...dataset, encrypted } }, { session });
      expect(letters, kind).to.have.length(before + 1);
    }
  });

  it("comes out the same wherever it is built", async () => {
    const [place, other] = [join(folder, "elsewhere"), join(folder, "other")];
    await cp(fileURLToPath(new URL("../../examples/web3-email", import.meta.url)), place, { recursive: true });
    await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(place, "node_modules"));
    const copy = (await import(pathToFileURL(join(place, "build.mjs")).href)) as { buildApp: typeof buildWeb3Email };

    await copy.buildApp(other);

    expect((await readFile(join(other, "app.cjs"))).equals(await readFile(join(app, "app.cjs")))).to.equal(true);
  });
});

/** A mail server that takes letters as anybody on the way could read them, and counts them. */
async function openPlainServer() {
  const plain = {
    address: "",
    heard: 0,
    server: new SMTPServer({ disabledCommands: ["STARTTLS"], authOptional: true }),
  };
  plain.server.onMailFrom = (_address, _session, answer) => {
    plain.heard += 1;
    answer();
  };
  await new Promise<void>((resolve) => plain.server.listen(0, "127.0.0.1", resolve));
  plain.address = `smtp://127.0.0.1:${(plain.server.server.address() as AddressInfo).port}`;
  return plain;
}

/** One of many keys that are not the text's, the same in every run. */
function wrongKey(index: number): string {
  return createHash("sha256").update(`wrong ${index}`).digest("base64");
}

/** As clients encrypt the text of a letter. The vector is fixed, so that every run decrypts the same bytes. */
function encrypt(text: string): Buffer {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv("aes-256-cbc", KEY, iv);
  return Buffer.concat([iv, cipher.update(text), cipher.final()]);
}
