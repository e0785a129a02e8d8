import type { LogStream } from "@poco-marketplace/services/log.js";
import type { Settings, SettingValues } from "./settings.js";

/** Tells people at the console of the network something that they should not have to look for in a log. */
export type Notify = (notice: string) => void;

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
  start(values: SettingValues<All>, log: LogStream, notify: Notify): Promise<RunningService>;
}

/** A service with its settings' types. */
export function defineService<const All extends Settings>(service: Service<All>): Service<All> {
  return service;
}
