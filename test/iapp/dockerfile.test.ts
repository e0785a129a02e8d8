import { expect } from "chai";

import {
  expand,
  parseDockerfile,
  readList,
  splitOptions,
  splitWords,
} from "@poco-marketplace/cli/iapp/build/dockerfile.js";

function list(text: string) {
  return readList({ name: "CMD", text, line: 3 });
}

describe("A Dockerfile", () => {
  it("is read an instruction at a time, with continued lines, and without comments", () => {
    const text = [
      "# syntax=docker/dockerfile:1",
      "from node:24",
      "",
      "RUN npm ci \\",
      "  # not this",
      "    --omit=dev",
      'ENTRYPOINT ["node", "a b.js"]\r',
    ];
    expect(parseDockerfile(text.join("\n"))).to.deep.equal([
      { name: "FROM", text: "node:24", line: 2 },
      { name: "RUN", text: "npm ci --omit=dev", line: 4 },
      { name: "ENTRYPOINT", text: '["node", "a b.js"]', line: 7 },
    ]);
  });

  it("has lists in JSON, and nothing that looks like one", () => {
    expect(list('["a", "b c"]')).to.deep.equal(["a", "b c"]);
    expect(list("node app.js")).to.equal(undefined);
    expect(() => list("['a']")).to.throw("Dockerfile, line 3: CMD is no list of texts");
    expect(() => list("[1]")).to.throw("CMD is no list of texts");
  });

  it("has words, options and variables", () => {
    expect(splitWords(`a "b c" d='e f' g`)).to.deep.equal(["a", "b c", "d=e f", "g"]);
    const { options, rest } = splitOptions("--from=build --link src/ ./");
    expect([...options]).to.deep.equal([
      ["from", "build"],
      ["link", ""],
    ]);
    expect(rest).to.equal("src/ ./");
    const variables = new Map([
      ["A", "x"],
      ["B", ""],
    ]);
    expect(expand("$A/${A}1/${B:-b}/${C:-c}/$D.", variables)).to.equal("x/x1/b/c/.");
  });
});
