import { ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import type { Service } from "./service.js";
import { describeSettings, readSettings } from "./settings.js";

/** What a service that was started by the network tells it. */
export interface ReadyMessage {
  readonly isReady: true;
  readonly url?: string;
}

/** What it tells it again and again, from when it is ready: that it still gets round to anything. */
export interface AliveMessage {
  readonly isAlive: true;
}

/** What it has the network say at its console. */
export interface NoticeMessage {
  readonly notice: string;
}

/** How often it says that it is alive, in milliseconds. */
const HEARTBEAT = 1_000;

/**
 * Runs one service until it is told to stop: by a signal, or, when the network started it, by the network's end.
 *
 * @throws {@link UsageError}; what the service throws when it cannot start
 */
export async function runService(name: string, service: Service, args: readonly string[]): Promise<void> {
  const command = `npm run network -- ${name}`;
  const values = readSettings(command, service.settings, { args, environment: process.env });
  if (values === undefined) {
    console.log(`${command} [options]\n\nRuns ${service.summary}.\n\n${describeSettings(service.settings)}\n`);
    console.log("Each option can also be said in the environment: --max-upload as POCO_MAX_UPLOAD.");
    return;
  }
  const isPartOfNetwork = process.send !== undefined;
  const running = await service.start(values, process.stdout, notify);
  // What older versions made there is closed to others too.
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
  // Ctrl-C reaches everybody at that terminal; the network stops its services in their order.
  process.on("SIGINT", isPartOfNetwork ? () => {} : stop);
  if (isPartOfNetwork) process.on("disconnect", stop);
}

function beat(): void {
  tell({ isAlive: true });
}

/** Alone, a service has its log only. */
function notify(notice: string): void {
  tell({ notice });
}

/** A network that is gone is noticed by other means. */
function tell(message: AliveMessage | NoticeMessage): void {
  if (process.connected) process.send!(message, () => undefined);
}
