/**
 * A mail server that delivers nothing: it keeps letters for whoever asks for them. With TLS, and a certificate of its
 * own. `node sink.mjs [SECRET.json] [PORT]` writes into that file what the app has to be told, and shows each letter.
 */
import { webcrypto } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import "reflect-metadata";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

const DAY = 86_400_000;
const [USER, PASSWORD] = ["web3-email", "let me in"];

/**
 * @param {{ port?: number, refuses?: (address: string) => boolean, onLetter?: (letter: object) => void }} options
 *   the port, 0 for any that is free; which addresses are refused; who is told of each letter
 */
export async function openSink({ port = 0, refuses = () => false, onLetter = () => {} } = {}) {
  const { key, cert } = await selfSigned();
  const letters = [];
  const server = new SMTPServer({
    secure: true,
    key,
    cert,
    onAuth({ username, password }, _session, answer) {
      const isRight = username === USER && password === PASSWORD;
      answer(isRight ? null : new Error("Wrong user or password"), isRight ? { user: USER } : undefined);
    },
    onRcptTo({ address }, _session, answer) {
      answer(refuses(address) ? Object.assign(new Error(`No <${address}> here`), { responseCode: 550 }) : null);
    },
    async onData(stream, { envelope }, answer) {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { from, subject, text, html, messageId } = await PostalMime.parse(Buffer.concat(chunks));
      const to = envelope.rcptTo.map(({ address }) => address);
      const letter = { to, from, subject, text: text?.trim(), html: html?.trim(), messageId };
      letters.push(letter);
      onLetter(letter);
      answer(null);
    },
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // Clients that hang up in the middle.
  server.on("error", () => {});
  const place = `127.0.0.1:${server.server.address().port}`;
  return {
    /** What the app's secret has to say to use it. */
    smtp: `smtps://${USER}:${encodeURIComponent(PASSWORD)}@${place}`,
    ca: cert,
    letters,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function selfSigned() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=mail sink",
    notAfter: new Date(Date.now() + DAY),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    keys,
    extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
  return { key, cert: certificate.toString("pem") };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { network } = await import("../network.mjs");
  // Apps reach no other port of this machine, unless the network was started with --app-allow.
  const [file = "secret.json", port = network.mailSink.split(":")[1]] = process.argv.slice(2);
  const { smtp, ca } = await openSink({ port: Number(port), onLetter: console.log });
  const secret = { smtp, ca, from: "news@web3.example", gateway: network.ipfsGateway };
  await writeFile(file, JSON.stringify(secret), { mode: 0o600 });
  console.log(`Waiting for letters at 127.0.0.1:${port}. What the app has to be told is in ${file}.`);
}
