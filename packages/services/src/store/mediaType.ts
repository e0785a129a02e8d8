import { filetypemime } from "magic-bytes.js";
import mime from "mime";

const BINARY = "application/octet-stream";

/** Returns the media type of a file: by the extension of its name, otherwise by its first bytes. */
export function mediaTypeOf(name: string | undefined, beginning: Uint8Array): string {
  const byName = name === undefined ? null : mime.getType(name);
  if (byName !== null) return byName.startsWith("text/") ? `${byName}; charset=utf-8` : byName;
  if (isText(beginning)) return "text/plain; charset=utf-8";
  return filetypemime(beginning)[0] ?? BINARY;
}

/** Whether the bytes are text, whose last character may be cut off. */
function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    // Text has no other control characters than these.
    return !/(?![\t\n\f\r])\p{Cc}/u.test(text);
  } catch {
    return false;
  }
}
