import { utils } from "iexec";

import { checked } from "../fixtures/checkedClient.js";
import { accountOf, optionsOf, type RunningNetwork } from "./network.js";

/** What an owner granted, as the market has it. */
export type GrantedAccess = { readonly dataset: string; readonly remainingAccess: number };
/** A task of a bulk request. */
export interface BulkTask {
  readonly taskId: string;
  readonly dealId: string;
  readonly bulkIndex: number;
  readonly status: string;
  readonly success: boolean;
  readonly protectedDataAddresses?: string[];
  readonly result?: ArrayBuffer;
}

/** As much of the dataprotector client as is used: its own types need a browser's. */
export interface Protector {
  protectData(form: { name: string; data: object }): Promise<{ address: string }>;
  getProtectedData(query: object): Promise<{ name: string; address: string; owner: string; schema: object }[]>;
  grantAccess(form: object): Promise<GrantedAccess>;
  getGrantedAccess(query: object): Promise<{ count: number; grantedAccess: GrantedAccess[] }>;
  processProtectedData(form: object): Promise<{ taskId: string; dealId: string; result: ArrayBuffer }>;
  waitForTaskCompletion(form: { taskId: string; dealId: string }): Promise<{ status: string; success: boolean }>;
  getResultFromCompletedTask(form: object): Promise<{ result: ArrayBuffer }>;
  revokeOneAccess(access: GrantedAccess): Promise<{ txHash: string }>;
  revokeAllAccess(form: object): Promise<{ access: GrantedAccess; txHash: string }[]>;
  transferOwnership(form: { protectedData: string; newOwner: string }): Promise<unknown>;
  prepareBulkRequest(form: object): Promise<{ bulkRequest: object; pemPrivateKey?: string }>;
  processBulkRequest(form: object): Promise<{ tasks: BulkTask[] }>;
  inspectBulkRequest(form: object): Promise<{
    readonly bulkStatus: string;
    readonly tasksToCreateCount: number;
    readonly tasksCompletedCount: number;
    readonly tasks: BulkTask[];
  }>;
}
type ProtectorClass = new (signer: unknown, options: object) => Protector;
const PACKAGE: string = "@iexec/dataprotector";
const { IExecDataProtectorCore } = (await import(PACKAGE)) as { IExecDataProtectorCore: ProtectorClass };

/** The dataprotector client in the hands of whoever has a role on a network. */
export function protectorOf(network: RunningNetwork, role: string): Protector {
  const { dataprotector, dataprotectorSubgraph, ipfsNode, ipfsGateway, rpc } = network;
  const client = new IExecDataProtectorCore(utils.getSignerFromPrivateKey(rpc, accountOf(network, role).privateKey), {
    dataprotectorContractAddress: dataprotector!,
    subgraphUrl: dataprotectorSubgraph,
    ipfsNode,
    ipfsGateway,
    iexecOptions: optionsOf(network),
  });
  return checked(client, rpc);
}
