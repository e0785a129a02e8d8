import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { DatabaseLocation } from "./database/openDatabase.js";
import type { ServerOptions } from "./http/createServer.js";

/** The options that every service with an HTTP server has. */
export type HttpServiceOptions = Pick<ServerOptions, "log" | "origins">;

/** The options of a service that reads a deployment on a chain, and keeps a database. */
export interface ChainServiceOptions extends HttpServiceOptions {
  /** URL of a node of the chain. */
  readonly rpc: string;
  /** The contracts on that chain. */
  readonly deployment: Manifest;
  readonly database: DatabaseLocation;
}
