import type { Settings, Values } from "./settings.js";

/** Where log lines go, each a JSON object. */
export interface Log {
  write(line: string): void;
}

/** A service that answers. */
export interface RunningService {
  /** Where it does, for one that listens. */
  readonly url?: string;
  close(): Promise<unknown>;
}

/** A service of the network, as it can be started alone. What it is made of is loaded when it starts: others need not. */
export interface Service<All extends Settings = Settings> {
  /** What it does, as the help says. */
  readonly summary: string;
  readonly settings: All;
  start(values: Values<All>, log: Log): Promise<RunningService>;
}

/** A service with its settings' types. */
export function defineService<const All extends Settings>(service: Service<All>): Service<All> {
  return service;
}
