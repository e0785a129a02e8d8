/**
 * Closes from within what Node's permission model leaves open. It is loaded before the app where there is no better
 * sandbox than that model. An app that asks for the network may connect only to the endpoints in the argument `network`
 * of this module's address, as `address port,…`.
 *
 * This is not a sandbox: a determined program can undo what runs in its own process.
 */
import dgram from "node:dgram";
import dns from "node:dns";
import module from "node:module";
import net from "node:net";
import os from "node:os";

const HARMLESS = [
  "assert assert/strict async_hooks buffer console constants crypto diagnostics_channel events fs",
  "fs/promises path path/posix path/win32 perf_hooks process punycode os querystring readline",
  "readline/promises stream stream/consumers stream/promises stream/web string_decoder timers",
  "timers/promises url util util/types zlib",
].flatMap((names) => names.split(" "));
const FOR_THE_NETWORK = ["dns", "dns/promises", "http", "http2", "https", "net", "tls"];
const NETWORK_GLOBALS = ["fetch", "WebSocket", "EventSource", "WebSocketStream"];

const listed = new URL(import.meta.url).searchParams.get("network");
const hasNetwork = listed !== null;
const endpoints = new Set(listed?.split(","));
const open = new Set([...HARMLESS, ...(hasNetwork ? FOR_THE_NETWORK : [])]);

class ClosedError extends Error {
  override readonly name = "ClosedError";
  readonly code = "ERR_ACCESS_DENIED";
}

function refuse(what: string): () => never {
  return () => {
    throw new ClosedError(`${what} is closed in this enclave.`);
  };
}

function isOpen(specifier: string): boolean {
  const name = specifier.replace(/^node:/, "");
  return !(specifier.startsWith("node:") || module.isBuiltin(specifier)) || open.has(name);
}

/** Whether the arguments of a socket's `connect` name an address and a port that are listed. */
function isListed([first, second]: readonly unknown[]): boolean {
  // Node passes the arguments on as a list of its own.
  const place: unknown = Array.isArray(first) ? first[0] : first;
  const { host, port, path } = (
    typeof place === "object" && place !== null ? place : { port: place, host: second }
  ) as Readonly<Record<string, unknown>>;
  return (path === undefined || path === null) && endpoints.has(`${String(host)} ${Number(port)}`);
}

/** Replaces a property, so that it cannot be changed back. */
function replace(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, writable: false, configurable: false });
}

const getBuiltinModule = process.getBuiltinModule.bind(process);
const own = process.pid;
const kill = process.kill.bind(process);

module.registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (!isOpen(specifier) || (resolved.url.startsWith("node:") && !isOpen(resolved.url))) refuse(specifier)();
    return resolved;
  },
});
for (const name of ["registerHooks", "register", "setSourceMapsSupport", "runMain", "enableCompileCache"]) {
  replace(module, name, refuse(`module.${name}`));
}
const LOAD = "_load";
const load = (module as unknown as Record<string, (request: string, ...rest: unknown[]) => unknown>)[LOAD]!;
replace(module, LOAD, (request: string, ...rest: unknown[]) =>
  isOpen(request) ? Reflect.apply(load, module, [request, ...rest]) : refuse(request)(),
);
replace(process, "getBuiltinModule", (id: string) => (isOpen(id) ? getBuiltinModule(id) : refuse(id)()));

replace(process, "kill", (pid: number, signal?: string | number) =>
  pid === own ? kill(pid, signal) : refuse("a signal to another process")(),
);
for (const name of ["binding", "_linkedBinding", "dlopen", "_debugProcess", "_debugEnd", "execve"]) {
  if (name in process) replace(process, name, refuse(`process.${name}`));
}
for (const name of ["setuid", "setgid", "seteuid", "setegid", "setgroups", "initgroups"]) {
  if (name in process) replace(process, name, refuse(`process.${name}`));
}
if (process.report !== undefined) replace(process.report, "writeReport", refuse("process.report.writeReport"));
replace(os, "setPriority", refuse("os.setPriority"));

const closed = refuse("the network");
if (hasNetwork) {
  const connect = (net.Socket.prototype as unknown as Record<string, (...args: unknown[]) => unknown>)["connect"]!;
  replace(net.Socket.prototype, "connect", function (this: net.Socket, ...args: unknown[]) {
    return isListed(args) ? Reflect.apply(connect, this, args) : closed();
  });
} else {
  replace(net.Socket.prototype, "connect", closed);
  for (const name of NETWORK_GLOBALS) {
    if (name in globalThis) replace(globalThis, name, refuse(name));
  }
}
for (const [owner, names] of [
  [net.Server.prototype, ["listen"]],
  [dgram.Socket.prototype, ["bind", "send", "connect"]],
  [dns, ["lookup", "resolve", "resolve4", "resolve6", "reverse", "lookupService", "setServers"]],
  [dns.promises, ["lookup", "resolve", "resolve4", "resolve6", "reverse", "lookupService", "setServers"]],
] as const) {
  for (const name of names) replace(owner, name, closed);
}
module.syncBuiltinESMExports();
