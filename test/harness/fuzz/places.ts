/** The position of a value within DER: its start, the length of its tag and length, and the values around it. */
export type Place = {
  readonly at: number;
  readonly head: number;
  readonly length: number;
  readonly within: readonly Place[];
};

/** Lists all values, also those in octet and bit strings; invalid bytes are not entered. */
export function placesIn(bytes: Uint8Array, start = 0, end = bytes.length, within: readonly Place[] = []): Place[] {
  const places: Place[] = [];
  for (let at = start; at + 2 <= end;) {
    const first = bytes[at + 1]!;
    const size = first < 0x80 ? 0 : first - 0x80;
    if (size > 2 || at + 2 + size > end) return places;
    const length = size === 0 ? first : Buffer.from(bytes).readUIntBE(at + 2, size);
    const head = 2 + size;
    const content = at + head;
    if (content + length > end) return places;
    const place = { at, head, length, within };
    places.push(place);
    const tag = bytes[at]!;
    const inner = content + (tag === 0x03 ? 1 : 0);
    const holds = (tag & 0x20) !== 0 || ((tag === 0x04 || tag === 0x03) && bytes[inner] === 0x30);
    if (holds) places.push(...placesIn(bytes, inner, content + length, [...within, place]));
    at = content + length;
  }
  return places;
}
