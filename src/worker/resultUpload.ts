/** A result that could not be put into the content store. */
export class UploadFailedError extends Error {
  override readonly name = "UploadFailedError";
}

const PATIENCE_MS = 120_000;

/**
 * Puts a result into a content store, as clients of IPFS do (`POST /api/v0/add`).
 *
 * @param node the store's origin, like `http://127.0.0.1:5001`
 * @returns its content identifier
 * @throws {@link UploadFailedError}
 */
export async function uploadResult(node: string, archive: Uint8Array, signal: AbortSignal): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([Uint8Array.from(archive)]), "iexec_out.zip");
  const url = `${node.replace(/\/$/, "")}/api/v0/add`;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetch(url, { method: "POST", body: form, signal: patience });
    const text = await response.text();
    if (!response.ok) throw new UploadFailedError(`The content store at ${url} answers ${response.status}.`);
    const { Hash: cid } = JSON.parse(text.trim().split("\n").at(-1)!) as { Hash?: unknown };
    if (typeof cid !== "string") throw new UploadFailedError(`The content store at ${url} did not say what it stored.`);
    return cid;
  } catch (cause) {
    if (cause instanceof UploadFailedError || signal.aborted) throw cause;
    const { message } = ((cause as Error).cause ?? cause) as Error;
    throw new UploadFailedError(`The content store at ${url} cannot be reached (${message}).`, { cause });
  }
}
