import { enter, isAtEnd, peekTag, readEnd, readOid, readValue, refuse, TAG, type DerReader } from "./der.js";

/** The string types of names: UTF-8, printable, Teletex, IA5, universal and BMP. */
const TEXTS: ReadonlySet<number | undefined> = new Set([0x0c, 0x13, 0x14, 0x16, 0x1c, 0x1e]);
const SET = 0x31;

/** Reads the next name in its encoding: a list of attributes, each of one type and one string. */
export function readName(reader: DerReader): Uint8Array {
  const start = reader.offset;
  const list = enter(reader, TAG.SEQUENCE);
  if (isAtEnd(list)) refuse(list, "a name is empty");
  while (!isAtEnd(list)) {
    const set = enter(list, SET);
    const attribute = enter(set, TAG.SEQUENCE);
    readEnd(set);
    readOid(attribute);
    const tag = peekTag(attribute);
    if (!TEXTS.has(tag)) refuse(attribute, "a name is not made of text");
    readValue(attribute, tag!);
    readEnd(attribute);
  }
  return reader.bytes.subarray(start, reader.offset);
}
