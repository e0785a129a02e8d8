import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { utils, type IExec } from "iexec";
import JSZip from "jszip";

import { hasUserNetwork } from "@poco-marketplace/enclave/network/userNetwork.js";
import { leaveOut } from "../fixtures/leftOut.js";
import { checked } from "../fixtures/checkedClient.js";
import { offerIApp, publishFolder } from "./iapp.js";
import { buildWeb3Email, openSink, type Sink } from "../fixtures/web3Email.js";
import { accountOf, clientOf, optionsOf, theNetwork, type RunningNetwork } from "./network.js";
import { protectorOf, type GrantedAccess } from "./protector.js";

interface Contact {
  readonly address: string;
  readonly owner: string;
  readonly name: string;
  readonly remainingAccess: number;
  readonly grantedAccess: GrantedAccess;
}
interface SentTask {
  readonly taskId: string;
  readonly dealId: string;
}
/** As much of the client as is used: its own types need a browser's. */
interface Web3mail {
  fetchMyContacts(query: object): Promise<Contact[]>;
  fetchUserContacts(query: object): Promise<Contact[]>;
  sendEmail(form: object): Promise<SentTask>;
  prepareEmailCampaign(form: object): Promise<{ campaignRequest: object }>;
  sendEmailCampaign(form: object): Promise<{ tasks: SentTask[] }>;
}
const PACKAGE: string = "@iexec/web3mail";
const { IExecWeb3mail } = (await import(PACKAGE)) as {
  IExecWeb3mail: new (signer: unknown, options: object) => Web3mail;
};

describe("The web3mail client", () => {
  let network: RunningNetwork;
  let requester: IExec;
  let mail: Web3mail;
  let sink: Sink | undefined;

  before(async function () {
    network = await theNetwork();
    if (network.sandbox === "bubblewrap" && !(await hasUserNetwork())) leaveOut(this, "slirp4netns, or no nftables");
    requester = clientOf(network, "requester");
    // The port of this machine that the network's workers let apps reach.
    sink = await openSink({ port: Number(network.mailSink!.split(":")[1]) });
    const app = await publishWeb3Email();
    const client = new IExecWeb3mail(
      utils.getSignerFromPrivateKey(network.rpc, accountOf(network, "requester").privateKey),
      {
        dappAddressOrENS: app,
        dataProtectorSubgraph: network.dataprotectorSubgraph,
        ipfsNode: network.ipfsNode,
        ipfsGateway: network.ipfsGateway,
        iexecOptions: optionsOf(network),
      },
    );
    mail = checked(client, network.rpc);
    const owner = protectorOf(network, "data provider");
    for (const [name, terms] of [
      ["alice", { numberOfAccess: 2 }],
      ["bob", { allowBulk: true }],
      ["carol", { allowBulk: true }],
    ] as const) {
      const { address } = await owner.protectData({ name, data: { email: `${name}@example.com` } });
      const authorizedUser = accountOf(network, "requester").address;
      await owner.grantAccess({ protectedData: address, authorizedApp: app, authorizedUser, ...terms });
    }
  });
  after(() => sink?.close());

  it("finds who may be written to, and how often", async () => {
    const contacts = await mail.fetchMyContacts({ isUserStrict: true });

    expect(contacts.map(({ name }) => name)).to.have.members(["alice", "bob", "carol"]);
    expect(contacts.find(({ name }) => name === "alice")).to.include({ remainingAccess: 2 });
    const userAddress = accountOf(network, "requester").address;
    const bulk = await mail.fetchUserContacts({ userAddress, isUserStrict: true, bulkOnly: true });
    expect(bulk.map(({ name }) => name)).to.have.members(["bob", "carol"]);
  });

  it("sends an email to somebody whose address it does not know, who can read it", async () => {
    const contacts = await mail.fetchMyContacts({ isUserStrict: true });
    const { address: protectedData } = contacts.find(({ name }) => name === "alice")!;

    const { taskId, dealId } = await mail.sendEmail({
      protectedData,
      emailSubject: "Good news",
      emailContent: "For your eyes only.\nYours",
      senderName: "Somebody",
      workerpoolAddressOrEns: network.workerpool!,
    });

    await completion(taskId, dealId);
    expect(sink!.letters).to.deep.equal([
      {
        to: ["alice@example.com"],
        from: { name: "Somebody", address: "news@web3.example" },
        subject: "Good news",
        text: "For your eyes only.\nYours",
        html: undefined,
        messageId: `<${taskId.slice(2)}.0@web3.example>`,
      },
    ]);
    // What is told to the contract that the client names: tried, and taken.
    expect(BigInt((await requester.task.show(taskId)).resultsCallback!)).to.equal(3n);
    expect(JSON.stringify(await requester.task.fetchLogs(taskId)))
      .to.contain("1 of 1")
      .and.not.to.contain("alice");
  });

  it("sends a campaign to many in one task, and learns of each whether it was sent", async () => {
    const contacts = await mail.fetchMyContacts({ isUserStrict: true, bulkOnly: true });
    const { campaignRequest } = await mail.prepareEmailCampaign({
      grantedAccesses: contacts.map(({ grantedAccess }) => grantedAccess),
      emailSubject: "To all",
      emailContent: "<p>Hello <b>you</b></p>",
      contentType: "text/html",
      senderName: "Somebody",
      workerpoolAddressOrEns: network.workerpool!,
    });

    const { tasks } = await mail.sendEmailCampaign({ campaignRequest, workerpoolAddressOrEns: network.workerpool! });

    expect(tasks).to.have.length(1);
    const [{ taskId, dealId }] = tasks as [SentTask];
    await completion(taskId, dealId);
    const got = sink!.letters.filter(({ subject }) => subject === "To all");
    expect(got.flatMap(({ to }) => to)).to.have.members(["bob@example.com", "carol@example.com"]);
    for (const { html } of got) expect(html).to.equal("<p>Hello <b>you</b></p>");
    const { sent, letters } = await resultOf(taskId);
    expect(sent).to.equal(2);
    expect(letters.map(({ protectedData }) => protectedData)).to.deep.equal(
      contacts.map(({ grantedAccess }) => grantedAccess.dataset),
    );
  });

  /** The email app of the examples, which uses the sink. */
  async function publishWeb3Email(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "web3-email-"));
    await buildWeb3Email(folder);
    const app = await publishFolder(network, folder);
    await rm(folder, { recursive: true });
    const { smtp, ca } = sink!;
    const secret = { smtp, ca, from: "news@web3.example", gateway: network.ipfsGateway };
    await clientOf(network, "app developer").app.pushAppSecret(app, JSON.stringify(secret));
    await offerIApp(network, app);
    return app;
  }

  async function completion(taskId: string, dealid: string): Promise<void> {
    const observable = await requester.task.obsTask(taskId, { dealid });
    const last = await new Promise<string>((resolve, reject) => {
      let heard = "";
      observable.subscribe({
        next: ({ message }: { message: string }) => (heard = message),
        error: reject,
        complete: () => resolve(heard),
      });
    });
    expect(last).to.equal("TASK_COMPLETED");
  }

  async function resultOf(taskId: string) {
    const archive = await (await requester.task.fetchResults(taskId)).arrayBuffer();
    const file = (await JSZip.loadAsync(archive)).file("result.json")!;
    return JSON.parse(await file.async("string")) as { sent: number; letters: { protectedData: string }[] };
  }
});
