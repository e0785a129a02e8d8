import { retryWhile } from "./retry.js";

/** A result that could not be put into the content store. */
export class UploadFailedError extends Error {
  override readonly name = "UploadFailedError";
  /** Whether it may go well in a moment: the store cannot be reached, or says that it is at fault. */
  readonly isPassing: boolean;

  constructor(message: string, { isPassing, ...options }: ErrorOptions & { isPassing: boolean }) {
    super(message, options);
    this.isPassing = isPassing;
  }
}

const PATIENCE_MS = 120_000;
/** How long a store may be away, in milliseconds. */
const ABSENCE_MS = 30_000;

/**
 * Puts a result into a content store, as clients of IPFS do (`POST /api/v0/add`). A store that is away for half a minute is
 * waited for.
 *
 * @param node the store's origin, like `http://127.0.0.1:5001`
 * @returns its content identifier
 * @throws {@link UploadFailedError}
 */
export async function uploadResult(node: string, archive: Uint8Array, signal: AbortSignal): Promise<string> {
  return retryWhile(() => upload(node, archive, signal), { isPassing: mayPass, forMs: ABSENCE_MS, signal });
}

async function upload(node: string, archive: Uint8Array, signal: AbortSignal): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([Uint8Array.from(archive)]), "iexec_out.zip");
  // As bytes: where the connection breaks while fetch reads a form, what it throws is beyond us, and ends the process.
  const encoded = new Response(form);
  const headers = { "content-type": encoded.headers.get("content-type")! };
  const body = new Uint8Array(await encoded.arrayBuffer());
  const url = `${node.replace(/\/$/, "")}/api/v0/add`;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: patience });
    const text = await response.text();
    if (!response.ok) {
      const isPassing = response.status >= 500;
      throw new UploadFailedError(`The content store at ${url} answers ${response.status}.`, { isPassing });
    }
    const { Hash: cid } = JSON.parse(text.trim().split("\n").at(-1)!) as { Hash?: unknown };
    if (typeof cid === "string") return cid;
    throw new UploadFailedError(`The content store at ${url} did not say what it stored.`, { isPassing: false });
  } catch (cause) {
    if (cause instanceof UploadFailedError || signal.aborted) throw cause;
    const { message } = ((cause as Error).cause ?? cause) as Error;
    const isPassing = true;
    throw new UploadFailedError(`The content store at ${url} cannot be reached (${message}).`, { cause, isPassing });
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof UploadFailedError && error.isPassing;
}
