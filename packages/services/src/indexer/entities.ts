/** What a field holds. `Ref` is the id of another entity; `Strings` a list of text. All may be null where it says so. */
export interface Field {
  readonly type: "BigInt" | "Boolean" | "Bytes" | "Enum" | "Ref" | "String" | "Strings";
  /** Of a reference: what it is to. */
  readonly to?: EntityName;
  /** Of an enum: what it may be. */
  readonly values?: readonly string[];
  readonly isNullable?: true;
  /** For people: what it means, and its unit. */
  readonly description: string;
}

/** Something that queries answer: its fields, and lists of other entities that refer to it. */
export interface Entity {
  /** How a list of them is asked for. One is asked for by its name with a small first letter. */
  readonly plural: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** By name: which entities, and by which of their references. */
  readonly lists: Readonly<Record<string, { readonly of: EntityName; readonly by: string }>>;
}

/** The entities that there are. */
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

/** What is kept of an entity, by field: BigInt as bigint, Boolean, Strings as a list, everything else as text. */
export type Values = Readonly<Record<string, Value>>;

/** A field's value. */
export type Value = bigint | boolean | string | readonly string[] | null;

const text = (description: string): Field => ({ type: "String", description });
const bytes = (description: string): Field => ({ type: "Bytes", description });
const amount = (description: string): Field => ({ type: "BigInt", description });
const flag = (description: string): Field => ({ type: "Boolean", description });
const ref = (to: EntityName, description: string): Field => ({ type: "Ref", to, description });
const oneOf = (values: readonly string[], description: string): Field => ({ type: "Enum", values, description });
const optional = (field: Field): Field => ({ ...field, isNullable: true });

const createdAt = amount("When it came to be, in unix seconds.");
const transactionHash = bytes("The transaction in which it came to be.");

/** All that is indexed. */
export const ENTITIES: Readonly<Record<EntityName, Entity>> = {
  Account: {
    plural: "accounts",
    description: "Whoever has a part in deals, or money in escrow. Its id is its address.",
    fields: {
      balance: amount("What it may spend or withdraw, in nRLC."),
      frozen: amount("What is set aside for work that is under way, in nRLC."),
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
      owner: ref("Account", "Who owns it now."),
      name: text("For people."),
      type: text("What kind of program it is, as DOCKER."),
      multiaddr: bytes("Where it is published."),
      checksum: bytes("What it hashes to."),
      mrenclave: bytes("What its enclave measures, if it says so."),
      timestamp: createdAt,
    },
    lists: { deals: { of: "Deal", by: "app" }, transfers: { of: "AssetTransfer", by: "app" } },
  },
  Dataset: {
    plural: "datasets",
    description: "Encrypted data that deals may use. Its id is its address.",
    fields: {
      owner: ref("Account", "Who owns it now."),
      name: text("For people."),
      multiaddr: bytes("Where it is published."),
      checksum: bytes("What the encrypted data hashes to."),
      timestamp: createdAt,
    },
    lists: { deals: { of: "Deal", by: "dataset" }, transfers: { of: "AssetTransfer", by: "dataset" } },
  },
  Workerpool: {
    plural: "workerpools",
    description: "Machines under one scheduler. Its id is its address.",
    fields: {
      owner: ref("Account", "Who owns it now, and schedules."),
      description: text("For people."),
      timestamp: createdAt,
    },
    lists: { deals: { of: "Deal", by: "workerpool" }, transfers: { of: "AssetTransfer", by: "workerpool" } },
  },
  ProtectedData: {
    plural: "protectedDatas",
    description: "A dataset that was registered with its schema. Its id is the dataset's address.",
    fields: {
      owner: ref("Account", "Who owns it now."),
      dataset: ref("Dataset", "The dataset that it is."),
      name: text("For people."),
      schema: { type: "Strings", description: "The files in it, as path:type; dots between the folders of a path." },
      jsonSchema: text("The schema as it was registered."),
      multiaddr: bytes("Where it is published."),
      checksum: bytes("What the encrypted data hashes to."),
      creationTimestamp: createdAt,
      blockNumber: amount("The block in which it came to be."),
      transactionHash,
    },
    lists: {},
  },
  Category: {
    plural: "categories",
    description: "How long tasks may take. Its id is its number.",
    fields: {
      name: text("For people."),
      description: text("For people."),
      workClockTimeRef: amount("The time that deadlines are multiples of, in seconds."),
    },
    lists: { deals: { of: "Deal", by: "category" } },
  },
  Order: {
    plural: "orders",
    description: "A signed order of which the chain knows: matched, closed or signed there. Its id is its hash.",
    fields: {
      kind: oneOf(["APP", "DATASET", "WORKERPOOL", "REQUEST"], "What it offers, or that it asks."),
      consumed: amount("For how many tasks it was used in deals."),
      isClosed: flag("Whether its owner closed it."),
      isSignedOnChain: flag("Whether its owner signed it by a transaction."),
      timestamp: amount("When the chain first heard of it, in unix seconds."),
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
    description: "Orders that were matched: a bag of tasks, paid for in advance.",
    fields: {
      requester: ref("Account", "Who asked for it."),
      beneficiary: ref("Account", "For whom results are encrypted."),
      sponsor: ref("Account", "Who pays."),
      callback: bytes("The contract that is told of results; zero for none."),
      params: text("What the app is told, in JSON."),
      app: ref("App", "The program."),
      appOwner: ref("Account", "Who owned the app then."),
      appPrice: amount("What the app costs, in nRLC per task."),
      dataset: optional(ref("Dataset", "The data, if any.")),
      datasetOwner: optional(ref("Account", "Who owned the data then.")),
      datasetPrice: amount("What the data costs, in nRLC per task."),
      workerpool: ref("Workerpool", "Where it runs."),
      workerpoolOwner: ref("Account", "Who owned the workerpool then."),
      workerpoolPrice: amount("What the work costs, in nRLC per task."),
      apporder: ref("Order", "The app's order."),
      datasetorder: optional(ref("Order", "The data's order, if any.")),
      workerpoolorder: ref("Order", "The workerpool's order."),
      requestorder: ref("Order", "The request."),
      category: ref("Category", "How long its tasks may take."),
      trust: amount("How much agreement of workers a result needs; 1 for a single worker."),
      tag: bytes("What is asked of the machines."),
      botFirst: amount("The index of its first task."),
      botSize: amount("How many tasks it has."),
      workerStake: amount("What a worker stakes per task, in nRLC."),
      schedulerRewardRatio: amount("What of the work's price goes to the scheduler, in percent."),
      startTime: amount("When it was made, in unix seconds."),
      timestamp: createdAt,
      blockNumber: amount("The block in which it was made."),
      transactionHash,
    },
    lists: { tasks: { of: "Task", by: "deal" } },
  },
  Task: {
    plural: "tasks",
    description: "One unit of work of a deal, from when its scheduler begins it.",
    fields: {
      deal: ref("Deal", "What it is part of."),
      index: amount("Which of the deal's tasks it is."),
      status: oneOf(["UNSET", "ACTIVE", "REVEALING", "COMPLETED", "FAILED"], "Where it stands."),
      contributionDeadline: optional(amount("Until when workers may contribute, in unix seconds.")),
      revealDeadline: optional(amount("Until when results are revealed, in unix seconds.")),
      finalDeadline: optional(amount("From when on it can be given up, in unix seconds.")),
      consensus: optional(bytes("What the workers agree on, as a hash.")),
      resultDigest: optional(bytes("The hash of the result.")),
      results: optional(bytes("Where the result is.")),
      resultsCallback: optional(bytes("What the deal's callback was told.")),
      timestamp: createdAt,
      resultsTimestamp: optional(amount("When it was completed, in unix seconds.")),
      transactionHash,
    },
    lists: { contributions: { of: "Contribution", by: "task" } },
  },
  Contribution: {
    plural: "contributions",
    description: "What a worker says of a task. Its id is the task's and the worker's.",
    fields: {
      task: ref("Task", "What it is about."),
      worker: ref("Account", "Who did the work."),
      status: oneOf(["CONTRIBUTED", "PROVED", "REJECTED"], "Whether it was revealed to be right, or was not."),
      hash: bytes("The hash of task and result."),
      seal: bytes("The hash of worker, task and result."),
      challenge: bytes("The address of the enclave; zero for none."),
      timestamp: createdAt,
      transactionHash,
    },
    lists: {},
  },
  Transfer: {
    plural: "transfers",
    description: "Money of the escrow that changed hands: deposits come from zero, withdrawals go there.",
    fields: {
      from: ref("Account", "Who had it."),
      to: ref("Account", "Who got it; the hub, while it is set aside."),
      value: amount("How much, in nRLC."),
      timestamp: createdAt,
      blockNumber: amount("In which block."),
      transactionHash,
    },
    lists: {},
  },
  AssetTransfer: {
    plural: "assetTransfers",
    description: "An app, a dataset or a workerpool that changed hands, or came to be.",
    fields: {
      app: optional(ref("App", "The app, if it is one.")),
      dataset: optional(ref("Dataset", "The dataset, if it is one.")),
      workerpool: optional(ref("Workerpool", "The workerpool, if it is one.")),
      from: ref("Account", "Who owned it; zero when it came to be."),
      to: ref("Account", "Who owns it from then on."),
      timestamp: createdAt,
      blockNumber: amount("In which block."),
      transactionHash,
    },
    lists: {},
  },
};

/** The names of all entities. */
export const ENTITY_NAMES = Object.keys(ENTITIES) as EntityName[];
