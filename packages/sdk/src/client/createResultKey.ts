import { generateResultKeyPair, toResultSecret, type ResultKeyPair } from "../protect/resultEncryption.js";
import type { Address } from "../protocol/ids.js";
import type { Clients } from "./connectClients.js";

/**
 * Makes the key for which the signer's results are encrypted from now on, and pushes its public half to the secret
 * service. It takes about a second. Keep the private half. Where it is lost, as when the service's answer does not arrive,
 * {@link SecretsClient.replace} sets another key for later results.
 *
 * @throws {@link SecretExistsError} where the account has one already; {@link ServiceError}
 * @example
 * ```ts
 * const { privateKey } = await createResultKey(clients);
 * ```
 */
export async function createResultKey({
  signer,
  secrets,
}: Pick<Clients, "signer" | "secrets">): Promise<ResultKeyPair> {
  const keys = await generateResultKeyPair();
  const beneficiary = (await signer.getAddress()) as Address;
  await secrets.writerOf(signer).push({ kind: "resultKey", beneficiary }, toResultSecret(keys.publicKey));
  return keys;
}
