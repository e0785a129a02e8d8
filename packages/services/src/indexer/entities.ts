/** The type of a field. `Ref` is the id of another entity, `Strings` a list of text. A nullable field may be null. */
export interface Field {
  readonly type: "BigInt" | "Boolean" | "Bytes" | "Enum" | "Ref" | "String" | "Strings";
  /** The entity that a reference points to. */
  readonly to?: EntityName;
  /** The values that an enum may have. */
  readonly values?: readonly string[];
  readonly isNullable?: true;
  /** The meaning of the field and its unit, shown in GraphiQL. */
  readonly description: string;
}

/** An entity that queries return: its fields, and lists of other entities that refer to it. */
export interface Entity {
  /** The query field for a list of them. The query field for one is the entity's name with a small first letter. */
  readonly plural: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Lists by name: the entity in them, and its reference to this one. */
  readonly lists: Readonly<Record<string, { readonly of: EntityName; readonly by: string }>>;
}

/** The names of all entities. */
export type EntityName =
  | "Account"
  | "App"
  | "AssetTransfer"
  | "Category"
  | "Contribution"
  | "Dataset"
  | "Deal"
  | "Order"
  | "ProtectedData"
  | "Task"
  | "Transfer"
  | "Workerpool";

/** The stored values of an entity by field: BigInt as bigint, Boolean, Strings as a list, everything else as text. */
export type EntityValues = Readonly<Record<string, Value>>;

/** A field's value. */
export type Value = bigint | boolean | string | readonly string[] | null;

const text = (description: string): Field => ({ type: "String", description });
const bytes = (description: string): Field => ({ type: "Bytes", description });
const amount = (description: string): Field => ({ type: "BigInt", description });
const flag = (description: string): Field => ({ type: "Boolean", description });
const ref = (to: EntityName, description: string): Field => ({ type: "Ref", to, description });
const oneOf = (values: readonly string[], description: string): Field => ({ type: "Enum", values, description });
const optional = (field: Field): Field => ({ ...field, isNullable: true });

const creationTime = amount("Creation time, Unix seconds.");
const transactionHash = bytes("The transaction that created it.");

/** All indexed entities. */
export const ENTITIES: Readonly<Record<EntityName, Entity>> = {
  Account: {
    plural: "accounts",
    description: "An account that takes part in deals or has funds in escrow. Its id is its address.",
    fields: {
      balance: amount("Available balance in escrow, nRLC."),
      frozen: amount("Balance locked for running tasks, nRLC."),
    },
    lists: {
      apps: { of: "App", by: "owner" },
      datasets: { of: "Dataset", by: "owner" },
      workerpools: { of: "Workerpool", by: "owner" },
      protectedDatas: { of: "ProtectedData", by: "owner" },
      deals: { of: "Deal", by: "requester" },
      contributions: { of: "Contribution", by: "worker" },
    },
  },
  App: {
    plural: "apps",
    description: "A program that deals run. Its id is its address.",
    fields: {
      owner: ref("Account", "Current owner."),
      name: text("Display name."),
      type: text("Type of the program, such as DOCKER."),
      multiaddr: bytes("Location (multiaddress or URL)."),
      checksum: bytes("SHA-256 checksum."),
      mrenclave: bytes("Expected enclave measurement; empty for none."),
      timestamp: creationTime,
    },
    lists: { deals: { of: "Deal", by: "app" }, transfers: { of: "AssetTransfer", by: "app" } },
  },
  Dataset: {
    plural: "datasets",
    description: "Encrypted data that deals may use. Its id is its address.",
    fields: {
      owner: ref("Account", "Current owner."),
      name: text("Display name."),
      multiaddr: bytes("Location (multiaddress or URL)."),
      checksum: bytes("SHA-256 checksum of the encrypted data."),
      timestamp: creationTime,
    },
    lists: { deals: { of: "Deal", by: "dataset" }, transfers: { of: "AssetTransfer", by: "dataset" } },
  },
  Workerpool: {
    plural: "workerpools",
    description: "A pool of workers with one scheduler. Its id is its address.",
    fields: {
      owner: ref("Account", "Current owner, who schedules its tasks."),
      description: text("Description for people."),
      timestamp: creationTime,
    },
    lists: { deals: { of: "Deal", by: "workerpool" }, transfers: { of: "AssetTransfer", by: "workerpool" } },
  },
  ProtectedData: {
    plural: "protectedDatas",
    description: "A dataset that was registered with its schema. Its id is the dataset's address.",
    fields: {
      owner: ref("Account", "Current owner."),
      dataset: ref("Dataset", "The dataset of this protected data."),
      name: text("Display name."),
      schema: { type: "Strings", description: "The files in it, as path:type; dots between the folders of a path." },
      jsonSchema: text("The schema as it was registered."),
      multiaddr: bytes("Location (multiaddress or URL)."),
      checksum: bytes("SHA-256 checksum of the encrypted data."),
      creationTimestamp: creationTime,
      blockNumber: amount("The block that created it."),
      transactionHash,
    },
    lists: {},
  },
  Category: {
    plural: "categories",
    description: "A category of tasks by duration. Its id is its number.",
    fields: {
      name: text("Display name."),
      description: text("Description for people."),
      workClockTimeRef: amount("Base time of deadlines, seconds."),
    },
    lists: { deals: { of: "Deal", by: "category" } },
  },
  Order: {
    plural: "orders",
    description: "A signed order that was matched, closed or signed on chain. Its id is its hash.",
    fields: {
      kind: oneOf(["APP", "DATASET", "WORKERPOOL", "REQUEST"], "Kind of order."),
      consumed: amount("Volume consumed by deals, in tasks."),
      isClosed: flag("Whether its owner closed it."),
      isSignedOnChain: flag("Whether its owner signed it on chain."),
      timestamp: amount("Time of its first event on chain, Unix seconds."),
    },
    lists: {
      dealsAsApp: { of: "Deal", by: "apporder" },
      dealsAsDataset: { of: "Deal", by: "datasetorder" },
      dealsAsWorkerpool: { of: "Deal", by: "workerpoolorder" },
      dealsAsRequest: { of: "Deal", by: "requestorder" },
    },
  },
  Deal: {
    plural: "deals",
    description: "A match of orders: a bag of tasks, paid in advance.",
    fields: {
      requester: ref("Account", "The account that requested it."),
      beneficiary: ref("Account", "The account for which results are encrypted."),
      sponsor: ref("Account", "The account that pays."),
      callback: bytes("The contract that receives results; zero for none."),
      params: text("Parameters of the app, JSON."),
      app: ref("App", "The program."),
      appOwner: ref("Account", "Owner of the app when the deal was made."),
      appPrice: amount("App price, nRLC per task."),
      dataset: optional(ref("Dataset", "The dataset, if any.")),
      datasetOwner: optional(ref("Account", "Owner of the dataset when the deal was made.")),
      datasetPrice: amount("Dataset price, nRLC per task."),
      workerpool: ref("Workerpool", "The workerpool that runs it."),
      workerpoolOwner: ref("Account", "Owner of the workerpool when the deal was made."),
      workerpoolPrice: amount("Workerpool price, nRLC per task."),
      apporder: ref("Order", "The app order."),
      datasetorder: optional(ref("Order", "The dataset order, if any.")),
      workerpoolorder: ref("Order", "The workerpool order."),
      requestorder: ref("Order", "The request order."),
      category: ref("Category", "Category of its tasks."),
      trust: amount("Trust level: the agreement of workers that a result needs; 1 for a single worker."),
      tag: bytes("Tag: requirements on the workers' machines."),
      botFirst: amount("Index of its first task."),
      botSize: amount("Number of tasks."),
      workerStake: amount("Worker stake, nRLC per task."),
      schedulerRewardRatio: amount("Scheduler's share of the workerpool price, percent."),
      startTime: amount("Time of the match, Unix seconds."),
      timestamp: creationTime,
      blockNumber: amount("The block of the match."),
      transactionHash,
    },
    lists: { tasks: { of: "Task", by: "deal" } },
  },
  Task: {
    plural: "tasks",
    description: "A task of a deal, from its initialization on.",
    fields: {
      deal: ref("Deal", "The deal of the task."),
      index: amount("Index of the task within its deal."),
      status: oneOf(["UNSET", "ACTIVE", "REVEALING", "COMPLETED", "FAILED"], "Status."),
      contributionDeadline: optional(amount("End of contributions, Unix seconds.")),
      revealDeadline: optional(amount("End of the reveal phase, Unix seconds.")),
      finalDeadline: optional(amount("Time from which the task can be claimed, Unix seconds.")),
      consensus: optional(bytes("Hash of the result on which the workers agree.")),
      resultDigest: optional(bytes("Digest of the result.")),
      results: optional(bytes("Location of the result.")),
      resultsCallback: optional(bytes("Result data for the deal's callback.")),
      timestamp: creationTime,
      resultsTimestamp: optional(amount("Completion time, Unix seconds.")),
      transactionHash,
    },
    lists: { contributions: { of: "Contribution", by: "task" } },
  },
  Contribution: {
    plural: "contributions",
    description: "A worker's contribution to a task. Its id combines the ids of both.",
    fields: {
      task: ref("Task", "The task."),
      worker: ref("Account", "The worker."),
      status: oneOf(["CONTRIBUTED", "PROVED", "REJECTED"], "Status: contributed, revealed (PROVED) or rejected."),
      hash: bytes("Hash of task and result."),
      seal: bytes("Hash of worker, task and result."),
      challenge: bytes("Address of the enclave; zero for none."),
      timestamp: creationTime,
      transactionHash,
    },
    lists: {},
  },
  Transfer: {
    plural: "transfers",
    description: "A transfer of escrowed funds: deposits come from the zero address, withdrawals go to it.",
    fields: {
      from: ref("Account", "Sender."),
      to: ref("Account", "Recipient; the hub for locked funds."),
      value: amount("Amount, nRLC."),
      timestamp: creationTime,
      blockNumber: amount("The block of the transfer."),
      transactionHash,
    },
    lists: {},
  },
  AssetTransfer: {
    plural: "assetTransfers",
    description: "The creation of an app, dataset or workerpool, or its transfer to another owner.",
    fields: {
      app: optional(ref("App", "The app, if it is one.")),
      dataset: optional(ref("Dataset", "The dataset, if it is one.")),
      workerpool: optional(ref("Workerpool", "The workerpool, if it is one.")),
      from: ref("Account", "Previous owner; zero on creation."),
      to: ref("Account", "New owner."),
      timestamp: creationTime,
      blockNumber: amount("The block of the transfer."),
      transactionHash,
    },
    lists: {},
  },
};

export const ENTITY_NAMES = Object.keys(ENTITIES) as EntityName[];
