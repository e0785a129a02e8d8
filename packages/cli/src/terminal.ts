import type { WriteStream } from "node:tty";

/** An output for people. */
export interface Terminal {
  readonly print: (line: string) => void;
  /** Waits for work, and shows its progress once it takes longer than {@link PROGRESS_AFTER_MS}. */
  readonly during: <Result>(what: string, work: Promise<Result>) => Promise<Result>;
}

/** The time after which progress is shown. */
export const PROGRESS_AFTER_MS = 2000;
/** The interval of progress lines where the output is not a terminal. */
const REMIND_EVERY_MS = 10_000;
const REDRAW_EVERY_MS = 200;
const CLEAR_LINE = "\r\u001b[2K";

/**
 * Opens an output that prints. On a terminal, progress is a line that counts seconds and is cleared in the end;
 * elsewhere it is a line every ten seconds.
 */
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
      let nextAt = PROGRESS_AFTER_MS;
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

/** Opens an output that prints nothing, but shows progress on a terminal. */
export function openQuietTerminal(stream: WriteStream): Terminal {
  const { during } = openTerminal(stream);
  return { print: () => {}, during: stream.isTTY ? during : (_, work) => work };
}
