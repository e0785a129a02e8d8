import { expect } from "chai";

import { offerIApp, publishIApp } from "./iapp.js";
import { accountOf, clientOf, theNetwork, type RunningNetwork } from "./network.js";
import { protectorOf, type BulkTask, type Protector } from "./protector.js";

const READ_ALL = `
  const names = Array.from({ length: Number(process.env.IEXEC_BULK_SLICE_SIZE) }, (_, index) =>
    process.env["IEXEC_DATASET_" + (index + 1) + "_FILENAME"]);
  const read = (name) => fs.readFileSync(path.join(process.env.IEXEC_IN, name), "latin1");
  done({ people: names.map((name) => /[a-z]+@example/.exec(read(name))[0]), files: fs.readdirSync(process.env.IEXEC_IN).length });
`;

describe("The dataprotector client, of data in bulk,", () => {
  let network: RunningNetwork;
  let owner: Protector;
  let user: Protector;
  let app: string;

  before(async () => {
    network = await theNetwork();
    [owner, user] = [protectorOf(network, "data provider"), protectorOf(network, "requester")];
    app = await publishIApp(network, READ_ALL);
    await offerIApp(network, app);
  });

  const addressOf = (role: string) => accountOf(network, role).address;

  it("has many read by few tasks, without those that were taken back or sold in between", async () => {
    const granted = [];
    for (const name of ["alice", "bob", "carol", "dave", "erin"]) granted.push(await protect(name));
    const query = { authorizedApp: app, authorizedUser: addressOf("requester"), isUserStrict: true };
    const accesses = await user.getGrantedAccess({ ...query, bulkOnly: true });
    expect(accesses.grantedAccess.map(({ dataset }) => dataset)).to.have.members(granted.map(({ dataset }) => dataset));

    const { bulkRequest, pemPrivateKey } = await user.prepareBulkRequest({
      bulkAccesses: granted,
      app,
      maxProtectedDataPerTask: 3,
      workerpool: network.workerpool!,
      encryptResult: true,
    });
    const inspected = { bulkRequest, detailed: true, withResult: true, path: "said.json", pemPrivateKey };
    const before = await user.inspectBulkRequest(inspected);
    expect(before).to.include({ bulkStatus: "INITIALIZING", tasksToCreateCount: 2 });
    const [, bob, , dave] = granted;
    await owner.revokeOneAccess(bob!);
    await owner.transferOwnership({ protectedData: dave!.dataset, newOwner: addressOf("beneficiary") });

    const { tasks } = await user.processBulkRequest({
      bulkRequest,
      workerpool: network.workerpool!,
      waitForResult: true,
      path: "said.json",
      pemPrivateKey,
    });

    expect(tasks.map(saidBy)).to.deep.equal([
      { people: ["alice@example", "carol@example"], files: 2 },
      { people: ["erin@example"], files: 1 },
    ]);
    const after = await user.inspectBulkRequest(inspected);
    expect(after).to.include({ bulkStatus: "FINISHED", tasksToCreateCount: 0, tasksCompletedCount: 2 });
    expect(after.tasks.map(saidBy)).to.deep.equal(tasks.map(saidBy));
    const read = after.tasks.map(({ protectedDataAddresses = [] }) => protectedDataAddresses);
    const named = granted.map(({ dataset }) => dataset.toLowerCase());
    expect(read).to.deep.equal([named.slice(0, 3), named.slice(3)]);

    const [{ taskId }] = tasks as [BulkTask];
    const [logs] = await clientOf(network, "requester").task.fetchLogs(taskId);
    expect(logs!.stderr).to.match(new RegExp(`^Dataset ${bob!.dataset} was left out: .*\n$`, "i"));
  });

  async function protect(name: string) {
    const { address } = await owner.protectData({ name, data: { email: `${name}@example.com` } });
    return owner.grantAccess({
      protectedData: address,
      authorizedApp: app,
      authorizedUser: addressOf("requester"),
      allowBulk: true,
    });
  }
});

function saidBy({ result }: BulkTask): unknown {
  return JSON.parse(Buffer.from(result!).toString());
}
