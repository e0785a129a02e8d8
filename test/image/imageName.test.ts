import { expect } from "chai";

import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { formatImageName, parseImageName } from "@poco-marketplace/enclave/image/imageName.js";

const HEX = "5e4e54".padEnd(64, "0");
const DIGEST = `sha256:${HEX}`;

/** What clients publish, and where it is. */
const NAMES: readonly (readonly [string, string])[] = [
  ["hello", "docker.io/library/hello"],
  ["hello:1.0", "docker.io/library/hello:1.0"],
  ["alice/hello", "docker.io/alice/hello"],
  ["alice/hello:1.0", "docker.io/alice/hello:1.0"],
  ["alice/hello-world:0.0.1-tdx-5713d818a073", "docker.io/alice/hello-world:0.0.1-tdx-5713d818a073"],
  ["alice/team/hello:1.0", "docker.io/alice/team/hello:1.0"],
  ["docker.io/hello", "docker.io/library/hello"],
  ["docker.io/library/hello", "docker.io/library/hello"],
  ["docker.io/alice/hello:1.0", "docker.io/alice/hello:1.0"],
  ["index.docker.io/alice/hello", "docker.io/alice/hello"],
  ["registry-1.docker.io/alice/hello:1", "docker.io/alice/hello:1"],
  ["registry-1.docker.io/hello", "docker.io/library/hello"],
  ["Docker.IO/alice/hello", "docker.io/alice/hello"],
  ["docker.io:443/alice/hello", "docker.io/alice/hello"],
  ["ghcr.io/alice/hello:latest", "ghcr.io/alice/hello:latest"],
  ["quay.io/hello", "quay.io/hello"],
  ["localhost/hello", "localhost/hello"],
  ["localhost:5000/a/b:tag", "localhost:5000/a/b:tag"],
  ["127.0.0.1:5000/hello:1", "127.0.0.1:5000/hello:1"],
  ["[::1]:5000/hello:1", "[::1]:5000/hello:1"],
  ["[::1]/hello", "[::1]/hello"],
  ["registry.example:8443/alice/hello", "registry.example:8443/alice/hello"],
  ["registry:5000/hello", "registry:5000/hello"],
  ["hello:5000", "docker.io/library/hello:5000"],
  [`hello@${DIGEST}`, `docker.io/library/hello@${DIGEST}`],
  [`alice/hello:1.0@${DIGEST}`, `docker.io/alice/hello:1.0@${DIGEST}`],
  [`localhost:5000/a@${DIGEST}`, `localhost:5000/a@${DIGEST}`],
  ["a__b/c---d/e_f.g:T_.-", "docker.io/a__b/c---d/e_f.g:T_.-"],
];

const REPOSITORY = "is not made of lower-case letters and digits, with single";

/** What is no name, and the part of the sentence that says why. */
const REFUSED: readonly (readonly [string, string])[] = [
  ["", "it is empty"],
  ["alice/hello world", "it has a blank or an invisible character"],
  ["alice/hello\n", "it has a blank or an invisible character"],
  ["alice/hel\u200Blo", "it has a blank or an invisible character"],
  ["https://registry.example/hello", 'leave out "https://"'],
  ["docker://hello", 'leave out "docker://"'],
  ["alice/Hello", '"Hello" has upper-case letters'],
  ["Alice/hello", '"Alice" has upper-case letters'],
  ["alice//hello", "it has a slash too many"],
  ["/alice/hello", "it has a slash too many"],
  ["alice/hello/", "it has a slash too many"],
  ["localhost:5000/", "it names no repository"],
  ["../hello", 'the registry ".." is not a host'],
  ["alice/../hello", `".." ${REPOSITORY}`],
  ["alice/he..llo", `"he..llo" ${REPOSITORY}`],
  ["alice/hello%2f", `"hello%2f" ${REPOSITORY}`],
  ["alice/hello?x=1", `"hello?x=1" ${REPOSITORY}`],
  ["alice/-hello", `"-hello" ${REPOSITORY}`],
  ["alice/hello___x", `"hello___x" ${REPOSITORY}`],
  ["alice/hello:", 'the tag "" is not 1 to 128'],
  ["alice/hello:-x", 'the tag "-x" is not 1 to 128'],
  [`alice/hello:${"x".repeat(129)}`, "is not 1 to 128"],
  ["alice/hello@sha256:12", 'the digest "sha256:12" is not'],
  [`alice/hello@sha512:${HEX}${HEX}`, 'the digest "sha512:'],
  [`alice/hello@sha256:${"A".repeat(64)}`, "64 hexadecimal digits in lower case"],
  [`alice/hello@${DIGEST}@${DIGEST}`, 'it has more than one "@"'],
  [HEX, "it is the id of an image"],
  ["host:0/hello", 'the port "0" of the registry'],
  ["host:65536/hello", 'the port "65536" of the registry'],
  ["host:/hello", 'the port "" of the registry'],
  ["host:5e3/hello", 'the port "5e3" of the registry'],
  ["user:pass@host/hello", "the digest"],
  ["-host.example/hello", 'the registry "-host.example" is not a host'],
  ["a..b/hello", 'the registry "a..b" is not a host'],
  ["[::1/hello", 'the registry "[::1" is not a host'],
  [`${"a/".repeat(130)}hello`, "registry and repository have more than 255 characters"],
  ["x".repeat(1025), "it has more than 1024 characters"],
];

describe("The name of an image", () => {
  for (const [text, meaning] of NAMES) {
    it(`${text} is ${meaning}`, () => {
      expect(formatImageName(parseImageName(text))).to.equal(meaning);
    });
    it(`${meaning} means the same when it is read again`, () => {
      expect(parseImageName(meaning)).to.deep.equal(parseImageName(text));
    });
  }

  for (const [text, reason] of REFUSED) {
    it(`is not ${JSON.stringify(text.slice(0, 60))}, because ${reason}`, () => {
      expect(() => parseImageName(text))
        .to.throw(ImageError, reason)
        .with.property("reason", "InvalidName");
    });
  }

  it("is refused with a sentence that says what to write", () => {
    expect(() => parseImageName("Hello")).to.throw(
      '"Hello" is not a name of an image: "Hello" has upper-case letters, which no repository has. Publish one like ' +
        '"alice/hello:1.0" or "host:port/name:tag".',
    );
  });
});
