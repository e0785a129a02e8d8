import { getBytes, hexlify } from "ethers";

import type { MessageSigner } from "../protocol/authorization.js";
import type { Address, Hex } from "../protocol/ids.js";
import { RESERVED, datasetKey, secretChallenge, web2Secret, type SecretRef } from "../wire/secretRef.js";
import {
  appointmentChallenge,
  sessionChallenge,
  type Appointment,
  type SessionAnswer,
  type SessionRequest,
} from "../wire/sessionRequest.js";

/** What a secret service refused, in its own words. */
export class SecretServiceError extends Error {
  override readonly name = "SecretServiceError";
  readonly statusCode: number;
  /** The name of the refusal, see docs/reference/secrets.md. */
  readonly reason: string;

  constructor(statusCode: number, reason: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.reason = reason;
  }
}

/** A secret by what it is for. */
export type SecretName =
  | { readonly kind: "dataset"; readonly dataset: Address }
  | { readonly kind: "resultKey"; readonly beneficiary: Address };

/** Keeps secrets for their owners. */
export interface SecretWriter {
  /** Keeps a secret. The first one under a name stays. */
  readonly push: (name: SecretName, secret: string) => Promise<void>;
}

/** A secret exists under this name. */
export class SecretExistsError extends Error {
  override readonly name = "SecretExistsError";

  constructor(secret: SecretName) {
    super(`There is a secret for ${describeName(secret)} already: it cannot be replaced.`);
  }
}

/** How long the service may take to answer, in milliseconds. */
const PATIENCE = 60_000;

/** Talks to a secret service, in the name of whoever signs. */
export class SecretsClient {
  readonly #url: string;

  /** @param url the service's origin, like `http://127.0.0.1:3000` */
  constructor(url: string) {
    this.#url = url;
  }

  /** Whether there is such a secret. Anyone may ask. */
  async has(ref: SecretRef): Promise<boolean> {
    const response = await this.#fetch(pathOf(ref), { method: "HEAD" });
    if (response.status === 404) return false;
    if (!response.ok)
      throw new SecretServiceError(response.status, "Unanswered", `The service answers ${response.status}.`);
    return true;
  }

  /**
   * Pushes a secret.
   *
   * @param owner who owns the dataset or app, or whose secret it is
   * @throws {@link SecretServiceError}, with status 409 where there is one already
   */
  async push(ref: SecretRef, secret: string, owner: MessageSigner): Promise<void> {
    await this.#store("POST", { ref, secret, owner });
  }

  /**
   * Replaces a web2 secret. One that was replaced before is refused.
   *
   * @throws {@link SecretServiceError}
   */
  async replace(ref: SecretRef, secret: string, owner: MessageSigner): Promise<void> {
    await this.#store("PUT", { ref, secret, owner });
  }

  /** Pushes secrets by what they are for, in the name of an account. */
  writerOf(owner: MessageSigner): SecretWriter {
    return {
      push: async (name, secret) => {
        const ref =
          name.kind === "dataset" ? datasetKey(name.dataset) : web2Secret(name.beneficiary, RESERVED.resultKey);
        try {
          await this.push(ref, secret, owner);
        } catch (error) {
          const exists = error instanceof SecretServiceError && error.reason === "SecretExists";
          throw exists ? new SecretExistsError(name) : error;
        }
      },
    };
  }

  /**
   * Gets the secrets of a task for an enclave, sealed for it.
   *
   * @param worker the worker that is authorized, and that the quote names
   * @throws {@link SecretServiceError}
   */
  async openSession(request: SessionRequest, worker: MessageSigner): Promise<SessionAnswer> {
    const { authorization, quote, encryptionKey } = request;
    const body = JSON.stringify({ authorization, quote: hexlify(quote), encryptionKey: hexlify(encryptionKey) });
    const sign = await signChallenge(worker, sessionChallenge(request));
    const headers = { "content-type": "application/json", authorization: sign };
    return (await this.#send("/tee/sessions", { method: "POST", headers, body })).json() as Promise<SessionAnswer>;
  }

  /**
   * Says which enclave does a task, or a worker's part in it, from now on: no other gets its secrets.
   *
   * @param poolOwner the owner of the pool when the deal was made
   * @throws {@link SecretServiceError}
   */
  async appoint(appointment: Appointment, poolOwner: MessageSigner): Promise<void> {
    const { taskId, worker, enclave, sequence } = appointment;
    const sign = await signChallenge(poolOwner, appointmentChallenge(appointment));
    const body = JSON.stringify({ worker, enclave, sequence: `${sequence}`, sign });
    const headers = { "content-type": "application/json" };
    await this.#send(`/tee/challenges/${taskId}`, { method: "POST", headers, body });
  }

  async #store(
    method: "POST" | "PUT",
    { ref, secret, owner }: { ref: SecretRef; secret: string; owner: MessageSigner },
  ): Promise<void> {
    const sign = await signChallenge(owner, secretChallenge(ref, secret));
    const headers = { "content-type": "text/plain", authorization: sign };
    await this.#send(pathOf(ref), { method, headers, body: secret });
  }

  async #send(path: string, request: RequestInit): Promise<Response> {
    const response = await this.#fetch(path, request);
    if (response.ok) return response;
    const { status } = response;
    const answer = (await response.json().catch(() => ({}))) as { error?: unknown; message?: unknown };
    const reason = typeof answer.error === "string" ? answer.error : "Unanswered";
    const message = typeof answer.message === "string" ? answer.message : `The secret service answers ${status}.`;
    throw new SecretServiceError(status, reason, message);
  }

  #fetch(path: string, request: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.#url), { ...request, signal: AbortSignal.timeout(PATIENCE) });
  }
}

function pathOf({ kind, address, name }: SecretRef): string {
  switch (kind) {
    case "web3":
      return `/secrets/web3?secretAddress=${address}`;
    case "web2":
      return `/secrets/web2?ownerAddress=${address}&secretName=${name}`;
    case "app":
      return `/apps/${address}/secrets`;
    case "requester":
      return `/requesters/${address}/secrets/${name}`;
  }
}

async function signChallenge(signer: MessageSigner, challenge: Hex): Promise<Hex> {
  return (await signer.signMessage(getBytes(challenge))) as Hex;
}

function describeName(name: SecretName): string {
  return name.kind === "dataset" ? `dataset ${name.dataset}` : `results of ${name.beneficiary}`;
}
