import type { Architecture } from "../image/manifest.js";

/** What a processor calls itself in filters, and the numbers of system calls on it. */
interface Numbers {
  readonly audit: number;
  readonly socket: number;
  readonly closed: Readonly<Record<string, number>>;
}

/**
 * System calls that apps do without, as in container engines. Some take memory that belongs to no process and no file, so
 * that no limit would hold for it (`memfd_create`, `shmget`, `semget`, `msgget`). The others are parts of the kernel that have let
 * many an attacker in, or that tell of the machine (`syslog`) or of keys in the kernel.
 */
const NUMBERS: Readonly<Record<Architecture, Numbers>> = {
  amd64: {
    audit: 0xc000003e,
    socket: 41,
    closed: {
      shmget: 29,
      semget: 64,
      msgget: 68,
      syslog: 103,
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      perf_event_open: 298,
      memfd_create: 319,
      bpf: 321,
      userfaultfd: 323,
      io_uring_setup: 425,
      memfd_secret: 447,
    },
  },
  arm64: {
    audit: 0xc00000b7,
    socket: 198,
    closed: {
      syslog: 116,
      msgget: 186,
      semget: 190,
      shmget: 194,
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      perf_event_open: 241,
      memfd_create: 279,
      bpf: 280,
      userfaultfd: 282,
      io_uring_setup: 425,
      memfd_secret: 447,
    },
  },
};

/**
 * The families of sockets that are open: local ones, IPv4, IPv6 and netlink, all of which a namespace keeps apart. Others
 * are not: AF_VSOCK leads from a virtual machine to its host.
 */
const FAMILIES = [1, 2, 10, 16];

/** From here on, numbers are those of the x32 interface, of which programs make no use. */
const X32 = 0x40000000;
const [ENOSYS, EAFNOSUPPORT] = [38, 97];
/** Operations of classic BPF, in which filters are written. */
const [LOAD, EQUAL, AT_LEAST, RETURN] = [0x20, 0x15, 0x35, 0x06];
/** Places in the data that a filter looks at. */
const [NUMBER, ARCHITECTURE, FIRST_ARGUMENT] = [0, 4, 16];
const [ALLOW, KILL, FAIL] = [0x7fff0000, 0x80000000, 0x00050000];

/**
 * Builds the filter for the system calls of apps, as Bubblewrap takes it. A call that it closes fails as one that the
 * kernel does not have. A program for another processor, even for an older one of the same family, is ended.
 */
export function systemCallFilter(architecture: Architecture): Buffer {
  const { audit, socket, closed } = NUMBERS[architecture];
  return Buffer.concat([
    instruction(LOAD, ARCHITECTURE),
    instruction(EQUAL, audit, 1, 0),
    instruction(RETURN, KILL),
    instruction(LOAD, NUMBER),
    ...refusing(AT_LEAST, X32),
    ...Object.values(closed).flatMap((number) => refusing(EQUAL, number)),
    instruction(EQUAL, socket, 1, 0),
    instruction(RETURN, ALLOW),
    instruction(LOAD, FIRST_ARGUMENT),
    ...FAMILIES.flatMap((family) => [instruction(EQUAL, family, 0, 1), instruction(RETURN, ALLOW)]),
    instruction(RETURN, FAIL | EAFNOSUPPORT),
  ]);
}

function refusing(test: number, value: number): Buffer[] {
  return [instruction(test, value, 0, 1), instruction(RETURN, FAIL | ENOSYS)];
}

/** Encodes an instruction, with the number of instructions to skip if it holds, and if it does not. */
function instruction(operation: number, value: number, ifTrue = 0, ifFalse = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(operation, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
}
