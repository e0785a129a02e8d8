import JSZip from "jszip";

/** One address, and nothing that a mail server would take for more of them. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/;
const LONGEST = 254;

/**
 * The email address in protected data: the text `email`.
 *
 * @param {Uint8Array} archive a zip with one file for each protected value
 * @returns {Promise<string | undefined>} nothing if there is no such text, or if it is no address
 */
export async function readAddress(archive) {
  const zip = await JSZip.loadAsync(archive).catch(() => undefined);
  const bytes = await zip?.file("email")?.async("nodebuffer");
  // Text begins with its length in bytes.
  if (bytes === undefined || bytes.length < 4 || bytes.readUInt32LE(0) !== bytes.length - 4) return undefined;
  const address = bytes.toString("utf8", 4).trim();
  return address.length <= LONGEST && ADDRESS.test(address) ? address : undefined;
}
