import type { FastifyInstance, FastifyRequest } from "fastify";

import { readAddress, readString } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { ChainFacts } from "./chainFacts.js";
import { assertRequest, SecretRefusal } from "./refusal.js";
import {
  APP_SECRET,
  appSecret,
  datasetKey,
  describeSecret,
  MAX_SECRET_BYTES,
  requesterSecret,
  secretChallenge,
  web2Secret,
  type SecretRef,
} from "@poco-marketplace/sdk/wire/secretRef.js";
import type { SecretStore } from "./secretStore.js";
import { readOrRefuse } from "./readRequest.js";
import { assertSignedBy, readSignature } from "./signedChallenge.js";

/** A route for secrets of one kind. */
interface SecretRoute {
  readonly path: string;
  /** The secret that a request is about. */
  readonly refOf: (request: FastifyRequest) => SecretRef;
  /** Whether a secret may be replaced. */
  readonly replaceable?: true;
}

const ROUTES: readonly SecretRoute[] = [
  { path: "/secrets/web3", refOf: (request) => datasetKey(addressIn(request.query, "secretAddress")) },
  {
    path: "/secrets/web2",
    refOf: ({ query }) => web2Secret(addressIn(query, "ownerAddress"), textIn(query, "secretName")),
    replaceable: true,
  },
  { path: "/apps/:app/secrets", refOf: ({ params }) => appSecret(addressIn(params, "app")) },
  {
    path: "/apps/:app/secrets/:index",
    refOf({ params }) {
      const index = textIn(params, "index");
      assertRequest(index === APP_SECRET, "InvalidSecretName", {
        given: index,
        expected: `${APP_SECRET}, the only one of an app`,
      });
      return appSecret(addressIn(params, "app"));
    },
  },
  {
    path: "/requesters/:requester/secrets/:name",
    refOf: ({ params }) => requesterSecret(addressIn(params, "requester"), textIn(params, "name")),
  },
];

/**
 * Adds the routes with which owners push secrets and anyone asks whether there is one, as docs/reference/services.md
 * section 2.2 specifies them.
 */
export function addSecretRoutes(server: FastifyInstance, store: SecretStore, chain: ChainFacts): void {
  server.addContentTypeParser("text/plain", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const options = { bodyLimit: MAX_SECRET_BYTES };
  for (const { path, refOf, replaceable } of ROUTES) {
    server.head(path, async (request, reply) => {
      const ref = readOrRefuse(() => refOf(request));
      assertRequest(await store.has(ref), "UnknownSecret", { secret: describeSecret(ref) });
      return reply.status(204).send();
    });

    server.post(path, options, async (request, reply) => {
      const { ref, secret } = await readPushed(chain, request, refOf);
      assertRequest(await store.add(ref, secret), "SecretExists", { secret: describeSecret(ref) });
      return reply.status(204).send();
    });

    if (replaceable !== true) continue;
    server.put(path, options, async (request, reply) => {
      const { ref, secret } = await readPushed(chain, request, refOf);
      const outcome = await store.replace(ref, secret);
      assertRequest(outcome !== "missing", "UnknownSecret", { secret: describeSecret(ref) });
      assertRequest(outcome !== "replayed", "SecretReplayed", { secret: describeSecret(ref) });
      return reply.status(204).send();
    });
  }
}

async function readPushed(chain: ChainFacts, request: FastifyRequest, refOf: SecretRoute["refOf"]) {
  const ref = readOrRefuse(() => refOf(request));
  const secret = readBody(request.body, request.routeOptions.url ?? "");
  const signer = await ownerOf(chain, ref);
  const sign = readSignature(request.headers.authorization);
  await assertSignedBy(chain, { signer, challenge: secretChallenge(ref, secret), sign });
  return { ref, secret };
}

async function ownerOf(chain: ChainFacts, { kind, address }: SecretRef): Promise<Address> {
  if (kind === "web2" || kind === "requester") return address;
  const asset = kind === "app" ? "app" : "dataset";
  const owner = await chain.ownerOf(asset, address);
  assertRequest(owner !== undefined, "UnknownAsset", { kind: asset, address });
  return owner;
}

function readBody(body: unknown, route: string): string {
  if (body === undefined || (body instanceof Uint8Array && body.length === 0))
    throw new SecretRefusal("EmptySecret", { route });
  assertRequest(body instanceof Uint8Array, "MalformedRequest", { problem: "the secret is not sent as text/plain" });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new SecretRefusal("MalformedRequest", { problem: "the secret is not UTF-8" });
  }
}

function textIn(fields: unknown, name: string): string {
  return readString(name, (fields as Readonly<Record<string, unknown>>)[name]);
}

function addressIn(fields: unknown, name: string): Address {
  return readAddress(name, (fields as Readonly<Record<string, unknown>>)[name]);
}
