import { expect } from "chai";
import { getIntrospectionQuery } from "graphql";
import { network } from "hardhat";

import { openTestIndexer } from "./indexer.js";
import { createVillage, RESULTS, type Village } from "./village.js";

const connection = await network.create();

/** Few bytes that stand for 2^34 fields. */
const doubling = [
  ...Array.from({ length: 34 }, (_, level) => `fragment F${level} on Query { ...F${level + 1} ...F${level + 1} }`),
  "fragment F34 on Query { __typename }",
].join(" ");

describe("What the indexer knows", () => {
  let village: Village;
  let indexer: Awaited<ReturnType<typeof openTestIndexer>>;

  before(async () => {
    village = await createVillage(connection);
    const schedulers = { [village.actors.assets.workerpool]: "http://127.0.0.1:13001" };
    const iapps = { "web3mail-tdx": village.actors.assets.app };
    indexer = await openTestIndexer(connection, village, { schedulers, iapps });
  });
  after(() => indexer.close());

  it("is a deal with all that belongs to it", async () => {
    const { deal, lower, accounts } = village;
    const found = await indexer.get(
      `query ($id: ID!) { deal(id: $id) {
        id requester { id } app { id name owner { id } } dataset { name } workerpool { description } appPrice botSize
        category { name } requestorder { id kind consumed isClosed dealsAsRequest { id } }
        tasks(orderBy: index) { index status results resultDigest consensus contributions { worker { id } status hash } }
      } }`,
      { id: deal.dealId },
    );

    const worker = { id: accounts.worker1.address.toLowerCase() };
    const done = {
      index: "0",
      status: "COMPLETED",
      results: RESULTS,
      resultDigest: deal.digest,
      consensus: deal.consensus,
      contributions: [{ worker, status: "PROVED", hash: deal.consensus }],
    };
    const open = {
      index: "1",
      status: "ACTIVE",
      results: null,
      resultDigest: null,
      consensus: null,
      contributions: [],
    };
    expect(found["deal"]).to.deep.equal({
      id: deal.dealId,
      requester: { id: lower.requester },
      app: { id: lower.app, name: "census", owner: { id: accounts.appProvider.address.toLowerCase() } },
      dataset: { name: "people" },
      workerpool: { description: "five workers" },
      appPrice: "333",
      botSize: "2",
      category: { name: "XS" },
      requestorder: {
        id: deal.requestorder,
        kind: "REQUEST",
        consumed: "2",
        isClosed: false,
        dealsAsRequest: [{ id: deal.dealId }],
      },
      tasks: [done, open],
    });
  });

  it("is what everybody has in escrow, to the last nRLC", async () => {
    const { accounts } = await indexer.get(`{ accounts(first: 1000) { id balance frozen } }`);

    const all = accounts as { id: string; balance: string; frozen: string }[];
    const hub = village.manifest.poco.toLowerCase();
    expect(all.length).to.be.greaterThan(8);
    for (const { id, balance, frozen } of all) {
      if (BigInt(id) === 0n) continue;
      const [free, locked] = [await village.poco.balanceOf(id), await village.poco.frozenOf(id)];
      // While a deal is under way, what is set aside for it is the hub's own balance.
      expect({ id, balance, frozen }).to.deep.equal({ id, balance: String(free), frozen: String(locked) });
    }
    expect(all.map(({ id }) => id)).to.include(hub);
  });

  it("is who owned what", async () => {
    const { app, workerpool } = village.lower;
    const query = `query ($app: String!, $pool: String!) {
      app(id: $app) { transfers { from { id } to { id } } }
      assetTransfers(where: {workerpool: $pool}) { app { id } workerpool { id } }
      datasets(orderBy: name) { name owner { datasets(orderBy: name, orderDirection: desc) { name } } }
    }`;

    const found = await indexer.get(query, { app, pool: workerpool });

    const to = { id: village.accounts.appProvider.address.toLowerCase() };
    expect(found["app"]).to.deep.equal({ transfers: [{ from: { id: `0x${"0".repeat(40)}` }, to }] });
    expect(found["assetTransfers"]).to.deep.equal([{ app: null, workerpool: { id: workerpool } }]);
    expect((found["datasets"] as object[])[0]).to.deep.equal({
      name: "emails",
      owner: { datasets: [{ name: "photo" }, { name: "emails" }] },
    });
  });

  it("is a page of it, also for lists within lists", async () => {
    const query = `{
      first: categories(first: 2, orderBy: workClockTimeRef) { name }
      second: categories(first: 2, skip: 2, orderBy: workClockTimeRef) { name }
      deals(orderBy: botSize, orderDirection: desc) { tasks(first: 1, skip: 1, orderBy: index) { index } }
    }`;

    const found = await indexer.get(query);

    expect(found["first"]).to.deep.equal([{ name: "XS" }, { name: "S" }]);
    expect(found["second"]).to.deep.equal([{ name: "M" }, { name: "L" }]);
    expect(found["deals"]).to.deep.equal([{ tasks: [{ index: "1" }] }, { tasks: [] }]);
  });

  const filters: readonly [filter: string, names: string][] = [
    [`{name: "S"}`, "S"],
    [`{name_not: "S"}`, "L M XL XS"],
    [`{name_in: ["S", "M"]}`, "M S"],
    [`{name_not_in: ["S", "M"]}`, "L XL XS"],
    [`{name_in: []}`, ""],
    [`{name_contains: "X"}`, "XL XS"],
    [`{name_not_contains: "X"}`, "L M S"],
    [`{name_contains: "%"}`, ""],
    [`{name_contains_nocase: "x"}`, "XL XS"],
    [`{name_starts_with: "X"}`, "XL XS"],
    [`{name_ends_with: "L"}`, "L XL"],
    [`{name_gt: "S"}`, "XL XS"],
    [`{workClockTimeRef_gte: 3600, workClockTimeRef_lt: "36000"}`, "L M"],
    [`{or: [{name: "S"}, {and: [{name_contains: "X"}, {name_not: "XL"}]}]}`, "S XS"],
    [`{and: []}`, "L M S XL XS"],
    [`{name: null}`, ""],
    [`{deals_: {botSize: 2}}`, "XS"],
    [`{deals_: {requester_: {frozen_gt: 0}, tasks_: {status: COMPLETED}}}`, "XS"],
    [`{deals_: {botSize_gt: 2}}`, ""],
  ];
  for (const [filter, names] of filters) {
    it(`is filtered by ${filter}`, async () => {
      const { categories } = await indexer.get(`{ categories(where: ${filter}, orderBy: name) { name } }`);
      expect((categories as { name: string }[]).map(({ name }) => name).join(" ")).to.equal(names);
    });
  }

  it("is what it was, if a query names a block", async () => {
    const number = (await village.poco.queryFilter(village.poco.filters.TaskFinalize()))[0]!.blockNumber;
    const query = `query ($id: String!, $number: Int!) {
      task(id: $id, block: {number: $number}) { status deal { tasks(orderBy: index) { status } } }
    }`;
    const ask = async (block: number) => (await indexer.get(query, { id: village.deal.done, number: block }))["task"];

    const rest = { status: "ACTIVE" };
    expect(await ask(number)).to.deep.equal({ status: "COMPLETED", deal: { tasks: [{ status: "COMPLETED" }, rest] } });
    expect(await ask(number - 1)).to.deep.equal({
      status: "REVEALING",
      deal: { tasks: [{ status: "REVEALING" }, rest] },
    });
    const { _meta } = await indexer.get("{ _meta { block { number hash } hasIndexingErrors } }");
    const newest = await connection.ethers.provider.getBlock("latest");
    expect(_meta).to.deep.equal({ block: { number: newest!.number, hash: newest!.hash }, hasIndexingErrors: false });
  });

  const deep = `{ deals ${"{ tasks { deal ".repeat(9)} { id } ${"} }".repeat(9)} }`;
  const refusals: readonly [what: string, query: string, message: string | RegExp][] = [
    ["fields that are not there", "{ deals { price } }", /^Cannot query field "price" on type "Deal"\./],
    [
      "filters that are not there",
      "{ deals(where: {prize: 1}) { id } }",
      /Field "prize" is not defined by type "Deal_filter"/,
    ],
    [
      "words that a status is none of",
      '{ tasks(where: {status: "FAILLED"}) { id } }',
      /"FAILLED" is not a TaskStatus: it is one of UNSET, ACT/,
    ],
    [
      "bytes that are none",
      '{ deals(where: {tag: "red"}) { id } }',
      /"red" is not bytes: write 0x and hexadecimal digits\.$/,
    ],
    ["numbers that are none", '{ deals(where: {trust_gt: "1.5"}) { id } }', /"1\.5" is not a whole number/],
    ["pages that are too long", "{ deals(first: 1001) { id } }", "first is 1001, but must be from 0 to 1000."],
    ["pages before the first", "{ deals(skip: -1) { id } }", "skip is -1, but must be from 0 to 100000."],
    [
      "blocks that are to come",
      "{ deals(block: {number: 99999}) { id } }",
      /^Block 99999 is not indexed: the newest that is/,
    ],
    ["comparisons with null", "{ deals(where: {trust_gt: null}) { id } }", "Nothing can be compared with null by _gt."],
    ["queries that lie too deep", deep, "The query is more than 16 fields deep: ask for the rest in a second one."],
    [
      "queries with too many fields",
      `{ ${Array.from({ length: 501 }, (_, index) => `a${index}: deals { id }`).join(" ")} }`,
      "The query has more than 1000 fields: ask for fewer at a time.",
    ],
    [
      "fragments that multiply",
      `{ ...a } fragment c on Query { ${"x: deals { id } ".repeat(20)} }
       fragment b on Query { ${"...c ".repeat(20)} } fragment a on Query { ${"...b ".repeat(20)} }`,
      "The query has more than 1000 fields: ask for fewer at a time.",
    ],
    [
      "fragments that double at each of 34 levels",
      `{ ...F0 } ${doubling.replace("__typename", "...F0")}`,
      /^The fragment F\d+ is used within itself\.$/,
    ],
    [
      "the same without an end, nor any field",
      `{ ...F0 } ${doubling}`,
      "The query has more than 1000 fields: ask for fewer at a time.",
    ],
    [
      "fragments that double, which no query uses",
      `{ __typename } ${doubling}`,
      "The query has more than 1000 fields: ask for fewer at a time.",
    ],
    [
      "conditions that lie too deep",
      `{ ${"... { ".repeat(60)} __typename ${"} ".repeat(60)} }`,
      "The query is more than 48 fields and fragments deep: write it flatter.",
    ],
    [
      "too many queries at once",
      `{ __typename } ${Array.from({ length: 100 }, (_, index) => `fragment F${index} on Deal { id }`).join(" ")}`,
      "The document has more than 100 queries and fragments: ask for fewer at a time.",
    ],
    [
      "the schema of the schema of the schema",
      "{ __schema { types { inputFields { type { inputFields { type { inputFields { name } } } } } } } }",
      "The schema is asked for inputFields of inputFields: ask for one list of each type, as GraphiQL does.",
    ],
    [
      "the schema of the schema, through fragments",
      '{ __type(name: "Deal") { ...f } } fragment f on __Type { fields { type { ...g } } } fragment g on __Type { fields { name } }',
      "The schema is asked for fields of fields: ask for one list of each type, as GraphiQL does.",
    ],
    [
      "many names for parts of the schema",
      `{ __schema { types { fields { ${Array.from({ length: 300 }, (_, index) => `a${index}: name`).join(" ")} } } } }`,
      "__schema is asked for more than 300 fields: ask for fewer at a time.",
    ],
    [
      "filters that follow relation after relation",
      '{ deals(where: {tasks_: {deal_: {tasks_: {deal_: {id: "0x"}}}}}) { id } }',
      "The filter follows more than 3 relations in a row: ask in two steps.",
    ],
    [
      "filters of too many comparisons",
      `{ deals(where: {or: [${'{id: "0x"}'.repeat(201)}]}) { id } }`,
      "The filter has more than 200 comparisons: ask for less at a time.",
    ],
    ["queries that are too long", `{ ${"deals ".repeat(6_000)} }`, /more that 5000 tokens/],
    ["values that lie too deep to be parsed", `{ deals(where: { id_in: ${"[".repeat(4_900)}`, /too many brackets/],
    ["queries that end too soon", "{ deals {", /^Syntax Error/],
    ["changes", "mutation { deals { id } }", /Schema is not configured to execute mutation operation|mutation/],
  ];
  for (const [what, query, message] of refusals) {
    it(`is not given away for ${what}`, async () => {
      const refusal = await indexer.refusal(query);
      if (typeof message === "string") expect(refusal).to.equal(message);
      else expect(refusal).to.match(message);
    });
  }

  it("is not given away for variables that are too many, or lie too deep in each other", async () => {
    const query = "query ($where: Deal_filter) { deals(where: $where) { id } }";
    const where = `${'{"and":['.repeat(5_000)}${"]}".repeat(5_000)}`;
    const deepest = await indexer.server().inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "application/json" },
      payload: `{"query":${JSON.stringify(query)},"variables":{"where":${where}}}`,
    });
    expect(deepest.body).to.include("The variables are more than 32 values deep: flatten them.");
    const many = { id_in: Array.from({ length: 20_000 }, () => "0x") };
    expect(await indexer.refusal(query, { where: many })).to.equal(
      "The variables have more than 20000 values: send fewer.",
    );
  });

  it("is given to GraphiQL, which asks for the whole schema", async () => {
    const { __schema } = await indexer.get(getIntrospectionQuery());
    expect((__schema as { types: unknown[] }).types).to.have.length.greaterThan(50);
  });

  it("is not given to bodies that are not queries", async () => {
    const server = indexer.server();
    const post = (payload: string, type: string) =>
      server.inject({ method: "POST", url: "/graphql", payload, headers: { "content-type": type } });

    expect((await post("{", "application/json")).statusCode).to.equal(400);
    expect((await post("{}", "application/json")).statusCode).to.equal(400);
    expect((await post("<a/>", "text/xml")).statusCode).to.equal(415);
    expect((await post(`{"query":"${"x".repeat(2 ** 17)}"}`, "application/json")).statusCode).to.equal(413);
    expect((await post('{"query":"{ deals { id } }"}', "application/json")).statusCode).to.equal(200);
  });

  it("is shown to people with GraphiQL, which is asked of no other host", async () => {
    const headers = { accept: "text/html" };

    const page = await indexer.server().inject({ method: "GET", url: "/graphql", headers });

    expect(page.statusCode).to.equal(200);
    expect(page.headers["content-type"]).to.match(/^text\/html/);
    expect(page.body)
      .to.contain("GraphiQL")
      .and.not.match(/<(?:script|link)[^>]+(?:src|href)="https?:/);
  });

  it("is where schedulers answer and which apps have names", async () => {
    const server = indexer.server();
    const look = async (url: string) => {
      const answer = await server.inject(url);
      return [answer.statusCode, answer.json<object>()];
    };
    const { workerpool, app } = village.actors.assets;
    const chain = "31337";

    expect(await look(`/${chain}/workerpools/${workerpool}`)).to.deep.equal([
      200,
      { apiUrl: "http://127.0.0.1:13001" },
    ]);
    expect((await look(`/${chain}/workerpools/${workerpool.toLowerCase()}`))[0]).to.equal(200);
    expect(await look(`/${chain}/iapps/web3mail-tdx`)).to.deep.equal([200, { address: app }]);
    const error = `The scheduler of workerpool ${app} is not known here.`;
    expect(await look(`/${chain}/workerpools/${app}`)).to.deep.equal([404, { error }]);
    expect((await look(`/${chain}/workerpools/pool.eth`))[0]).to.equal(400);
    expect((await look(`/${chain}/iapps/constructor`))[0]).to.equal(404);
    expect((await look(`/1/iapps/web3mail-tdx`))[0]).to.equal(404);
  });
});
