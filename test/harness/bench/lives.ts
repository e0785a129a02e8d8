/** The whole life of a task, as calls that are measured one by one: names of scenarios, in order. */
export interface Life {
  readonly name: string;
  readonly bar?: number;
  readonly calls: readonly string[];
}

/** The three ways to do a task, on a dataset, with supply orders that were matched before. */
export const LIVES: readonly Life[] = [
  {
    name: "a TEE task",
    bar: 0.33,
    calls: ["matchOrders, dataset, supply orders reused", "initialize", "contributeAndFinalize, TEE, dataset"],
  },
  {
    name: "a task replicated by 3",
    calls: [
      "matchOrders, no enclave, supply orders reused",
      "initialize",
      "contribute, first of several",
      "contribute, second, same result",
      "contribute, third, reaching consensus",
      "reveal, first",
      "reveal, later",
      "reveal, later",
      "finalize, 3 contributors",
    ],
  },
  { name: "a boost task", calls: ["matchOrdersBoost, dataset", "pushResultBoost, TEE"] },
];
