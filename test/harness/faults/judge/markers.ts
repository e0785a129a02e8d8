import type { Violation } from "./violation.js";

/** A secret: its name, and the text that must not be found. */
export interface Marker {
  readonly name: string;
  readonly text: string;
}

/** The forms in which a secret may be written: as it is, in hex, and in base64 at each of its three offsets. */
export function formsOf({ name, text }: Marker): Marker[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // Base64 characters that contain bits of neighboring bytes may be anything.
    return whole.slice(offset === 0 ? 0 : offset + 1, (bytes.length + offset) % 3 === 0 ? undefined : -1);
  });
  const forms = [
    ["as it is", text],
    ["in hex", bytes.toString("hex")],
    ...base64.map((form) => ["in base64", form] as const),
  ] as const;
  return forms.map(([how, form]) => ({ name: `${name}, ${how}`, text: form }));
}

/** The markers that a text contains, such as a log. */
export function judgeLog(file: string, text: string, markers: readonly Marker[]): Violation[] {
  const lower = text.toLowerCase();
  return markers
    .filter((marker) => text.includes(marker.text) || (isHex(marker.text) && lower.includes(marker.text.toLowerCase())))
    .map(({ name }) => ({ law: "logs", what: `${file} has ${name}` }));
}

function isHex(text: string): boolean {
  return /^[0-9a-fA-F]{16,}$/.test(text);
}
