import {
  enter,
  isAtEnd,
  readBoolean,
  readConstant,
  readEnd,
  readSmallNumber,
  readValue,
  refuse,
  TAG,
  type DerReader,
} from "./der.js";

/** Intel's certified facts about a platform and its security versions, in an extension of its PCK certificate. */
export interface PckFacts {
  /** The id of the platform, as long as its keys are the same. */
  readonly ppid: Uint8Array;
  /** The security versions of 16 components of the platform, 0 to 255 each. */
  readonly tcbComponents: readonly number[];
  readonly pceSvn: number;
  readonly cpuSvn: Uint8Array;
  readonly pceId: Uint8Array;
  /** The model of the platform. */
  readonly fmspc: Uint8Array;
  readonly sgxType: "standard" | "scalable" | "scalable with integrity";
  /** Only for platforms with several processors, whose certificates Intel's Platform CA issues. */
  readonly platformInstanceId: Uint8Array | undefined;
  readonly configuration: PlatformConfiguration | undefined;
}

/** The configuration of a platform. */
export interface PlatformConfiguration {
  readonly dynamicPlatform: boolean;
  readonly cachedKeys: boolean;
  readonly smtEnabled: boolean;
}

/** The OID 1.2.840.113741.1.13.1, the prefix of all OIDs here. */
export const SGX_ARC = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01];
/** The kinds of memory protection: its size, and whether integrity is protected. */
export const SGX_TYPES = ["standard", "scalable", "scalable with integrity"] as const;
const TCB_COMPONENTS = 16;

/** Reads the SGX extension: its items in Intel's order, of which the last two are optional. */
export function readSgxExtension(reader: DerReader): PckFacts {
  const list = enter(reader, TAG.SEQUENCE);
  const ppid = octets(item(list, [1]), 16);
  const tcb = readTcb(item(list, [2]));
  const pceId = octets(item(list, [3]), 2);
  const fmspc = octets(item(list, [4]), 6);
  const sgxType =
    SGX_TYPES[last(item(list, [5]), (value) => readSmallNumber(value, SGX_TYPES.length - 1, TAG.ENUMERATED))]!;
  const platformInstanceId = isAtEnd(list) ? undefined : octets(item(list, [6]), 16);
  const configuration = isAtEnd(list) ? undefined : readConfiguration(item(list, [7]));
  readEnd(list);
  return { ppid, ...tcb, pceId, fmspc, sgxType, platformInstanceId, configuration };
}

function readTcb(reader: DerReader): Pick<PckFacts, "tcbComponents" | "pceSvn" | "cpuSvn"> {
  const list = enter(reader, TAG.SEQUENCE);
  readEnd(reader);
  const tcbComponents = Array.from({ length: TCB_COMPONENTS }, (_, index) =>
    last(item(list, [2, index + 1]), (value) => readSmallNumber(value, 0xff)),
  );
  const pceSvn = last(item(list, [2, 17]), (value) => readSmallNumber(value, 0xffff));
  const cpuSvn = octets(item(list, [2, 18]), 16);
  readEnd(list);
  return { tcbComponents, pceSvn, cpuSvn };
}

function readConfiguration(reader: DerReader): PlatformConfiguration {
  const list = enter(reader, TAG.SEQUENCE);
  readEnd(reader);
  const [dynamicPlatform, cachedKeys, smtEnabled] = [1, 2, 3].map((index) =>
    last(item(list, [7, index]), (value) => readBoolean(value)),
  ) as [boolean, boolean, boolean];
  readEnd(list);
  return { dynamicPlatform, cachedKeys, smtEnabled };
}

/** Makes a reader of the value of the next item, whose OID must be `path` under the prefix. */
function item(list: DerReader, path: readonly number[]): DerReader {
  const pair = enter(list, TAG.SEQUENCE);
  const oid = Uint8Array.of(TAG.OID, SGX_ARC.length + path.length, ...SGX_ARC, ...path);
  readConstant(pair, oid, `item ${path.join(".")} of the SGX extension`);
  return pair;
}

function octets(pair: DerReader, length: number): Uint8Array {
  return last(pair, (value) => {
    const bytes = readValue(value, TAG.OCTET_STRING);
    return bytes.length === length ? bytes : refuse(value, `there are ${bytes.length} bytes, not ${length}`);
  });
}

/** Reads the last value, after which nothing may follow. */
function last<T>(reader: DerReader, read: (reader: DerReader) => T): T {
  const value = read(reader);
  readEnd(reader);
  return value;
}
