import { expect } from "chai";
import { utils } from "iexec";

import { publishIApp } from "./iapp.js";
import { accountOf, clientOf, optionsOf, START_TIMEOUT, theNetwork, type RunningNetwork } from "./network.js";

/** As much of the client as is used: its own types need a browser's. */
interface Protector {
  protectData(form: { name: string; data: object }): Promise<{ address: string }>;
  getProtectedData(query: object): Promise<{ name: string; schema: object }[]>;
  grantAccess(form: object): Promise<unknown>;
  getGrantedAccess(query: object): Promise<{ count: number; grantedAccess: object[] }>;
  processProtectedData(form: object): Promise<{ result: ArrayBuffer }>;
  revokeOneAccess(access: object): Promise<unknown>;
  transferOwnership(form: object): Promise<unknown>;
}
type ProtectorClass = new (signer: unknown, options: object) => Protector;
const PACKAGE: string = "@iexec/dataprotector";
const { IExecDataProtectorCore } = (await import(PACKAGE)) as { IExecDataProtectorCore: ProtectorClass };

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
    [owner, user] = [protectorOf("data provider"), protectorOf("requester")];
    app = await publishIApp(network, READ);
    const developer = clientOf(network, "app developer");
    const order = await developer.order.createApporder({ app, volume: 100, tag: ["tee", "tdx"] });
    await developer.order.publishApporder(await developer.order.signApporder(order, { preflightCheck: false }), {
      preflightCheck: false,
    });
  });

  function protectorOf(role: string): Protector {
    const { dataprotector, dataprotectorSubgraph, ipfsNode, ipfsGateway, rpc } = network;
    return new IExecDataProtectorCore(utils.getSignerFromPrivateKey(rpc, accountOf(network, role).privateKey), {
      dataprotectorContractAddress: dataprotector!,
      subgraphUrl: dataprotectorSubgraph,
      ipfsNode,
      ipfsGateway,
      iexecOptions: optionsOf(network),
    });
  }
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
