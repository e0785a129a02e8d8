import { Writable } from "node:stream";
import { mock } from "node:test";
import type { WriteStream } from "node:tty";

import { expect } from "chai";

import { openQuietTerminal, openTerminal, PROGRESS_AFTER_MS } from "@poco-marketplace/cli/terminal.js";

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

const LONG = PROGRESS_AFTER_MS + 700;

describe("The demo's progress", () => {
  let now: number;

  // Time is the test's own, so that a busy machine adds no lines.
  beforeEach(() => {
    now = 0;
    mock.method(performance, "now", () => now);
    mock.timers.enable({ apis: ["setInterval"] });
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  /** Work that takes its time. */
  async function lasting(milliseconds: number): Promise<void> {
    for (const end = now + milliseconds; now < end; now += 100) {
      await Promise.resolve();
      mock.timers.tick(100);
    }
  }

  it("is one line on a terminal that counts seconds, and is wiped away before anything else is printed", async () => {
    const { written, stream } = fakeStream({ isTTY: true });
    const terminal = openTerminal(stream);

    await terminal.during("waiting", lasting(LONG));
    terminal.print("done");

    const text = written.join("");
    expect(text.startsWith("   … waiting, 2 s\r\u001b[2K")).to.equal(true);
    expect(text.endsWith("\r\u001b[2Kdone\n")).to.equal(true);
    expect(text.match(/\n/g)).to.have.lengthOf(1);
  });

  it("is a plain line now and then anywhere else", async () => {
    const { written, stream } = fakeStream({ isTTY: false });

    await openTerminal(stream).during("waiting", lasting(LONG));

    expect(written).to.deep.equal(["   … waiting, 2 s\n"]);
    await openTerminal(stream).during("waiting", lasting(PROGRESS_AFTER_MS + 20_500));
    expect(written.slice(1)).to.deep.equal(["   … waiting, 2 s\n", "   … waiting, 12 s\n", "   … waiting, 22 s\n"]);
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

    await terminal.during("waiting", lasting(LONG));
    terminal.print("a line of the story");

    expect(written).to.deep.equal([]);
  });
});
