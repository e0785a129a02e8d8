import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What an attack did: `through`, or the name of what stopped it. */
export type Attempts = Readonly<Record<string, string>>;

/** What there is to be attacked: a folder with a secret file and a database, servers, a process. */
export type Victim = {
  readonly args: object;
  /** Of the server that hears connections. */
  readonly port: number;
  readonly folder: string;
  /** What the servers heard. */
  readonly heard: readonly string[];
  readonly process: ChildProcess;
  readonly files: () => Promise<string[]>;
  readonly stop: () => Promise<void>;
};

export const SECRET = "nobody is to read this";

/** A victim outside of every sandbox. */
export async function victim(): Promise<Victim> {
  const folder = await mkdtemp(join(tmpdir(), "victim-"));
  await writeFile(join(folder, "secret"), SECRET);
  const database = new DatabaseSync(join(folder, "database"));
  database.exec("create table t (x)");
  database.close();

  const heard: string[] = [];
  const tcp = await listen(heard, { port: 0, host: "127.0.0.1" });
  const local = await listen(heard, { path: join(folder, "socket") });
  const udp = await udpServer(heard);
  const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  return {
    args: {
      folder,
      port: (tcp.address() as AddressInfo).port,
      udpPort: udp.address().port,
      bystander: bystander.pid,
      host: process.pid,
    },
    folder,
    port: (tcp.address() as AddressInfo).port,
    heard,
    process: bystander,
    files: async () => (await readdir(folder)).toSorted(),
    async stop() {
      bystander.kill("SIGKILL");
      tcp.close();
      local.close();
      udp.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listen(heard: string[], where: object): Promise<Server> {
  const server = createServer((socket) => {
    heard.push("a connection");
    socket.on("error", () => undefined);
    socket.on("data", (data: Buffer) => {
      const key = /Sec-WebSocket-Key: (\S+)/i.exec(data.toString())?.[1];
      if (key === undefined) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      else socket.write(acceptWebSocket(key));
    });
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  return server;
}

/** RFC 6455, section 1.3. */
function acceptWebSocket(key: string): string {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

async function udpServer(heard: string[]): Promise<Socket> {
  const socket = createSocket("udp4", (_, { port, address }) => {
    heard.push("a datagram");
    socket.send("hello yourself", port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return socket;
}

/** Reads, by whatever way, that get through show the secret. */
const READS = {
  "reads a file": `fs.readFileSync(secret, "utf8")`,
  "reads a file with a promise": `await fs.promises.readFile(secret, "utf8")`,
  "reads through a link that it makes": `(fs.symlinkSync(secret, out + "/link"), fs.readFileSync(out + "/link", "utf8"))`,
  "reads through a hard link": `(fs.linkSync(secret, out + "/hard"), fs.readFileSync(out + "/hard", "utf8"))`,
  "reads through a path that goes up": `fs.readFileSync(out + "/../../../../../../../.." + secret, "utf8")`,
  "reads by a path in bytes": `fs.readFileSync(Buffer.from(secret), "utf8")`,
  "reads by an address": `fs.readFileSync(new URL("file://" + secret), "utf8")`,
  "reads a copy": `(fs.copyFileSync(secret, out + "/copy"), fs.readFileSync(out + "/copy", "utf8"))`,
  "reads through the root of a process": `fs.readFileSync("/proc/" + args.host + "/root" + secret, "utf8")`,
  "reads with a program": `(await import("node:child_process")).execFileSync("cat", [secret], { encoding: "utf8" })`,
  "reads in a worker": `await (({ Worker }) => new Promise((resolve, reject) => {
    const code = "require('worker_threads').parentPort.postMessage(require('fs').readFileSync(" + JSON.stringify(secret) + ", 'utf8'))";
    new Worker(code, { eval: true, execArgv: [] }).on("message", resolve).on("error", reject);
  }))(await import("node:worker_threads"))`,
} as const;

/** What changes something outside. */
const DEEDS = {
  "lists a folder": `fs.readdirSync(args.folder)`,
  "writes a file": `fs.writeFileSync(args.folder + "/planted", "x")`,
  "changes a file": `fs.appendFileSync(args.folder + "/secret", "")`,
  "makes a folder": `fs.mkdirSync(args.folder + "/folder")`,
  "writes through a link": `(fs.symlinkSync(args.folder, out + "/door"), fs.writeFileSync(out + "/door/linked", "x"))`,
  "moves a file out": `(fs.writeFileSync(out + "/mine", "x"), fs.renameSync(out + "/mine", args.folder + "/moved"))`,
  "dumps its memory": `(await import("node:v8")).writeHeapSnapshot(args.folder + "/heap")`,
  "writes a report": `(() => {
    if (!process.report.writeReport(args.folder + "/report") || !fs.existsSync(args.folder + "/report")) throw new Error("none");
  })()`,
  "writes to a database": `new (await import("node:sqlite")).DatabaseSync(args.folder + "/database").exec("insert into t values (1)")`,
  "changes itself": `fs.appendFileSync(new URL(import.meta.url), "")`,
  "sends a signal to the host": `process.kill(args.host, 0)`,
  "looks into another process": `fs.readFileSync("/proc/" + args.bystander + "/environ")`,
  "slows down another process": `(await import("node:os")).setPriority(args.bystander, 19)`,
  "sends a signal": `process.kill(args.bystander, "SIGUSR2")`,
} as const;

/** Ways to the module that connects. */
const DOORS = {
  connects: `await import("node:net")`,
  "connects through require": `(await import("node:module")).createRequire(import.meta.url)("net")`,
  "connects through the loader": `(await import("node:module")).Module._load("net")`,
  "connects through the process": `process.getBuiltinModule("node:net")`,
  "connects through a module of its own": `(await import("data:text/javascript,export { default } from 'node:net'")).default`,
  "connects after hooking the loader": `await (async () => {
    const { registerHooks } = await import("node:module");
    registerHooks({ resolve: (s, c, n) => (s === "door" ? { url: "node:net", shortCircuit: true } : n(s, c)) });
    return import("door");
  })()`,
} as const;

const CONNECTIONS = {
  ...Object.fromEntries(
    Object.entries(DOORS).map(([name, door]) => [
      name,
      `await connect(${door}, { host: "127.0.0.1", port: args.port })`,
    ]),
  ),
  "connects to a socket in a folder": `await connect(${DOORS.connects}, { path: args.folder + "/socket" })`,
  fetches: `await (await fetch("http://127.0.0.1:" + args.port)).text()`,
  "asks over HTTP": `await ((http) => new Promise((resolve, reject) => {
    http.get({ host: "127.0.0.1", port: args.port }, resolve).on("error", reject);
  }))(await import("node:http"))`,
  "opens a web socket": `await new Promise((resolve, reject) => {
    const socket = new WebSocket("ws://127.0.0.1:" + args.port);
    socket.onopen = () => { socket.close(); resolve(); };
    socket.onerror = () => reject(new Error("no connection"));
  })`,
  "uses Node's own handles": `await new Promise((resolve, reject) => {
    const { TCP, TCPConnectWrap, constants } = process.binding("tcp_wrap");
    const request = new TCPConnectWrap();
    request.oncomplete = (status) => (status === 0 ? resolve() : reject(new Error(status)));
    const status = new TCP(constants.SOCKET).connect(request, "127.0.0.1", args.port);
    if (status !== 0) reject(new Error(status));
  })`,
  "sends a datagram": `await (({ createSocket }) => new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.on("message", () => { socket.close(); resolve(); }).on("error", reject);
    socket.send("hello", args.udpPort, "127.0.0.1");
    setTimeout(() => reject(new Error("nobody answers")), 2_000);
  }))(await import("node:dgram"))`,
} as const;

export const ATTACKS = { reads: Object.keys(READS), deeds: Object.keys(DEEDS), connections: Object.keys(CONNECTIONS) };

/** An app that tries all of it, one after the other, and says what came of each. */
export const ATTACKER = `
  const secret = args.folder + "/secret";
  const attempts = {};
  const connect = (net, where) => new Promise((resolve, reject) => {
    net.connect(where).on("connect", function () { this.end(); resolve(); }).on("error", reject);
  });
  async function attempt(name, act) {
    try {
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 20_000).unref());
      attempts[name] = (await Promise.race([act(), late])) ?? "through";
    } catch (error) {
      attempts[name] = "stopped by " + (error.cause?.code ?? error.code ?? error.name + " " + error.message);
    }
  }
  ${Object.entries(READS)
    .map(([name, act]) => `await attempt(${JSON.stringify(name)}, async () => ${act});`)
    .join("\n  ")}
  ${Object.entries({ ...DEEDS, ...CONNECTIONS })
    .map(([name, act]) => `await attempt(${JSON.stringify(name)}, async () => { ${act}; });`)
    .join("\n  ")}
  for (const name of ["link", "hard", "copy", "door", "mine"]) fs.rmSync(out + "/" + name, { force: true });
  done(attempts);
  process.exit();
`;
