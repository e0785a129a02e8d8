import { ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import type { Service } from "./service.js";
import { readSettings } from "./settings.js";

/** The message by which a service reports to the network that it is ready. */
export interface ReadyMessage {
  readonly isReady: true;
  readonly url?: string;
}

/** The heartbeat that a service sends to the network from when it is ready. */
export interface AliveMessage {
  readonly isAlive: true;
}

/** A line that the network prints on its console for the service. */
export interface NoticeMessage {
  readonly notice: string;
}

/** The interval of the heartbeat, in milliseconds. */
const HEARTBEAT = 1_000;

/**
 * Runs one service until a signal stops it or, if the network started it, until the network ends.
 *
 * @throws {@link UsageError} and the errors of the service if it cannot start
 */
export async function runService(
  name: string,
  service: Service,
  given: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const values = readSettings(`poco network ${name}`, service.settings, { given, environment });
  const isPartOfNetwork = process.send !== undefined;
  const running = await service.start(values, process.stdout, notify);
  // Older versions created files that other accounts can read.
  const { folder } = values as { readonly folder?: unknown };
  if (typeof folder === "string") await ownFolder(folder);
  if (isPartOfNetwork) {
    process.send!({ isReady: true, ...(running.url !== undefined && { url: running.url }) } satisfies ReadyMessage);
    setInterval(beat, HEARTBEAT).unref();
  }
  if (!isPartOfNetwork)
    console.error(running.url === undefined ? `${name} runs.` : `${name} listens at ${running.url}`);

  let isStopping = false;
  function stop(): void {
    if (isStopping) return;
    isStopping = true;
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }
  process.on("SIGTERM", stop);
  // Ctrl-C reaches all processes of the terminal, but the network stops its services in order.
  process.on("SIGINT", isPartOfNetwork ? () => {} : stop);
  if (isPartOfNetwork) process.on("disconnect", stop);
}

function beat(): void {
  tell({ isAlive: true });
}

/** Sends a notice to the network; a service that runs alone has only its log. */
function notify(notice: string): void {
  tell({ notice });
}

/** Sends a message to the network. A failure is ignored, since `disconnect` reports that the network has ended. */
function tell(message: AliveMessage | NoticeMessage): void {
  if (process.connected) process.send!(message, () => undefined);
}
