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
import { ServiceConnection, ServiceError, type ServiceOptions } from "./serviceConnection.js";

/** A secret's name by its purpose. */
export type SecretName =
  | { readonly kind: "dataset"; readonly dataset: Address }
  | { readonly kind: "resultKey"; readonly beneficiary: Address };

/** A writer of secrets in the name of one account. */
export interface SecretWriter {
  /** Pushes a secret. An existing secret with the same name is not replaced. */
  readonly push: (name: SecretName, secret: string) => Promise<void>;
}

/**
 * A push of a secret under a name that has one already.
 *
 * @example
 * ```ts
 * try {
 *   await createResultKey(clients);
 * } catch (error) {
 *   if (error instanceof SecretExistsError) console.log("The account has a result key already.");
 * }
 * ```
 */
export class SecretExistsError extends Error {
  override readonly name = "SecretExistsError";

  constructor(secret: SecretName) {
    const advice =
      secret.kind === "dataset"
        ? "it cannot be replaced"
        : "use its private half, or set another for later results with `SecretsClient.replace`";
    super(`There is a secret for ${describeName(secret)} already: ${advice}.`);
  }
}

/** The time limit for an answer in milliseconds: the service reads the chain and verifies quotes. */
const TIMEOUT = 60_000;

/** A client of the secret service, which stores secrets and releases those of a task to its attested enclave. */
export class SecretsClient {
  readonly #connection: ServiceConnection;

  /**
   * @param url - The URL of the service, like `http://127.0.0.1:3000`.
   * @throws {@link InvalidFieldError} when the URL is none.
   * @example
   * ```ts
   * const secrets = new SecretsClient(network.sms);
   * ```
   */
  constructor(url: string, { timeoutMs = TIMEOUT }: ServiceOptions = {}) {
    this.#connection = new ServiceConnection("secret service", url, timeoutMs);
  }

  /**
   * Whether a secret exists. Anyone may ask.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const isThere = await secrets.has(datasetKey(dataset));
   * ```
   */
  async has(ref: SecretRef): Promise<boolean> {
    try {
      return await this.#connection.ask(pathOf(ref), { method: "HEAD" }, () => Promise.resolve(true));
    } catch (error) {
      if (error instanceof ServiceError && error.statusCode === 404) return false;
      throw error;
    }
  }

  /**
   * Pushes a secret: 1 to 4,096 bytes of UTF-8.
   *
   * @param owner - The owner of the dataset or app, or the account that the secret belongs to.
   * @throws {@link ServiceError}, with status 409 if the secret exists already
   * @example
   * ```ts
   * await secrets.push(requesterSecret(requester, "api-key"), "hunter2", signer);
   * ```
   */
  async push(ref: SecretRef, secret: string, owner: MessageSigner): Promise<void> {
    await this.#store("POST", { ref, secret, owner });
  }

  /**
   * Replaces a web2 secret. A value that was replaced before is refused, since anyone who saw its signature could send it.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * await secrets.replace(web2Secret(requester, RESERVED.dropboxToken), "a newer token", signer);
   * ```
   */
  async replace(ref: SecretRef, secret: string, owner: MessageSigner): Promise<void> {
    await this.#store("PUT", { ref, secret, owner });
  }

  /**
   * Returns a writer of secrets by their purpose, in the name of an account.
   * @example
   * ```ts
   * await secrets.writerOf(signer).push({ kind: "dataset", dataset }, key);
   * ```
   */
  writerOf(owner: MessageSigner): SecretWriter {
    return {
      push: async (name, secret) => {
        const ref =
          name.kind === "dataset" ? datasetKey(name.dataset) : web2Secret(name.beneficiary, RESERVED.resultKey);
        try {
          await this.push(ref, secret, owner);
        } catch (error) {
          const exists = error instanceof ServiceError && error.reason === "SecretExists";
          throw exists ? new SecretExistsError(name) : error;
        }
      },
    };
  }

  /**
   * Gets the secrets of a task for an enclave, sealed for it.
   *
   * @param worker - The authorized worker, which the quote names.
   * @throws {@link ServiceError}
   */
  async openSession(request: SessionRequest, worker: MessageSigner): Promise<SessionAnswer> {
    const { authorization, quote, encryptionKey } = request;
    const json = { authorization, quote: hexlify(quote), encryptionKey: hexlify(encryptionKey) };
    const headers = { authorization: await signChallenge(worker, sessionChallenge(request)) };
    return this.#connection.json<SessionAnswer>("/tee/sessions", { method: "POST", headers, json });
  }

  /**
   * Appoints the enclave for a task, or for a worker's part in it: from now on, no other enclave gets its secrets.
   *
   * @param poolOwner - The owner of the workerpool when the deal was made.
   * @throws {@link ServiceError}
   */
  async appoint(appointment: Appointment, poolOwner: MessageSigner): Promise<void> {
    const { taskId, worker, enclave, sequence } = appointment;
    const sign = await signChallenge(poolOwner, appointmentChallenge(appointment));
    const json = { worker, enclave, sequence: `${sequence}`, sign };
    await this.#connection.ask(`/tee/challenges/${taskId}`, { method: "POST", json }, nothing);
  }

  async #store(
    method: "POST" | "PUT",
    { ref, secret, owner }: { ref: SecretRef; secret: string; owner: MessageSigner },
  ): Promise<void> {
    const sign = await signChallenge(owner, secretChallenge(ref, secret));
    const headers = { "content-type": "text/plain", authorization: sign };
    await this.#connection.ask(pathOf(ref), { method, headers, body: secret }, nothing);
  }
}

/** Discards an answer whose body does not matter. */
async function nothing(answer: Response): Promise<void> {
  await answer.body?.cancel();
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
