import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { digestOf } from "@poco-marketplace/enclave/image/digest.js";
import { ImageError, type ImageErrorName } from "@poco-marketplace/enclave/image/imageError.js";
import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { RegistryClient, type RegistryOptions } from "@poco-marketplace/enclave/image/registry.js";
import type { Resolve } from "@poco-marketplace/enclave/network/reach.js";
import { buildImage } from "../fixtures/image/image.js";
import { sendBytes, serveRegistry, type RegistryServer } from "../fixtures/image/registryServer.js";
import { refusal } from "../fixtures/image/refusal.js";
import { rejection } from "../fixtures/rejection.js";

const BLOB = randomBytes(3_000_000);
const DIGEST = digestOf(BLOB);
const LAYER = { digest: DIGEST, size: BLOB.length };
const IMAGE = buildImage();
const ALICE = { username: "alice", password: "a:b c" };
const BASIC = `Basic ${Buffer.from("alice:a:b c").toString("base64")}`;

const client = (options: RegistryOptions = {}) =>
  new RegistryClient({ privateHosts: "allowed", pauseMs: 1, idleTimeoutMs: 60_000, ...options });

/** Answers everything with a status. */
const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}): RegistryServer["intercept"] =>
  (_, response) => {
    response.writeHead(status, headers).end("{}");
    return "answered";
  };

const resolveNothing: Resolve = (_, heard) => heard(Object.assign(new Error("not known"), { code: "ENOTFOUND" }), []);

describe("A container registry", () => {
  let folder: string;
  let file: string;
  let registry: RegistryServer;
  let other: RegistryServer;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "poco-registry-"));
    file = path.join(folder, "blob");
    registry = await serveRegistry(new Map([...IMAGE.contents, [DIGEST, BLOB]]));
    other = await serveRegistry(new Map([[DIGEST, BLOB]]));
  });

  afterEach(async () => {
    await registry.close();
    await other.close();
    rmSync(folder, { recursive: true });
  });

  const name = (repository = "alice/hello:1.0") => parseImageName(`${registry.host}/${repository}`);
  const download = (options: RegistryOptions = {}, signal?: AbortSignal) =>
    client(options).downloadBlob(name(), LAYER, file, signal === undefined ? {} : { signal });
  const expectBlob = () => expect(digestOf(readFileSync(file))).to.equal(DIGEST);

  it("is asked for manifests and blobs by digest, never by tag", async () => {
    expect(Buffer.from(await client().readManifest(name(), IMAGE.digest))).to.deep.equal(IMAGE.manifest);
    const size = IMAGE.config.length;
    expect(Buffer.from(await client().readBlob(name(), { digest: digestOf(IMAGE.config), size }))).to.deep.equal(
      IMAGE.config,
    );
    await download();
    expectBlob();
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(registry.requests).to.deep.equal([
      `GET /v2/alice/hello/manifests/${IMAGE.digest}`,
      `GET /v2/alice/hello/blobs/${digestOf(IMAGE.config)}`,
      `GET /v2/alice/hello/blobs/${DIGEST}`,
    ]);
  });

  it("tells how far a download is", async () => {
    const heard: number[] = [];
    await client().downloadBlob(name(), LAYER, file, { onBytes: (done) => heard.push(done) });
    expect(heard.at(0)).to.equal(0);
    expect(heard.at(-1)).to.equal(BLOB.length);
    expect(heard).to.deep.equal(heard.toSorted((a, b) => a - b));
  });

  it("has blobs of no bytes", async () => {
    await client().downloadBlob(name(), { digest: digestOf(Buffer.alloc(0)), size: 0 }, file);
    expect(readFileSync(file)).to.have.length(0);
  });

  describe("that wants a token", () => {
    let tokens: string[];
    let asked: { url: string; authorization: string | undefined }[];

    beforeEach(() => {
      tokens = ["token-1"];
      asked = [];
      registry.intercept = ({ url = "", headers: { authorization } }, response) => {
        if (url.startsWith("/token")) {
          asked.push({ url, authorization });
          response.end(JSON.stringify({ token: tokens.at(-1), expires_in: 60 }));
          return "answered";
        }
        if (authorization === `Bearer ${tokens.at(-1)}`) return undefined;
        const challenge = `Bearer realm="${registry.url}/token",service="the registry",scope="repository:x:push"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
        return "answered";
      };
    });

    it("gets one that may pull this repository, and no other", async () => {
      await client().readManifest(name(), IMAGE.digest);
      expect(asked).to.deep.equal([
        { url: "/token?service=the+registry&scope=repository%3Aalice%2Fhello%3Apull", authorization: undefined },
      ]);
    });

    it("is asked with the same token until that is refused", async () => {
      const one = client();
      await one.readManifest(name(), IMAGE.digest);
      await one.readManifest(name(), IMAGE.digest);
      expect(asked).to.have.length(1);
      tokens.push("token-2");
      await one.readManifest(name(), IMAGE.digest);
      expect(asked).to.have.length(2);
      await one.readManifest(name("bob/other"), IMAGE.digest);
      expect(asked).to.have.length(3);
    });

    it("is told an account of the settings where tokens are given, and only there", async () => {
      await client({ credentials: { [registry.host]: ALICE } }).readManifest(name(), IMAGE.digest);
      await client({ credentials: { "docker.io": ALICE } }).readManifest(name(), IMAGE.digest);
      expect(asked.map(({ authorization }) => authorization)).to.deep.equal([BASIC, undefined]);
    });

    it("is private if it gives none", async () => {
      const before = registry.intercept;
      registry.intercept = (request, response) =>
        request.url!.startsWith("/token") ? answer(401)(request, response) : before(request, response);
      await refusal(
        client().readManifest(name(), IMAGE.digest),
        "ImagePrivate",
        `${registry.host} says that ${registry.host}/alice/hello:1.0 is private, or not there: make it public`,
      );
      await refusal(
        client({ credentials: { [registry.host]: ALICE } }).readManifest(name(), IMAGE.digest),
        "ImagePrivate",
        `${registry.host} does not show ${registry.host}/alice/hello:1.0 to the account in this worker's settings`,
      );
    });

    it("is refused if it gives what is not a token", async () => {
      const before = registry.intercept;
      for (const body of [
        "",
        "[]",
        '{"token":1}',
        '{"token":"a\\r\\nb"}',
        JSON.stringify({ token: "x".repeat(70_000) }),
      ]) {
        registry.intercept = (request, response) => {
          if (!request.url!.startsWith("/token")) return before(request, response);
          response.end(body);
          return "answered";
        };
        await refusal(
          client().readManifest(name(), IMAGE.digest),
          "UnexpectedAnswer",
          "does not answer as a container registry",
        );
      }
    });

    it("is not told an account over plain HTTP to another machine", async () => {
      registry.intercept = answer(401, { "www-authenticate": 'Bearer realm="http://tokens.example/token"' });
      await refusal(
        client({ credentials: { [registry.host]: ALICE } }).readManifest(name(), IMAGE.digest),
        "PlainHttp",
        '"http://tokens.example/token" is neither https nor on this machine',
      );
    });
  });

  describe("that wants an account", () => {
    beforeEach(() => {
      registry.intercept = (request, response) =>
        request.headers.authorization === BASIC
          ? undefined
          : answer(401, { "www-authenticate": 'Basic realm="here"' })(request, response);
    });

    it("gets that of the settings", async () => {
      await client({ credentials: { [registry.host]: ALICE } }).readManifest(name(), IMAGE.digest);
    });

    it("is private without", () =>
      refusal(client().readManifest(name(), IMAGE.digest), "ImagePrivate", "is private, or not there"));
  });

  describe("with blobs elsewhere", () => {
    it("is followed there, without its token and without the account", async () => {
      const seen: (string | undefined)[] = [];
      registry.intercept = (request, response) => {
        if (request.headers.authorization !== BASIC)
          return answer(401, { "www-authenticate": "Basic" })(request, response);
        return answer(307, { location: `${other.url}/v2/x/blobs/${DIGEST}?signed=1` })(request, response);
      };
      other.intercept = ({ headers, url }, response) => {
        seen.push(url, headers.authorization);
        response.end(BLOB);
        return "answered";
      };
      await download({ credentials: { [registry.host]: ALICE, [other.host]: { username: "b", password: "b" } } });
      expectBlob();
      expect(seen).to.deep.equal([`/v2/x/blobs/${DIGEST}?signed=1`, undefined]);
    });

    it("is followed within itself, with its token", async () => {
      registry.intercept = (request, response) => {
        const { url, headers } = request;
        if (headers.authorization !== BASIC) return answer(401, { "www-authenticate": "Basic" })(request, response);
        if (url!.startsWith("/v2/")) return answer(302, { location: "/elsewhere" })(request, response);
        response.end(BLOB);
        return "answered";
      };
      await download({ credentials: { [registry.host]: ALICE } });
      expectBlob();
    });

    it("is not followed from one address to the next without end", async () => {
      registry.intercept = answer(307, { location: "/v2/again" });
      await refusal(download(), "UnexpectedAnswer", "it leads from one address to the next");
    });

    it("is not followed to plain HTTP on other machines", async () => {
      registry.intercept = answer(307, { location: "http://blobs.example/x" });
      await refusal(download(), "PlainHttp", '"http://blobs.example/x" is neither https nor on this machine');
    });

    it("is not followed to other protocols", async () => {
      registry.intercept = answer(307, { location: "file:///etc/passwd" });
      await refusal(download(), "PlainHttp", '"file:///etc/passwd" is neither https nor on this machine');
    });

    it("is asked anew when an address has expired", async () => {
      let count = 0;
      registry.intercept = (request, response) =>
        answer(307, { location: `${other.url}/v2/x/blobs/${DIGEST}?${count++}` })(request, response);
      other.intercept = (request, response) => {
        if (request.url!.endsWith("?0")) return answer(403)(request, response);
        response.end(BLOB);
        return "answered";
      };
      await download();
      expectBlob();
    });
  });

  describe("on a private network", () => {
    it("is not asked for an image that a stranger names", async () => {
      const host = registry.host.replace("127.0.0.1", "localhost");
      const limited = client({ privateHosts: "refused" });
      await refusal(
        limited.readManifest(name(), IMAGE.digest),
        "PrivateRegistry",
        `${registry.host} is at 127.0.0.1, which is private: push the image where all workers can pull it.`,
      );
      await refusal(
        limited.readManifest(parseImageName(`${host}/alice/hello`), IMAGE.digest),
        "PrivateRegistry",
        `${host} is at `,
      );
      expect(registry.requests).to.deep.equal([]);
    });

    it("is asked if it is in the settings", async () => {
      const mirrors = { "docker.io": [registry.url] };
      await client({ privateHosts: "refused", mirrors }).readManifest(parseImageName("alice/hello"), IMAGE.digest);
      const credentials = { [registry.host]: ALICE };
      await client({ privateHosts: "refused", credentials }).readManifest(name(), IMAGE.digest);
    });

    it("is not reached by a redirect or for a token either", async () => {
      const options: RegistryOptions = { privateHosts: "refused", credentials: { [registry.host]: ALICE } };
      registry.intercept = answer(307, { location: `${other.url}/x` });
      await refusal(download(options), "PrivateRegistry", `${other.host} is at 127.0.0.1`);
      registry.intercept = answer(401, { "www-authenticate": `Bearer realm="${other.url}/token"` });
      await refusal(download(options), "PrivateRegistry", `${other.host} is at 127.0.0.1`);
      expect(other.requests).to.deep.equal([]);
    });
  });

  describe("with mirrors", () => {
    it("is not asked for what they have", async () => {
      await client({ mirrors: { [registry.host]: [other.url] } }).downloadBlob(name(), LAYER, file);
      expectBlob();
      expect(registry.requests).to.deep.equal([]);
      expect(other.requests).to.deep.equal([`GET /v2/alice/hello/blobs/${DIGEST}`]);
    });

    it("has what they do not have", async () => {
      await client({ mirrors: { [registry.host]: [other.url] } }).readManifest(name(), IMAGE.digest);
      expect([other.requests.length, registry.requests.length]).to.deep.equal([1, 1]);
    });

    it("has what they have wrong, or fail to send", async () => {
      const changed = Buffer.from(BLOB);
      changed[5]! ^= 1;
      const intercepts = [answer(500), answer(429), answer(401), answer(418), sends(changed), sends(BLOB.subarray(1))];
      for (const intercept of intercepts) {
        other.intercept = intercept;
        rmSync(file, { force: true });
        await client({ mirrors: { [registry.host]: [other.url] } }).downloadBlob(name(), LAYER, file);
        expectBlob();
      }
    });

    it("is the one that says what is wrong", async () => {
      other.intercept = answer(500);
      registry.intercept = answer(404);
      await refusal(
        client({ mirrors: { [registry.host]: [other.url] } }).readManifest(name(), IMAGE.digest),
        "ImageNotFound",
        `${registry.host} does not have`,
      );
    });

    it("may have them at a path, and not without encryption elsewhere", async () => {
      await client({ mirrors: { [registry.host]: [`${other.url}/hub/`] } }).downloadBlob(name(), LAYER, file);
      expect(other.requests).to.deep.equal([`GET /hub/v2/alice/hello/blobs/${DIGEST}`]);
      expect(() => client({ mirrors: { "docker.io": ["http://mirror.example"] } })).to.throw(
        ImageError,
        '"http://mirror.example" is neither https nor on this machine',
      );
    });
  });

  describe("that fails", () => {
    const REFUSALS: readonly (readonly [number, Readonly<Record<string, string>>, ImageErrorName, string])[] = [
      [404, {}, "ImageNotFound", `/alice/hello:1.0: push the image to it, and publish the digest that it then shows.`],
      [401, {}, "ImagePrivate", "is private, or not there: make it public"],
      [403, {}, "ImagePrivate", "is private, or not there: make it public"],
      [429, { "retry-after": "30" }, "TooManyRequests", "takes no more requests for now (for 30 s): try again later"],
      [429, {}, "TooManyRequests", "takes no more requests for now: try again later"],
      [503, {}, "RegistryFailed", "answers 503, a fault of its own: try again later"],
      [
        418,
        {},
        "UnexpectedAnswer",
        "does not answer as a container registry does (it answers 418): check the image's name.",
      ],
      [304, {}, "UnexpectedAnswer", "(it answers 304)"],
    ];
    for (const [status, headers, reason, sentence] of REFUSALS) {
      it(`with ${status}, says what to do`, async () => {
        registry.intercept = answer(status, headers);
        await refusal(client().readManifest(name(), IMAGE.digest), reason, sentence);
        expect(registry.requests).to.have.length(reason === "RegistryFailed" ? 4 : 1);
      });
    }

    it("for a moment, is asked again", async () => {
      registry.intercept = (request, response) =>
        registry.requests.length < 3 ? answer(503)(request, response) : undefined;
      await client().readManifest(name(), IMAGE.digest);
      expect(registry.requests).to.have.length(3);
    });

    it("because nothing is there, says so", async () => {
      const { host } = other;
      await other.close();
      other = await serveRegistry();
      const gone = client({ pauseMs: 0 }).readManifest(parseImageName(`${host}/alice/hello`), IMAGE.digest);
      await refusal(gone, "RegistryUnreachable", `${host} cannot be reached (ECONNREFUSED): check its name`);
    });

    it("because nobody knows its name, says so", async () => {
      const nowhere = parseImageName("registry.invalid/hello");
      await refusal(
        client({ privateHosts: "refused", resolve: resolveNothing }).readManifest(nowhere, IMAGE.digest),
        "UnknownHost",
        "Nobody knows the host registry.invalid: check the image's name.",
      );
    });

    it("by sending something else, is refused at each level", async () => {
      const instead = Buffer.from("{}");
      registry.contents.set(IMAGE.digest, instead);
      await refusal(
        client().readManifest(name(), IMAGE.digest),
        "WrongDigest",
        `What came as the manifest has digest ${digestOf(instead)}, and not ${IMAGE.digest}`,
      );
      const changed = Buffer.from(BLOB);
      changed[7]! ^= 1;
      registry.contents.set(DIGEST, changed);
      await refusal(
        download(),
        "WrongDigest",
        `What came as a layer has digest ${digestOf(changed)}, and not ${DIGEST}`,
      );
      expect(statSync(file).size).to.equal(0);
    });

    it("by sending more or less than there should be, is refused before the rest comes", async () => {
      for (const bytes of [Buffer.concat([BLOB, BLOB]), BLOB.subarray(5)]) {
        for (const intercept of [sends(bytes), sendsInPieces(bytes)]) {
          registry.intercept = intercept;
          await refusal(download(), "WrongSize", `and not ${BLOB.length}: whoever sent it changed it`);
          expect(statSync(file).size).to.equal(0);
        }
      }
    });

    it("by sending a manifest without end, is refused", async () => {
      registry.intercept = sendsInPieces(Buffer.alloc(5 * 2 ** 20));
      await refusal(
        client().readManifest(name(), IMAGE.digest),
        "UnexpectedAnswer",
        "it sends more than 4194304 bytes",
      );
    });

    it("by sending nothing for too long, is given up", async () => {
      registry.intercept = () => "answered";
      await refusal(
        client({ idleTimeoutMs: 50 }).readManifest(name(), IMAGE.digest),
        "DownloadStalled",
        `${registry.host} sent nothing for 0.05 s: try again later`,
      );
      registry.intercept = (_, response) => {
        response.writeHead(200, { "content-length": BLOB.length }).write(BLOB.subarray(0, 1000));
        return "answered";
      };
      await refusal(download({ idleTimeoutMs: 200 }), "DownloadStalled", "sent nothing for 0.2 s");
    });

    it("by sending little at a time, is not given up", async () => {
      const slow = Buffer.from(BLOB.subarray(0, 20));
      registry.intercept = (_, response) => {
        response.writeHead(200, { "content-length": slow.length });
        let sent = 0;
        const timer = setInterval(() => {
          response.write(slow.subarray(sent, ++sent));
          if (sent === slow.length) clearInterval(timer);
        }, 100);
        return "answered";
      };
      const layer = { digest: digestOf(slow), size: slow.length };
      await client({ idleTimeoutMs: 1000 }).downloadBlob(name(), layer, file);
      expect(readFileSync(file)).to.deep.equal(slow);
    });

    it("by going away in the middle, is asked for the rest only", async () => {
      breakOffAt(1_000_000);
      await download();
      expectBlob();
      const ranges = registry.requests.map((request) => Number(/bytes=(\d+)-/.exec(request)?.[1] ?? 0));
      expect(ranges[0]).to.equal(0);
      expect(ranges.length).to.be.at.least(3);
      expect(ranges).to.deep.equal([...new Set(ranges)].toSorted((a, b) => a - b));
    });

    it("by going away again and again without getting further, is given up", async () => {
      breakOffAt(0);
      await refusal(download(), "RegistryUnreachable", `${registry.host} cannot be reached`);
      expect(registry.requests).to.have.length(4);
    });
  });

  describe("of which a download was interrupted", () => {
    it("is asked for the rest", async () => {
      writeFileSync(file, BLOB.subarray(0, 1_234_567));
      await download();
      expectBlob();
      expect(registry.requests).to.deep.equal([`GET /v2/alice/hello/blobs/${DIGEST} bytes=1234567-`]);
    });

    it("is not asked for what is there", async () => {
      writeFileSync(file, BLOB);
      await download();
      expect(registry.requests).to.deep.equal([]);
    });

    it("is asked for all if the beginning was damaged since", async () => {
      for (const damaged of [Buffer.alloc(1000), Buffer.alloc(BLOB.length), Buffer.alloc(BLOB.length + 1)]) {
        writeFileSync(file, damaged);
        await download();
        expectBlob();
        expect(registry.requests.at(-1)).to.equal(`GET /v2/alice/hello/blobs/${DIGEST}`);
      }
    });

    it("may send all instead of the rest", async () => {
      writeFileSync(file, BLOB.subarray(0, 1000));
      registry.intercept = sends(BLOB);
      await download();
      expectBlob();
    });

    it("may not send another part instead of the rest", async () => {
      writeFileSync(file, BLOB.subarray(0, 1000));
      registry.intercept = (_, response) => {
        response.writeHead(206, { "content-range": `bytes 0-${BLOB.length - 1}/${BLOB.length}` }).end(BLOB);
        return "answered";
      };
      await refusal(download(), "UnexpectedAnswer", "it sends another part than it was asked for");
    });

    it("is asked for all if it has less than is there", async () => {
      writeFileSync(file, BLOB.subarray(0, 1000));
      registry.intercept = (request, response) =>
        request.headers.range === undefined ? undefined : answer(416)(request, response);
      await download();
      expectBlob();
    });

    it("keeps what came by then when it is stopped", async () => {
      const stop = new AbortController();
      registry.intercept = (_, response) => {
        response.writeHead(200, { "content-length": BLOB.length }).write(BLOB.subarray(0, 500_000));
        setTimeout(() => stop.abort(new Error("enough")), 300);
        return "answered";
      };
      const error = await rejection(download({}, stop.signal), Error);
      expect(error).not.to.be.instanceOf(ImageError);
      expect(existsSync(file) && statSync(file).size).to.be.within(1, 500_000);
      registry.intercept = () => undefined;
      await download();
      expectBlob();
      expect(registry.requests.at(-1)).to.match(/bytes=\d+-$/);
    });
  });

  function breakOffAt(length: number): void {
    registry.intercept = (request, response) => {
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      if (BLOB.length - start <= length) return undefined;
      const rest = BLOB.subarray(start);
      const range = { "content-range": `bytes ${start}-${BLOB.length - 1}/${BLOB.length}` };
      response.writeHead(start === 0 ? 200 : 206, { "content-length": rest.length, ...(start > 0 && range) });
      response.write(rest.subarray(0, length), () => response.destroy());
      return "answered";
    };
  }
});

/** Sends these bytes, whatever is asked for. */
function sends(bytes: Buffer): RegistryServer["intercept"] {
  return (_, response) => {
    sendBytes(bytes, {}, response);
    return "answered";
  };
}

/** The same without a word about how many they are. */
function sendsInPieces(bytes: Buffer): RegistryServer["intercept"] {
  return (_, response) => {
    response.write(bytes.subarray(0, 1000));
    response.end(bytes.subarray(1000));
    return "answered";
  };
}
