import type { DatabaseLocation } from "@poco-marketplace/services/database/openDatabase.js";
import type { Setting } from "../settings.js";
import {
  certificateFile,
  httpUrl,
  manifestFile,
  originList as readOrigins,
  port as readPort,
  text,
} from "../values.js";

/** Returns the setting for the port of a service. */
export function portSetting(otherwise: number): Setting<number> {
  return {
    hint: "PORT",
    help: `the port to listen on; 0 chooses a free one (default: ${otherwise})`,
    read: readPort,
    otherwise,
  };
}

/** The setting for the address to listen on. */
export const host: Setting<string> = {
  hint: "ADDRESS",
  help: "the address to listen on (default: 127.0.0.1, which only this machine can reach)",
  read: text,
  otherwise: "127.0.0.1",
};

/** The setting for the web pages that may call. */
export const origins: Setting<readonly string[]> = {
  hint: "ORIGIN,…",
  help: "web pages that may call, such as https://app.example, or * for all (default: those of this machine)",
  read: readOrigins,
  otherwise: [],
};

/** The setting for a node of the chain. */
export const rpc: Setting<string> = { hint: "URL", help: "a node of the chain", read: httpUrl };

/** The setting for the deployment's manifest. */
export const deployment = {
  hint: "FILE",
  help: "the manifest that `npm run deploy` wrote",
  read: manifestFile,
};

/** Returns the setting for the folder in which a service stores its data. */
export function folderSetting(what: string): Setting<string> {
  return { hint: "FOLDER", help: what, read: text };
}

/** The setting for the root certificate of the platforms that are trusted. */
export const root = {
  hint: "FILE",
  help: "the root certificate of trusted platforms, as PEM (default: Intel's)",
  read: certificateFile,
  otherwise: undefined,
};

/** Returns the location of a service's database: the PostgreSQL server of DATABASE_URL if set, else the folder. */
export function databaseIn(folder: string): DatabaseLocation {
  const url = process.env["DATABASE_URL"];
  return url === undefined || url === "" ? { folder } : { url };
}
