import { constants } from "node:os";
import { createServer, type AddressInfo, type Server } from "node:net";

import { expect } from "chai";

import { hasUserNetwork } from "@poco-marketplace/enclave/network/userNetwork.js";
import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
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
  sub writes { my ($path) = @_; $! = 0; said("write $path", open(my $file, ">", $path)); }
`;
const ERRORS = new Map([
  [0, "through"],
  ...Object.entries(constants.errno).map(([name, code]) => [code, name] as const),
]);

const CONNECTS = `sub connects { my ($name, $family, $place) = @_; socket(my $s, $family, 1, 0); $! = 0; said($name, connect($s, $place)); }`;
/** The family and the address of a port of the machine. */
const inet = (port: number) => `2, pack("SnC4x8", 2, ${port}, 127, 0, 0, 1)`;

describe("The app of a container image", () => {
  let image: ImageFolder;
  const servers: Server[] = [];

  before(async function () {
    const lacking = await imagesLack();
    if (lacking !== undefined) leaveOut(this, lacking);
    const found = rootOf({}, ["sh", "ln", "perl"]);
    if (found === undefined) leaveOut(this, "perl");
    image = found;
  });

  after(() => image?.remove());
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  /** Runs attempts, and returns what became of each. */
  async function attempt(lines: readonly string[], run: Partial<ImageRun> = {}): Promise<Record<string, string>> {
    const program = `${ATTEMPTS}${lines.join("\n")}`.replaceAll("'", `'"'"'`);
    const said = await runScript(`perl -e '${program}' > /iexec_out/result || exit 9`, { root: image.root, ...run });
    const outcomes = said.trimEnd().split("\n");
    return Object.fromEntries(
      outcomes.map((line) => {
        const [name, outcome] = line.split(": ") as [string, string];
        return [name, ERRORS.get(Number(outcome)) ?? outcome];
      }),
    );
  }

  it("finds neither key nor runtime nor machine among its files", async () => {
    const places = [
      "/enclave",
      "/enclave/packages",
      "/image",
      "/work",
      "/work/upper",
      "/root/bin",
      "/usr/bin/node",
      import.meta.filename,
    ];
    const ways = ["", "/proc/1/root", "/proc/self/root", "/proc/1/cwd/..", "/../..", "/iexec_in/../.."];
    const said = await attempt(ways.flatMap((way) => places.map((place) => `opens("${way}${place}");`)));

    expect(Object.keys(said)).to.have.length(ways.length * places.length);
    expect([...new Set(Object.values(said))]).to.deep.equal(["ENOENT"]);
  });

  it("sees its own processes only, and reaches no others", async () => {
    const said = await attempt([
      `opendir(my $all, "/proc"); for my $pid (grep { /^[0-9]+$/ } readdir($all)) {`,
      `  open(my $file, "<", "/proc/$pid/cmdline"); my $line = <$file>; my ($name) = split(/\\0/, $line); print "$name: seen\\n"; }`,
      `for my $pid (${process.pid}, ${process.ppid}, 3 .. 9) { next if -d "/proc/$pid"; $! = 0; said("signal $pid", kill(9, $pid)); call("trace $pid", ${CALLS.ptrace}, ${ATTACH}, $pid, 0, 0); }`,
    ]);

    const seen = Object.keys(said).filter((name) => said[name] === "seen");
    expect(seen.toSorted()).to.deep.equal(["/usr/bin/bwrap", "perl", "sh"]);
    const others = Object.entries(said).filter(([name]) => !seen.includes(name));
    expect(others.length).to.be.at.least(10);
    for (const [name, outcome] of others) expect(outcome, name).to.equal("ESRCH");
  });

  it("has no privileges: it mounts nothing, makes no namespaces, devices or accounts", async () => {
    const said = await attempt([
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
      ...[
        "/iexec_in/x",
        "/dev/x",
        "/proc/sys/kernel/hostname",
        "/proc/sys/user/max_user_namespaces",
        "/proc/sys/vm/drop_caches",
      ].map((path) => `writes("${path}");`),
    ]);

    const { namespace, account, ...rest } = said;
    expect(namespace).to.equal("ENOSPC");
    expect(account).to.equal("EINVAL");
    expect(Object.keys(rest)).to.have.length(12);
    for (const [name, outcome] of Object.entries(rest)) expect(outcome, name).to.be.oneOf(["EPERM", "EACCES", "EROFS"]);
  });

  it("does without system calls that no limit holds for", async () => {
    const said = await attempt([
      ...Object.entries(CLOSED).map(([name, number]) => `call("${name}", ${number}, 0, 0, 0);`),
      `for my $family (1, 2, 10, 16, ${VSOCK}, 38) { $! = 0; said("socket $family", socket(my $s, $family, $family == 38 ? 5 : 1 + ($family == 16), 0)); }`,
    ]);

    expect(said).to.deep.equal({
      ...Object.fromEntries(Object.keys(CLOSED).map((name) => [name, "ENOSYS"])),
      ...Object.fromEntries([1, 2, 10, 16].map((family) => [`socket ${family}`, "through"])),
      [`socket ${VSOCK}`]: "EAFNOSUPPORT",
      "socket 38": "EAFNOSUPPORT",
    });
  });

  it("reaches nobody, if it does without the network", async () => {
    const name = `\0poco-image-${process.pid}`;
    const port = ((await listen({ host: "127.0.0.1", port: 0 })).address() as AddressInfo).port;
    await listen({ path: name });
    const said = await attempt([
      CONNECTS,
      `connects("local", ${inet(port)});`,
      `connects("internet", 2, pack("SnC4x8", 2, 53, 9, 9, 9, 9));`,
      `connects("abstract", 1, pack("S", 1) . "\\0${name.slice(1)}");`,
    ]);

    expect(said).to.deep.equal({ local: "ECONNREFUSED", internet: "ENETUNREACH", abstract: "ECONNREFUSED" });
  });

  it("reaches the endpoints that are allowed, and no others, if it has the network", async function () {
    if (!(await hasUserNetwork())) leaveOut(this, "slirp4netns, or no nftables");
    const [open, closed] = [
      await listen({ host: "127.0.0.1", port: 0 }),
      await listen({ host: "127.0.0.1", port: 0 }),
    ].map((server) => (server.address() as AddressInfo).port) as [number, number];
    const said = await attempt([CONNECTS, `connects("open", ${inet(open)});`, `connects("closed", ${inet(closed)});`], {
      image: { labels: {} },
      allow: [{ address: "127.0.0.1", port: open }],
    });

    expect(said).to.deep.equal({ open: "through", closed: "ECONNREFUSED" });
  });

  it("gets nothing out by a link that it leaves in its output", async () => {
    const entrypoint = ["sh", "-c", "ln -s /proc/self/environ /iexec_out/x"];
    const error = await rejection(runImage({ root: image.root, image: { entrypoint } }), EnclaveFailedError);
    expect(error.reason).to.equal("NotARegularFileError");
  });

  async function listen(where: object): Promise<Server> {
    const server = createServer((socket) => socket.end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(where, resolve));
    return server;
  }
});
