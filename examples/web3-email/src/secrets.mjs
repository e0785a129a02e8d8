/**
 * @typedef {{ smtp: string, from: string, gateway: string, ca: string | undefined }} Office the mail server, as
 *   smtps://user:password@host:port; the sender's address; where content is found; a root to believe for the server
 * @typedef {{ subject: string, sender: string | undefined, isHtml: boolean, useCallback: boolean,
 *   place: string, key: string }} Request what to send; its text is at that place, encrypted with that key
 */

/**
 * What the app's developer says.
 *
 * @param {string | undefined} secret
 * @returns {Office}
 */
export function readOffice(secret) {
  const { smtp, from, gateway, ca } = readObject("developer", secret);
  for (const [name, value] of Object.entries({ smtp, from, gateway })) demandText("developer", name, value);
  if (!/^smtps?:\/\//.test(smtp)) throw new Error(`The developer's "smtp" has to be an address as smtps://host:port.`);
  return { smtp, from, gateway, ca };
}

/**
 * What the requester says, in the words of the client.
 *
 * @param {string | undefined} secret
 * @returns {Request}
 */
export function readRequest(secret) {
  const said = readObject("requester", secret);
  const { emailSubject, emailContentMultiAddr, emailContentEncryptionKey, contentType, senderName, useCallback } = said;
  for (const [name, value] of Object.entries({ emailSubject, emailContentMultiAddr, emailContentEncryptionKey }))
    demandText("requester", name, value);
  return {
    subject: emailSubject,
    sender: senderName,
    isHtml: contentType === "text/html",
    useCallback: useCallback === true,
    place: emailContentMultiAddr,
    key: emailContentEncryptionKey,
  };
}

function readObject(who, secret) {
  if (!secret) throw new Error(`The ${who} pushed no secret: push one before this task is bought.`);
  let said;
  try {
    said = JSON.parse(secret);
  } catch {
    // What is wrong with it would tell what it is.
  }
  if (typeof said !== "object" || said === null) throw new Error(`The ${who}'s secret is not a JSON object.`);
  return said;
}

function demandText(who, name, value) {
  if (typeof value !== "string" || value === "") throw new Error(`The ${who}'s secret lacks "${name}".`);
}
