import { TAG } from "../der.js";
import { SGX_ARC, SGX_TYPES, type PckFacts } from "../sgxExtension.js";
import { der, derNumber } from "./derWriter.js";

/** Encodes facts as the SGX extension, as Intel does. */
export function encodeSgxExtension(facts: PckFacts): Uint8Array {
  const { ppid, pceId, fmspc, sgxType, platformInstanceId, configuration } = facts;
  return der(
    TAG.SEQUENCE,
    item([1], der(TAG.OCTET_STRING, ppid)),
    item([2], encodeTcb(facts)),
    item([3], der(TAG.OCTET_STRING, pceId)),
    item([4], der(TAG.OCTET_STRING, fmspc)),
    item([5], derNumber(SGX_TYPES.indexOf(sgxType), TAG.ENUMERATED)),
    ...(platformInstanceId === undefined ? [] : [item([6], der(TAG.OCTET_STRING, platformInstanceId))]),
    ...(configuration === undefined ? [] : [item([7], encodeConfiguration(configuration))]),
  );
}

function encodeTcb({ tcbComponents, pceSvn, cpuSvn }: PckFacts): Uint8Array {
  return der(
    TAG.SEQUENCE,
    ...tcbComponents.map((svn, index) => item([2, index + 1], derNumber(svn))),
    item([2, 17], derNumber(pceSvn)),
    item([2, 18], der(TAG.OCTET_STRING, cpuSvn)),
  );
}

function encodeConfiguration(configuration: NonNullable<PckFacts["configuration"]>): Uint8Array {
  const { dynamicPlatform, cachedKeys, smtEnabled } = configuration;
  const items = [dynamicPlatform, cachedKeys, smtEnabled].map((is, index) =>
    item([7, index + 1], der(TAG.BOOLEAN, Uint8Array.of(is ? 0xff : 0))),
  );
  return der(TAG.SEQUENCE, ...items);
}

function item(path: readonly number[], value: Uint8Array): Uint8Array {
  return der(TAG.SEQUENCE, der(TAG.OID, Uint8Array.from([...SGX_ARC, ...path])), value);
}
