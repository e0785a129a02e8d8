import type { FastifyInstance } from "fastify";

import { HttpError } from "../http/HttpError.js";
import type { Login } from "../login/openLogin.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { readOr400 } from "./clientRoutes.js";
import type { Denials } from "./denials.js";

/** What these routes answer from. */
export interface OwnerRoutesContext {
  readonly denials: Denials;
  readonly login: Login;
  /** The pool's owner. */
  readonly owner: Address;
  /** Called when a denial was removed. */
  readonly onRemoved: () => void;
}

/** The routes with which a pool's owner sees who is denied, and lets them in again. */
export function addOwnerRoutes(
  server: FastifyInstance,
  { denials, login, owner, onRemoved }: OwnerRoutesContext,
): void {
  server.get<{ Querystring: { address?: unknown } }>("/denials/challenge", ({ query }) =>
    readOr400(() => login.challenge(query.address)),
  );

  server.get("/denials", async ({ headers }) => {
    await assertOwner(headers.authorization);
    const current = await denials.current();
    return { denials: current.map(({ until, ...denial }) => ({ ...denial, until: until.toISOString() })) };
  });

  server.delete<{ Params: { app: string; requester: string } }>(
    "/denials/:app/:requester",
    async ({ params, headers }) => {
      await assertOwner(headers.authorization);
      const pair = readOr400(() => ({
        app: readAddress("app", params.app),
        requester: readAddress("requester", params.requester),
      }));
      if (!(await denials.remove(pair))) {
        throw new HttpError(404, `Requester ${pair.requester} is not denied for app ${pair.app}: see GET /denials.`);
      }
      onRemoved();
      return { ok: true };
    },
  );

  async function assertOwner(authorization: string | undefined): Promise<void> {
    const caller = await login.authenticate(authorization);
    if (caller !== owner) throw new HttpError(403, `Denials are for the pool's owner, ${owner}, not for ${caller}.`);
  }
}
