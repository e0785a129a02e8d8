import { expect } from "chai";

import { offerIApp, publishIApp } from "./iapp.js";
import { accountOf, clientOf, START_TIMEOUT, theNetwork, type RunningNetwork } from "./network.js";
import { protectorOf, type Protector } from "./protector.js";

const READ = `
  const file = path.join(process.env.IEXEC_IN, process.env.IEXEC_DATASET_FILENAME);
  done({ isRead: fs.readFileSync(file, "latin1").includes("alice@example.com") });
`;

describe("The dataprotector client", function () {
  this.timeout(150_000);
  let network: RunningNetwork;
  let owner: Protector;
  let user: Protector;
  let app: string;

  before(async function () {
    this.timeout(START_TIMEOUT);
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

    const { result } = await user.processProtectedData({
      protectedData: address,
      app,
      workerpool: network.workerpool!,
      encryptResult: true,
      path: "said.json",
    });
    expect(JSON.parse(Buffer.from(result).toString())).to.deep.equal({ isRead: true });

    await owner.revokeOneAccess((await owner.getGrantedAccess({ protectedData: address })).grantedAccess[0]!);
    await owner.transferOwnership({ protectedData: address, newOwner: addressOf("beneficiary") });
    const { dataset } = await clientOf(network, "beneficiary").dataset.showDataset(address);
    expect(dataset.owner).to.equal(addressOf("beneficiary"));
  });
});
