import { constants } from "node:os";
import { createServer, type AddressInfo, type Server } from "node:net";

import { expect } from "chai";

import { hasUserNetwork } from "@poco-marketplace/enclave/network/userNetwork.js";
import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { WORKSPACE } from "@poco-marketplace/enclave/runtime/enclaveFiles.js";
import { ROOT } from "@poco-marketplace/enclave/runtime/imageLaunch.js";
import { rootOf, type ImageFolder } from "../../fixtures/image/rootOf.js";
import { imagesLack, runImage, runScript, type ImageRun } from "../../fixtures/image/runImage.js";
import { leaveOut } from "../../fixtures/leftOut.js";
import { rejection } from "../../fixtures/rejection.js";

/** Numbers of system calls. */
const CALLS =
  process.arch === "arm64"
    ? { mount: 40, umount2: 39, pivot_root: 41, chroot: 51, unshare: 97, setuid: 146, ptrace: 117, mknodat: 33 }
    : { mount: 165, umount2: 166, pivot_root: 155, chroot: 161, unshare: 272, setuid: 105, ptrace: 101, mknodat: 259 };
const CLOSED =
  process.arch === "arm64"
    ? { memfd_create: 279, shmget: 194, io_uring_setup: 425 }
    : { memfd_create: 319, shmget: 29, io_uring_setup: 425 };
/** Flags of unshare and mount, commands of ptrace, and the socket family that leads out of virtual machines. */
const [NEW_USER, REMOUNT, BIND, ATTACH, VSOCK, AT_FDCWD] = [0x10000000, 32, 4096, 16, 40, -100];
const CHARACTER_DEVICE = 0o20666;

/** Functions for attacks: each prints its name, and the number of the error or 0. */
const ATTEMPTS = `
  sub said { my ($name, $ok) = @_; print "$name: ", ($ok ? 0 : $! + 0), "\\n"; }
  sub call { my ($name, $number, @args) = @_; $! = 0; said($name, syscall($number, @args) != -1); }
  sub opens { my ($path) = @_; $! = 0; said("open $path", open(my $file, "<", $path)); }
  sub connects { my ($name, $family, $place) = @_; socket(my $s, $family, 1, 0); $! = 0; said($name, connect($s, $place)); }
  sub writes { my ($path) = @_; $! = 0; said("write $path", open(my $file, ">", $path)); }
`;
const ERRORS = new Map([
  [0, "through"],
  ...Object.entries(constants.errno).map(([name, code]) => [code, name] as const),
]);

/** The family and the address of a port of the machine. */
const inet = (port: number) => `2, pack("SnC4x8", 2, ${port}, 127, 0, 0, 1)`;

/** Files of enclave and machine, and ways that might lead to them. */
const PLACES = [
  "/enclave",
  "/enclave/packages",
  "/image",
  WORKSPACE,
  `${WORKSPACE}/upper`,
  `${ROOT}/bin`,
  "/usr/bin/node",
  import.meta.filename,
];
const WAYS = ["", "/proc/1/root", "/proc/self/root", "/proc/1/cwd/..", "/../..", "/iexec_in/../.."];
const NOT_WRITABLE = [
  "/iexec_in/x",
  "/dev/x",
  "/proc/sys/kernel/hostname",
  "/proc/sys/user/max_user_namespaces",
  "/proc/sys/vm/drop_caches",
];

/** Attempts by what they are about. */
const attempts = (port: number, abstract: string) => ({
  files: WAYS.flatMap((way) => PLACES.map((place) => `opens("${way}${place}");`)),
  processes: [
    `opendir(my $all, "/proc"); for my $pid (grep { /^[0-9]+$/ } readdir($all)) {`,
    `  open(my $file, "<", "/proc/$pid/cmdline"); my $line = <$file>; my ($name) = split(/\\0/, $line); print "$name: seen\\n"; }`,
    `for my $pid (${process.pid}, ${process.ppid}, 3 .. 9) { next if -d "/proc/$pid"; $! = 0; said("signal $pid", kill(9, $pid)); call("trace $pid", ${CALLS.ptrace}, ${ATTACH}, $pid, 0, 0); }`,
  ],
  privileges: [
    `mkdir "/place";`,
    `call("mount", ${CALLS.mount}, "none", "/place", "tmpfs", 0, 0);`,
    `call("bind", ${CALLS.mount}, "/proc", "/place", 0, ${BIND}, 0);`,
    `call("remount", ${CALLS.mount}, 0, "/iexec_in", 0, ${REMOUNT | BIND}, 0);`,
    `call("unmount", ${CALLS.umount2}, "/iexec_in", 2);`,
    `call("pivot", ${CALLS.pivot_root}, "/place", "/place");`,
    `call("chroot", ${CALLS.chroot}, "/place");`,
    `call("namespace", ${CALLS.unshare}, ${NEW_USER});`,
    `call("account", ${CALLS.setuid}, 1);`,
    `call("device", ${CALLS.mknodat}, ${AT_FDCWD}, "/place/device", ${CHARACTER_DEVICE}, 0x103);`,
    ...NOT_WRITABLE.map((path) => `writes("${path}");`),
  ],
  calls: [
    ...Object.entries(CLOSED).map(([name, number]) => `call("${name}", ${number}, 0, 0, 0);`),
    `for my $family (1, 2, 10, 16, ${VSOCK}, 38) { $! = 0; said("socket $family", socket(my $s, $family, $family == 38 ? 5 : 1 + ($family == 16), 0)); }`,
  ],
  connections: [
    `connects("local", ${inet(port)});`,
    `connects("internet", 2, pack("SnC4x8", 2, 53, 9, 9, 9, 9));`,
    `connects("abstract", 1, pack("S", 1) . "\\0${abstract}");`,
  ],
});
type Group = keyof ReturnType<typeof attempts>;
type Outcomes = Readonly<Record<string, string>>;

describe("The app of a container image", () => {
  let image: ImageFolder;
  let outcomes: Readonly<Record<Group, Outcomes>>;
  const servers: Server[] = [];

  before(async function () {
    const lacking = await imagesLack();
    if (lacking !== undefined) leaveOut(this, lacking);
    const found = rootOf({}, ["sh", "ln", "perl"]);
    if (found === undefined) leaveOut(this, "perl");
    image = found;
    const name = `poco-image-${process.pid}`;
    await listen({ path: `\0${name}` });
    outcomes = await attempt(attempts(await listen({ host: "127.0.0.1", port: 0 }), name));
  });

  after(() => {
    image?.remove();
    for (const server of servers) server.close();
  });

  /** Runs groups of attempts, and returns what became of each. */
  async function attempt<Name extends string>(
    groups: Readonly<Record<Name, readonly string[]>>,
    run: Partial<ImageRun> = {},
  ): Promise<Record<Name, Outcomes>> {
    const lines = Object.entries<readonly string[]>(groups).flatMap(([name, each]) => [
      `print "== ${name}\\n";`,
      ...each,
    ]);
    const program = `${ATTEMPTS}${lines.join("\n")}`.replaceAll("'", `'"'"'`);
    const said = await runScript(`perl -e '${program}' > /iexec_out/result || exit 9`, { root: image.root, ...run });
    const parts = said
      .split("== ")
      .slice(1)
      .map((part) => part.trimEnd().split("\n"));
    return Object.fromEntries(
      parts.map(([name, ...rest]) => [name, Object.fromEntries(rest.map(outcomeIn))]),
    ) as Record<Name, Outcomes>;
  }

  it("finds neither key nor runtime nor machine among its files", () => {
    expect(Object.keys(outcomes.files)).to.have.length(WAYS.length * PLACES.length);
    expect([...new Set(Object.values(outcomes.files))]).to.deep.equal(["ENOENT"]);
  });

  it("sees its own processes only, and reaches no others", () => {
    const all = Object.entries(outcomes.processes);
    const seen = all.filter(([, outcome]) => outcome === "seen");
    expect(seen.map(([name]) => name).toSorted()).to.deep.equal(["/usr/bin/bwrap", "perl", "sh"]);
    expect(all.length - seen.length).to.be.at.least(10);
    for (const [name, outcome] of all) if (outcome !== "seen") expect(outcome, name).to.equal("ESRCH");
  });

  it("has no privileges: it mounts nothing, makes no namespaces, devices or accounts", () => {
    const { namespace, account, ...rest } = outcomes.privileges;
    expect(namespace).to.equal("ENOSPC");
    expect(account).to.equal("EINVAL");
    expect(Object.keys(rest)).to.have.length(7 + NOT_WRITABLE.length);
    for (const [name, outcome] of Object.entries(rest)) expect(outcome, name).to.be.oneOf(["EPERM", "EACCES", "EROFS"]);
  });

  it("does without system calls that no limit holds for", () => {
    expect(outcomes.calls).to.deep.equal({
      ...Object.fromEntries(Object.keys(CLOSED).map((name) => [name, "ENOSYS"])),
      ...Object.fromEntries([1, 2, 10, 16].map((family) => [`socket ${family}`, "through"])),
      [`socket ${VSOCK}`]: "EAFNOSUPPORT",
      "socket 38": "EAFNOSUPPORT",
    });
  });

  it("reaches nobody, if it does without the network", () => {
    const expected = { local: "ECONNREFUSED", internet: "ENETUNREACH", abstract: "ECONNREFUSED" };
    expect(outcomes.connections).to.deep.equal(expected);
  });

  it("reaches the endpoints that are allowed, and no others, if it has the network", async function () {
    if (!(await hasUserNetwork())) leaveOut(this, "slirp4netns, or no nftables");
    const [open, closed] = [await listen({ host: "127.0.0.1", port: 0 }), await listen({ host: "127.0.0.1", port: 0 })];
    const connections = [`connects("open", ${inet(open)});`, `connects("closed", ${inet(closed)});`];
    const said = await attempt(
      { connections },
      { image: { labels: {} }, allow: [{ address: "127.0.0.1", port: open }] },
    );

    expect(said.connections).to.deep.equal({ open: "through", closed: "ECONNREFUSED" });
  });

  it("gets nothing out by a link that it leaves in its output", async () => {
    const entrypoint = ["sh", "-c", "ln -s /proc/self/environ /iexec_out/x"];
    const error = await rejection(runImage({ root: image.root, image: { entrypoint } }), EnclaveFailedError);
    expect(error.reason).to.equal("NotARegularFileError");
  });

  /** Listens until the tests are over, and returns the port, if there is one. */
  async function listen(where: object): Promise<number> {
    const server = createServer((socket) => socket.end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(where, resolve));
    return (server.address() as AddressInfo).port;
  }
});

function outcomeIn(line: string): [string, string] {
  const [name, outcome] = line.split(": ") as [string, string];
  return [name, ERRORS.get(Number(outcome)) ?? outcome];
}
