import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { DirectoryClient } from "@poco-marketplace/sdk/client/directory.js";
import { SchedulerClient } from "@poco-marketplace/sdk/client/scheduler.js";
import { ServiceConnection, ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { SubgraphClient } from "@poco-marketplace/sdk/client/subgraph.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { rejection } from "../fixtures/rejection.js";

const TASK = `0x${"11".repeat(32)}` as const;
const POOL = "0x1111111111111111111111111111111111111111";

describe("A service that is asked by the SDK", () => {
  let server: Server;
  let url: string;
  /** What it answers, or nothing for nothing. */
  let answer: { status: number; body: string } | undefined;
  let asked: string[];

  before(async () => {
    server = createServer((request, reply) => {
      asked.push(`${request.method} ${request.url}`);
      if (answer !== undefined) reply.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    [answer, asked] = [undefined, []];
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it("has a time limit, and is named where it does not keep it", async () => {
    const error = await rejection(new ServiceConnection("order market", url, 50).json("/deals"), ServiceError);

    const expected = `The order market at ${url} does not answer within 0.05 s: check that it runs, and its URL.`;
    expect(error.message).to.equal(expected);
    expect([error.statusCode, error.isPassing, error.url]).to.deep.equal([undefined, true, `${url}/deals`]);
  });

  it("is named where nobody listens", async () => {
    const error = await rejection(new SubgraphClient("http://127.0.0.1:1/graphql").query("{ a }"), ServiceError);
    expect(error.message).to.include("The subgraph at http://127.0.0.1:1/graphql does not answer: check that it runs");
  });

  it("is not asked any more once its caller does not want to know", async () => {
    const ending = AbortSignal.timeout(50);
    const error = await rejection(new ServiceConnection("x", url, 60_000).json("/", { signal: ending }), DOMException);
    expect(error).to.equal(ending.reason);
  });

  it("says why it refuses, in its own sentence, and by name where it has one", async () => {
    const connection = new ServiceConnection("secret service", url, 60_000);
    answer = { status: 409, body: JSON.stringify({ error: "SecretExists", message: "There is one already." }) };
    expect(await rejection(connection.json("/a"), ServiceError)).to.include({
      message: "There is one already.",
      reason: "SecretExists",
      statusCode: 409,
    });
    answer = { status: 503, body: JSON.stringify({ error: "The node is away." }) };
    expect(await rejection(connection.json("/a"), ServiceError)).to.include({
      message: "The node is away.",
      isPassing: true,
    });
    answer = { status: 502, body: "<html>" };
    expect((await rejection(connection.json("/a"), ServiceError)).message).to.equal(
      `The secret service at ${url} answers 502 to /a.`,
    );
  });

  it("is not taken for what it is not", async () => {
    answer = { status: 200, body: "<html>" };
    const error = await rejection(new DirectoryClient(url, { chainId: 5 }).schedulerOf(POOL), ServiceError);
    expect(error.message).to.equal(`The directory at ${url} answers what no such service does: check its URL.`);
    expect(error.isPassing).to.equal(false);
  });

  it("needs a URL of http or https", () => {
    for (const bad of ["", "market", "ftp://a", "http://"])
      expect(() => new SubgraphClient(bad)).to.throw(InvalidFieldError, "the URL of the subgraph is");
  });

  it("as a directory, says where schedulers are", async () => {
    const directory = new DirectoryClient(`${url}/`, { chainId: 5n });
    answer = { status: 200, body: JSON.stringify({ apiUrl: "http://scheduler" }) };
    expect(await directory.schedulerOf(POOL)).to.equal("http://scheduler");
    answer = { status: 404, body: "{}" };
    expect(await directory.schedulerOf(POOL)).to.equal(undefined);
    expect(await directory.appNamed("a/b")).to.equal(undefined);
    expect(asked).to.deep.equal([`GET /5/workerpools/${POOL}`, `GET /5/workerpools/${POOL}`, "GET /5/iapps/a%2Fb"]);
  });

  it("as a scheduler, says that it has given up, unless a worker was at it since", async () => {
    const scheduler = new SchedulerClient(url, { chainId: 5 });
    const dateStatusList = [{ date: "2026-01-02T00:00:00.000Z", status: "X", cause: "given up: no worker" }];
    const part = { walletAddress: POOL, currentStatus: "STARTING" };
    const at = (date: string) => ({ ...part, statusUpdateList: [{ date, status: "STARTING" }] });
    const reply = (replicates: object[]) => JSON.stringify({ currentStatus: "X", dateStatusList, replicates });

    answer = { status: 200, body: reply([part, at("2026-01-01T00:00:00.000Z")]) };
    expect((await scheduler.task(TASK))!.givenUp).to.equal("no worker");
    answer = { status: 200, body: reply([at("2026-01-03T00:00:00.000Z")]) };
    expect(await scheduler.task(TASK)).to.not.have.property("givenUp");
  });

  it("as a subgraph, says what is wrong with a query", async () => {
    answer = { status: 200, body: JSON.stringify({ errors: [{ message: "There is no field a." }] }) };
    const error = await rejection(new SubgraphClient(url).query("{ a }"), ServiceError);
    expect(error.message).to.equal("The subgraph refuses the query: There is no field a.");
  });
});
