import { TAG, type DerReader } from "./der.js";

/** UTF-8, printable, Teletex, IA5, universal and BMP: the kinds of text that a name can be made of. */
const TEXTS: ReadonlySet<number | undefined> = new Set([0x0c, 0x13, 0x14, 0x16, 0x1c, 0x1e]);
const SET = 0x31;

/** The next name as it is encoded: a list of attributes, each one kind and one text, whatever it says. */
export function readName(reader: DerReader): Uint8Array {
  const { encoded, within } = reader.both(TAG.SEQUENCE);
  if (within.isAtEnd()) within.refuse("a name is empty");
  while (!within.isAtEnd()) {
    const set = within.within(SET);
    const attribute = set.within(TAG.SEQUENCE);
    set.end();
    attribute.oid();
    const tag = attribute.peek();
    if (!TEXTS.has(tag)) attribute.refuse("a name is not made of text");
    attribute.value(tag!);
    attribute.end();
  }
  return encoded;
}
