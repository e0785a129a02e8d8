import type { FastifyInstance } from "fastify";

import { HttpError } from "../http/HttpError.js";
import type { Login } from "../login/openLogin.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { readOr400 } from "./clientRoutes.js";
import type { Denials } from "./denials.js";

/** What these routes answer from. */
export interface OwnerDesk {
  readonly denials: Denials;
  readonly login: Login;
  /** The pool's owner. */
  readonly owner: Address;
  /** Somebody is let in again. */
  readonly onForgiven: () => void;
}

/** The routes with which a pool's owner sees who is denied, and lets them in again. */
export function addOwnerRoutes(server: FastifyInstance, { denials, login, owner, onForgiven }: OwnerDesk): void {
  server.get<{ Querystring: { address?: unknown } }>("/denials/challenge", ({ query }) =>
    readOr400(() => login.challenge(query.address)),
  );

  server.get("/denials", async ({ headers }) => {
    await checkOwner(headers.authorization);
    const current = await denials.current();
    return { denials: current.map(({ until, ...denial }) => ({ ...denial, until: until.toISOString() })) };
  });

  server.delete<{ Params: { app: string; requester: string } }>(
    "/denials/:app/:requester",
    async ({ params, headers }) => {
      await checkOwner(headers.authorization);
      const pair = readOr400(() => ({
        app: readAddress("app", params.app),
        requester: readAddress("requester", params.requester),
      }));
      if (!(await denials.forgive(pair))) {
        throw new HttpError(404, `Requester ${pair.requester} is not denied for app ${pair.app}: see GET /denials.`);
      }
      onForgiven();
      return { ok: true };
    },
  );

  async function checkOwner(authorization: string | undefined): Promise<void> {
    const caller = await login.authenticate(authorization);
    if (caller !== owner) throw new HttpError(403, `Denials are for the pool's owner, ${owner}, not for ${caller}.`);
  }
}
