// Not of "nodemailer" itself, which would bring along what starts other programs.
import Mailer from "nodemailer/lib/mailer";
import SMTPPool from "nodemailer/lib/smtp-pool";

const PATIENCE = 20_000;

/**
 * Opens a connection to a mail server when the first letter is sent. It is encrypted always: whoever runs the enclave
 * sees what it says otherwise.
 *
 * @param {import("./secrets.mjs").Office} office
 */
export function openPostOffice({ smtp, from, ca }) {
  const pool = new SMTPPool({
    url: smtp,
    requireTLS: true,
    maxConnections: 1,
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    ...(ca !== undefined && { tls: { ca } }),
  });
  const mailer = new Mailer(pool, { disableFileAccess: true, disableUrlAccess: true }, {});
  let sent = 0;

  return {
    /**
     * @param {{ id: string, address: string, text: string, request: import("./secrets.mjs").Request }} letter
     * @returns {Promise<string | undefined>} why it could not be sent; nothing if it was
     * @throws when the first one cannot be sent for a reason that has nothing to do with whom it is for
     */
    async send({ id, address, text, request: { subject, sender, isHtml } }) {
      const content = isHtml ? { html: text } : { text };
      const letter = {
        from: { name: sender ?? "", address: from },
        to: { name: "", address },
        subject,
        messageId: `<${id}@${from.slice(from.lastIndexOf("@") + 1)}>`,
        ...content,
      };
      try {
        await mailer.sendMail(letter);
        sent += 1;
        return undefined;
      } catch (cause) {
        const { code, responseCode, command } = cause;
        // What the server says in words has the address in it.
        const reason = [code, responseCode].filter(Boolean).join(" ");
        if (command === "RCPT TO") return `its mail server refuses the address (${reason})`;
        if (sent === 0) throw new Error(`The mail server cannot be used: ${reason}.`, { cause });
        return `it could not be sent (${reason})`;
      }
    },

    close() {
      mailer.close();
    },
  };
}
