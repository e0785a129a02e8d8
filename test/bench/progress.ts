/** How often progress is told, in milliseconds. */
const SAY_EVERY = 2_000;

/** Tells on standard error how far something is, every two seconds at most. */
export function openProgress(): (line: string) => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  return (line) => {
    if (Date.now() - lastAt < SAY_EVERY) return;
    lastAt = Date.now();
    process.stderr.write(`${line}\n`);
  };
}
