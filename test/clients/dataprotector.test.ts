import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { create } from "kubo-rpc-client";

import { eventually } from "../fixtures/eventually.js";
import { offerIApp, publishIApp } from "./iapp.js";
import { accountOf, clientOf, theNetwork, type RunningNetwork } from "./network.js";
import { protectorOf, type Protector } from "./protector.js";

const READ = `
  const file = path.join(process.env.IEXEC_IN, process.env.IEXEC_DATASET_FILENAME);
  const { IEXEC_REQUESTER_SECRET_1: secret, IEXEC_INPUT_FILE_NAME_1: input = "" } = process.env;
  done({
    isRead: fs.readFileSync(file, "latin1").includes("alice@example.com"),
    args: process.argv.slice(2),
    secret,
    input: input && fs.readFileSync(path.join(process.env.IEXEC_IN, input), "utf8"),
  });
`;

describe("The dataprotector client", () => {
  let network: RunningNetwork;
  let owner: Protector;
  let user: Protector;
  let app: string;

  before(async () => {
    network = await theNetwork();
    [owner, user] = [protectorOf(network, "data provider"), protectorOf(network, "requester")];
    app = await publishIApp(network, READ);
    await offerIApp(network, app);
  });

  const addressOf = (role: string) => accountOf(network, role).address;

  it("protects data, grants access, has it processed for one, revokes, and hands it over", async () => {
    const { address } = await owner.protectData({ name: "contact", data: { email: "alice@example.com" } });
    const found = await owner.getProtectedData({ protectedDataAddress: address });
    expect(found.map(({ name, schema }) => ({ name, schema }))).to.deep.equal([
      { name: "contact", schema: { email: "string" } },
    ]);

    await owner.grantAccess({
      protectedData: address,
      authorizedApp: app,
      authorizedUser: addressOf("requester"),
      numberOfAccess: 5,
    });
    const granted = await user.getGrantedAccess({ protectedData: address, authorizedApp: app });
    expect(granted.count).to.equal(1);

    const asked = { protectedData: address, app, workerpool: network.workerpool!, path: "said.json" };
    const { cid } = await create({ url: network.ipfsNode }).add("public words");
    const inputFiles = [`${network.ipfsGateway}/ipfs/${cid.toString()}`];
    const more = { args: "7 'all words'", secrets: { 1: "hush" }, inputFiles, waitForResult: false };
    const ordered = await user.processProtectedData({ ...asked, ...more });
    const { result } = await user.processProtectedData({ ...asked, encryptResult: true });
    expect(said(result)).to.deep.equal({ isRead: true, args: [], input: "" });
    expect(await user.waitForTaskCompletion(ordered)).to.deep.equal({ status: "COMPLETED", success: true });
    const fetched = await user.getResultFromCompletedTask({ taskId: ordered.taskId, path: "said.json" });
    const heard = { args: ["7", "all words"], secret: "hush", input: "public words" };
    expect(said(fetched.result)).to.deep.equal({ isRead: true, ...heard });

    await owner.revokeOneAccess((await owner.getGrantedAccess({ protectedData: address })).grantedAccess[0]!);
    for (const authorizedUser of [addressOf("requester"), ZeroAddress])
      await owner.grantAccess({ protectedData: address, authorizedApp: app, authorizedUser });
    expect(await owner.revokeAllAccess({ protectedData: address, authorizedApp: app })).to.have.length(2);
    await noAccess(address);
    await owner.transferOwnership({ protectedData: address, newOwner: addressOf("beneficiary") });
    const { dataset } = await clientOf(network, "beneficiary").dataset.showDataset(address);
    expect(dataset.owner).to.equal(addressOf("beneficiary"));
    const mine = { owner: addressOf("beneficiary"), requiredSchema: { email: "string" } };
    expect((await user.getProtectedData(mine)).map((data) => data.address)).to.include(address.toLowerCase());
    const others = { owner: addressOf("beneficiary"), requiredSchema: { email: "bool" } };
    expect(await user.getProtectedData(others)).to.deep.equal([]);
  });

  /** Until the market knows that nobody may read it any more. */
  async function noAccess(protectedData: string): Promise<void> {
    await eventually("nobody has access", async () => (await user.getGrantedAccess({ protectedData })).count === 0);
  }
});

function said(result: ArrayBuffer): unknown {
  return JSON.parse(Buffer.from(result).toString());
}
