import type { WriteStream } from "node:tty";

/** Where the demo prints. */
export interface Terminal {
  readonly print: (line: string) => void;
  /** Waits for work, and shows that it goes on once it takes longer than {@link PATIENCE_MS}. */
  readonly during: <Result>(what: string, work: Promise<Result>) => Promise<Result>;
}

/** How long people wait without wondering. */
export const PATIENCE_MS = 2000;
/** How often a log that is no terminal says that work goes on. */
const REMIND_EVERY_MS = 10_000;
const REDRAW_EVERY_MS = 200;
const CLEAR_LINE = "\r\u001b[2K";

/** On a terminal the progress is one line that counts seconds and vanishes; anywhere else it is a line now and then. */
export function openTerminal(stream: WriteStream): Terminal {
  let isDrawn = false;
  function clear(): void {
    if (isDrawn) stream.write(CLEAR_LINE);
    isDrawn = false;
  }
  function draw(text: string): void {
    clear();
    stream.write(stream.isTTY ? text : `${text}\n`);
    isDrawn = stream.isTTY;
  }
  return {
    print(line) {
      clear();
      stream.write(`${line}\n`);
    },
    async during(what, work) {
      const startedAt = performance.now();
      let nextAt = PATIENCE_MS;
      const timer = setInterval(() => {
        const elapsed = performance.now() - startedAt;
        if (elapsed < nextAt) return;
        nextAt += stream.isTTY ? REDRAW_EVERY_MS : REMIND_EVERY_MS;
        draw(`   … ${what}, ${Math.floor(elapsed / 1000)} s`);
      }, REDRAW_EVERY_MS);
      try {
        return await work;
      } finally {
        clearInterval(timer);
        clear();
      }
    },
  };
}

/** Prints nothing, but shows on a terminal that work goes on. */
export function openQuietTerminal(stream: WriteStream): Terminal {
  const { during } = openTerminal(stream);
  return { print: () => {}, during: stream.isTTY ? during : (_, work) => work };
}
