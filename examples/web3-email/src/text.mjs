import { createDecipheriv } from "node:crypto";

const PATIENCE = 20_000;
/** Twice what the client lets through. */
const MOST_BYTES = 2 ** 20;
const [IV_BYTES, KEY_BYTES] = [16, 32];

/**
 * The text of the letter: fetched, and opened with the key that only this app got.
 *
 * @param {string} gateway serves content at `/ipfs/<cid>`
 * @param {{ place: string, key: string }} request
 */
export async function fetchText(gateway, { place, key }) {
  const cid = /^\/(?:ipfs|p2p)\/([A-Za-z0-9]+)$/.exec(place)?.[1];
  if (cid === undefined) throw new Error(`The letter's text is nowhere: "${place}" is no /ipfs/<cid>.`);
  return decrypt(await download(`${gateway.replace(/\/$/, "")}/ipfs/${cid}`), key);
}

async function download(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) }).catch((error) => {
    throw new Error(`The letter's text cannot be fetched from ${url}: ${error.cause?.code ?? error.name}.`);
  });
  if (!response.ok) throw new Error(`The letter's text is not at ${url}: it answers ${response.status}.`);
  const chunks = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`The letter's text has more than ${MOST_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * AES-256-CBC; the vector comes first. One wrong key in 256 leaves what looks like padding, so text has to be UTF-8 as well:
 * rubbish is not sent to anybody.
 */
function decrypt(bytes, base64) {
  const key = Buffer.from(base64, "base64");
  if (key.length !== KEY_BYTES) throw new Error("The key of the letter's text has not 32 bytes.");
  try {
    const decipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, IV_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
  } catch (cause) {
    throw new Error("The letter's text does not open with its key.", { cause });
  }
}
