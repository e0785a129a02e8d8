import type { LogStream } from "@poco-marketplace/services/log.js";
import type { Settings, SettingValues } from "./settings.js";

/** Prints a line on the network's console that users should not have to look for in a log. */
export type Notify = (notice: string) => void;

/** A service that runs. */
export interface RunningService {
  /** The URL of a service that listens. */
  readonly url?: string;
  close(): Promise<unknown>;
}

/** A service of the network, which can also run alone. It loads its modules only when it starts. */
export interface Service<All extends Settings = Settings> {
  /** The description in the help text. */
  readonly summary: string;
  readonly settings: All;
  start(values: SettingValues<All>, log: LogStream, notify: Notify): Promise<RunningService>;
}

/** Returns the service with the types of its settings inferred. */
export function defineService<const All extends Settings>(service: Service<All>): Service<All> {
  return service;
}
