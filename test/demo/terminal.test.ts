import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { WriteStream } from "node:tty";

import { expect } from "chai";

import { openQuietTerminal, openTerminal, PATIENCE_MS } from "../../scripts/demo/terminal.js";

/** A stream that is a terminal, or is not, and what was written to it. */
function fakeStream({ isTTY }: { isTTY: boolean }) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return { written, stream: Object.assign(stream, { isTTY }) as unknown as WriteStream };
}

const LONG = PATIENCE_MS + 700;

describe("The demo's progress", function () {
  this.timeout(20_000);

  it("is one line on a terminal that counts seconds, and is wiped away before anything else is printed", async () => {
    const { written, stream } = fakeStream({ isTTY: true });
    const terminal = openTerminal(stream);

    await terminal.during("waiting", sleep(LONG));
    terminal.print("done");

    const text = written.join("");
    expect(text.startsWith("   … waiting, 2 s\r\u001b[2K")).to.equal(true);
    expect(text.endsWith("\r\u001b[2Kdone\n")).to.equal(true);
    expect(text.match(/\n/g)).to.have.lengthOf(1);
  });

  it("is a plain line now and then anywhere else", async () => {
    const { written, stream } = fakeStream({ isTTY: false });

    await openTerminal(stream).during("waiting", sleep(LONG));

    expect(written).to.deep.equal(["   … waiting, 2 s\n"]);
  });

  it("is not shown of what is over soon, whose outcome comes through either way", async () => {
    const { written, stream } = fakeStream({ isTTY: true });
    const terminal = openTerminal(stream);

    expect(await terminal.during("waiting", Promise.resolve(7))).to.equal(7);
    const failure = await terminal.during("waiting", Promise.reject(new Error("no"))).catch((error: unknown) => error);

    expect(failure).to.be.instanceOf(Error).with.property("message", "no");
    expect(written).to.deep.equal([]);
  });

  it("is kept from logs when only JSON is wanted", async () => {
    const { written, stream } = fakeStream({ isTTY: false });
    const terminal = openQuietTerminal(stream);

    await terminal.during("waiting", sleep(LONG));
    terminal.print("a line of the story");

    expect(written).to.deep.equal([]);
  });
});
