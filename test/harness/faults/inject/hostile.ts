import { request as open } from "node:http";

import { Wallet } from "ethers";

import { answerChallenge } from "@poco-marketplace/sdk/login/answerChallenge.js";
import type { Challenge } from "@poco-marketplace/sdk/login/challenge.js";
import type { Violation } from "../judge/violation.js";
import type { World } from "../world/world.js";

/** A request that every service must refuse. */
interface Attack {
  readonly what: string;
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const JSON_TYPE = { "content-type": "application/json" };
const ZEROS = "00".repeat(32);
/** A body size that every service refuses. */
const TOO_LARGE = 10 * 2 ** 20;
/** The time in which a service must refuse a request, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** Sends requests to every service that it must refuse. Returns those not refused with a status from 400 to 499 and a sentence. */
export async function attackAll(world: World): Promise<Violation[]> {
  const attacks = [...badBodies(world), ...badNames(world), ...badSignatures(world)];
  const found = await Promise.all(attacks.map(judgeAttack));
  return [...found.flat(), ...(await replayChallenges(world))];
}

/** Bodies that are too large, cut off, of another type, or missing. */
function badBodies({ network }: World): Attack[] {
  const { rpc, market, sms, scheduler, compass } = network;
  const routes = [
    [rpc, "/"],
    [market, "/apporders"],
    [sms, "/tee/sessions"],
    [scheduler!, "/workers/join"],
    [compass, "/graphql"],
  ] as const;
  return routes.flatMap(([origin, path]) => {
    const post = { url: origin + path, method: "POST" };
    return [
      { ...post, what: "a body that is too large", headers: JSON_TYPE, body: `"${"x".repeat(TOO_LARGE)}"` },
      { ...post, what: "JSON that is cut off", headers: JSON_TYPE, body: '{"order":' },
      { ...post, what: "another type", headers: { "content-type": "text/xml" }, body: "<order/>" },
      { url: `${origin}/nowhere/%2e%2e/%2e%2e/etc/passwd`, what: "a path that is not there" },
    ];
  });
}

/** File names that lead out of their folder, and announcements of more than fits. */
function badNames({ network }: World): Attack[] {
  const add = `${network.ipfsNode}/api/v0/add`;
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  const files = ["../a", "a/../../b", "/../etc/passwd", "%2e%2e/a", "a%00b"];
  return [
    ...files.map((name) => ({ what: `a file called ${name}`, url: add, method: "POST", headers, body: part(name) })),
    { what: "a path as content", url: `${network.ipfsGateway}/ipfs/..%2F..%2Fetc%2Fpasswd` },
    { what: "more than fits", url: add, method: "POST", headers: { ...headers, "content-length": `${2 ** 40}` } },
    { what: "a task that is a path", url: `${network.scheduler!}/tasks/..%2f..%2fetc%2fpasswd` },
  ];
}

function part(name: string): string {
  return (
    `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n` +
    "content-type: application/octet-stream\r\n\r\n1\r\n--b--\r\n"
  );
}

/** Signatures of others, or none, and a secret of 4,097 bytes. */
function badSignatures({ network, assets }: World): Attack[] {
  const { market, sms, scheduler, accounts } = network;
  const [{ address }] = accounts as [(typeof accounts)[number]];
  const sign = `0x${"11".repeat(64)}1b`;
  const wrong = { authorization: `0x${ZEROS}_${sign}_${address}`, ...JSON_TYPE };
  const text = { authorization: sign, "content-type": "text/plain" };
  const secret = `${sms}/apps/${assets.app}/secrets`;
  const session = { authorization: `Bearer ${ZEROS}`, ...JSON_TYPE };
  const tasks = `${scheduler!}/workers/tasks/0x${ZEROS}`;
  return [
    { what: "an order of somebody else", url: `${market}/apporders`, method: "POST", headers: wrong, body: "{}" },
    { what: "orders of somebody else", url: `${market}/apporders`, method: "PUT", headers: wrong, body: "{}" },
    { what: "a secret of somebody else", url: secret, method: "POST", headers: text, body: "x" },
    { what: "a secret of 4097 bytes", url: secret, method: "POST", headers: text, body: "x".repeat(4_097) },
    { what: "a session for nothing", url: `${sms}/tee/sessions`, method: "POST", headers: JSON_TYPE, body: "{}" },
    { what: "an appointment", url: `${sms}/tee/challenges/0x${ZEROS}`, method: "POST", headers: JSON_TYPE, body: "{}" },
    { what: "a worker that is none", url: `${scheduler!}/workers/join`, method: "POST", headers: wrong, body: "{}" },
    { what: "changes for nobody", url: `${scheduler!}/workers/duties`, method: "POST", headers: session, body: "{}" },
    ...["authorization", "status", "logs", "result"].map((what) => ({
      what: `the ${what} of nobody`,
      url: `${tasks}/${what}`,
      method: "POST",
      headers: session,
      body: "{}",
    })),
    { what: "logs of somebody else", url: `${scheduler!}/tasks/0x${ZEROS}/logs`, headers: wrong },
  ];
}

async function judgeAttack(attack: Attack): Promise<Violation[]> {
  const { status, text } = await answerTo(attack);
  const service = new URL(attack.url).pathname.slice(0, 40);
  const said = (what: string): Violation[] => [{ law: "services", what: `${attack.what}, at ${service}, ${what}` }];
  if (status < 400 || status > 499) return said(`was answered with ${status === 0 ? text : status}`);
  return /\w{3}/.test(text) ? [] : said(`was refused with ${status}, without a word`);
}

/** The status, 0 if there was none; the service may stop reading before the end. */
function answerTo({ url, method = "GET", headers = {}, body }: Attack): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const asked = open(
      url,
      { method, headers: { ...headers, connection: "close" }, timeout: TIMEOUT_MS },
      (response) => {
        let text = "";
        response.on("data", (bytes: Buffer) => (text += bytes.toString()));
        const done = () => resolve({ status: response.statusCode ?? 0, text });
        response.on("end", done);
        response.on("error", done);
        response.on("close", done);
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", (error) => resolve({ status: 0, text: error.message }));
    if (headers["content-length"] === undefined) asked.end(body);
    else asked.flushHeaders();
  });
}

/** A signed login challenge is valid once. */
async function replayChallenges({ network }: World): Promise<Violation[]> {
  const { market, scheduler, chainId, accounts } = network;
  const wallet = new Wallet(accounts[0]!.privateKey);
  const places = [
    {
      ask: `${market}/challenge?chainId=${chainId}&address=${wallet.address}`,
      method: "POST",
      url: `${market}/apporders`,
    },
    {
      ask: `${scheduler!}/tasks/logs/challenge?chainId=${chainId}&address=${wallet.address}`,
      method: "GET",
      url: `${scheduler!}/tasks/0x${ZEROS}/logs`,
    },
  ];
  const found = await Promise.all(
    places.map(async ({ ask, method, url }) => {
      const authorization = await logIn(ask, wallet);
      const attack = { what: "a login", url, method, headers: { authorization, ...JSON_TYPE } };
      const send = () => answerTo({ ...attack, ...(method === "POST" && { body: "{}" }) });
      const [first, second] = [await send(), await send()];
      if (first.status !== 401 && second.status === 401) return [];
      const what = `a login at ${url} was answered with ${first.status}, and when it was replayed with ${second.status}`;
      return [{ law: "services", what } as const];
    }),
  );
  return found.flat();
}

async function logIn(url: string, wallet: Wallet): Promise<string> {
  const answer = (await (await fetch(url)).json()) as Challenge & { data?: Challenge };
  return answerChallenge(wallet, answer.data ?? answer);
}
