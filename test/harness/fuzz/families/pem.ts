import type { Random } from "../../random.js";
import { mutateBytes, noise } from "./bytes.js";
import type { Family } from "./family.js";

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";
const WIDTHS = [1, 3, 4, 32, 60, 63, 64, 64, 65, 75, 76, 76, 77, 80, 96, 128, 100_000];
const CHARACTERS = [
  "\0",
  "\n",
  "\r",
  " ",
  "+",
  "-",
  "/",
  "=",
  "A",
  "a",
  "z",
  "Z",
  "0",
  "9",
  ":",
  "@",
  "[",
  "`",
  "{",
  "\x80",
  "\xff",
];
const ENDINGS = ["", "\n", "\n\n", "\0", "\n\0", "\0\0", "\n\0\0", "\0\n", " ", "\r\n", "\n ", "\nA"];
const BEGINNINGS = ["\n", " ", "\0", "-", "A\n", "\u00ef\u00bb\u00bf"];
const MARKERS = [
  [BEGIN, BEGIN.toLowerCase()],
  [BEGIN, "-----BEGIN TRUSTED CERTIFICATE-----"],
  [BEGIN, BEGIN.slice(1)],
  [BEGIN, `${BEGIN}-`],
  [BEGIN, ""],
  [END, END.toLowerCase()],
  [END, END.slice(0, -1)],
  [END, `-${END}`],
  [END, `${END}-`],
  [END, ""],
] as const;

/** The Base64 of each certificate in one line, as far as there are any. */
function bodiesOf(text: string): string[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map(([, body]) =>
    body!.replaceAll("\n", ""),
  );
}

function written(body: string, width = 64, newline = "\n"): string {
  const lines = body.match(new RegExp(`.{1,${width}}`, "gs")) ?? [];
  return [BEGIN, ...lines, END, ""].join(newline);
}

function changeText(random: Random, text: string): string {
  const bodies = bodiesOf(text);
  const at = random.between(0, text.length);
  const index = random.between(0, Math.max(0, bodies.length - 1));
  /** The PEM with one body changed. */
  const withBody = (change: (body: string) => string) =>
    bodies.map((body, place) => written(place === index ? change(body) : body)).join("");
  return random.weighted<() => string>([
    [4, () => text.slice(0, at) + random.pick(CHARACTERS) + text.slice(at + random.between(0, 1))],
    [3, () => bodies.map((body) => written(body, random.percent(50) ? 64 : random.pick(WIDTHS))).join("")],
    [1, () => withWidths(bodies, random.pick([64, 76]))],
    [3, () => text.trimEnd() + random.pick(ENDINGS)],
    [1, () => random.pick(BEGINNINGS) + text],
    [2, () => replaceOne(random, text, ...random.pick<readonly [string, string]>(MARKERS))],
    [1, () => bodies.map((body) => written(body, 64, random.percent(50) ? "\n" : "\r\n")).join("")],
    [2, () => reordered(random, bodies)],
    // The last group of four has fewer characters, bits that must be zero, or more padding.
    [4, () => withBody((body) => withEnd(random, body))],
    [1, () => withBody((body) => Buffer.from(body, "base64").subarray(0, random.between(0, 200)).toString("base64"))],
    // Lines are empty, too long or too short.
    [2, () => replaceOne(random, text, "\n", random.pick(["\n\n", "", "\nAAAA", "AAAA\n", " \n", "\n "]))],
  ])();
}

function withWidths(bodies: readonly string[], width: number): string {
  return bodies.map((body) => written(body, width)).join("");
}

function replaceOne(random: Random, text: string, old: string, other: string): string {
  const places = text.split(old);
  if (places.length < 2) return text;
  const at = random.between(1, places.length - 1);
  return places.slice(0, at).join(old) + other + places.slice(at).join(old);
}

function reordered(random: Random, bodies: readonly string[]): string {
  const chosen = Array.from({ length: random.pick([0, 1, 2, 3, 3, 3, 4]) }, () =>
    random.pick(["", ...bodies, ...bodies]),
  );
  return chosen.map((body) => written(body)).join("");
}

function withEnd(random: Random, body: string): string {
  const bare = body.replaceAll("=", "");
  const last = random.pick("ABCDEFGHIQgw+/59=".split(""));
  return random.pick([
    body.slice(0, body.length - random.between(1, 4)),
    bare,
    bare.slice(0, -1) + last + body.slice(bare.length),
    `${bare}=`,
    `${bare}==`,
    `${bare}===`,
    `${body}====`,
    `${body}AAAA`,
    `${bare.slice(0, -1)}=`,
    `${bare.slice(0, -2)}==`,
    `${body.slice(0, 61)}=${body.slice(62)}`,
  ]);
}

function changePem(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.percent(8)) return mutateBytes(random, bytes);
  if (random.percent(2)) return noise(random, random.between(0, 300));
  return Buffer.from(changeText(random, Buffer.from(bytes).toString("latin1")), "latin1");
}

export const PEM_FAMILIES: readonly Family[] = [{ name: "PEM", weight: 10, parts: ["PEM"], change: changePem }];
