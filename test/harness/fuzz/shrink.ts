import { shorten } from "../shorten.js";
import type { Mutant, Splice } from "./mutant.js";
import type { Trial } from "./trial.js";

/** The number of smaller trials that are tested at most. */
const MOST_TRIES = 250;

/**
 * Finds a trial with fewer and shorter changes that still shows a difference.
 *
 * @param bytesAt - The bytes that a splice replaces.
 */
export async function shrink(
  trial: Trial,
  differs: (trial: Trial) => Promise<boolean>,
  bytesAt: (mutant: Mutant, splice: Splice) => Uint8Array,
): Promise<Trial> {
  let best = trial;
  let tries = 0;
  async function attempt(mutant: Mutant): Promise<boolean> {
    if (tries++ >= MOST_TRIES) return false;
    const smaller = { ...best, mutant };
    if (!(await differs(smaller))) return false;
    best = smaller;
    return true;
  }

  await shorten(best.mutant.splices, async (splices) =>
    (await attempt({ ...best.mutant, splices })) ? splices : undefined,
  );
  await attempt({ ...best.mutant, base: { layout: "v3", ca: "Platform" } });
  await attempt({ ...best.mutant, base: { ...best.mutant.base, layout: "v3" } });
  for (let index = 0; index < best.mutant.splices.length; index++) {
    for (let size = 4096; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; ;) {
        const splice = best.mutant.splices[index]!;
        if (at >= splice.put.length / 2 && at >= splice.cut) break;
        const candidates = smallerSplices(splice, bytesAt(best.mutant, splice), at, size);
        let isSmaller = false;
        for (const candidate of candidates) {
          isSmaller = await attempt({ ...best.mutant, splices: best.mutant.splices.with(index, candidate) });
          if (isSmaller) break;
        }
        if (!isSmaller) at += size;
        if (tries >= MOST_TRIES) return best;
      }
    }
  }
  return best;
}

/** The splice without its effect on `size` bytes from `at` on: they are restored, or not inserted. */
function smallerSplices(splice: Splice, original: Uint8Array, at: number, size: number): Splice[] {
  const put = Buffer.from(splice.put, "hex");
  const candidates: Splice[] = [];
  if (put.length === splice.cut) {
    const back = Buffer.from(put);
    Buffer.from(original).copy(back, at, at, Math.min(at + size, original.length));
    if (!back.equals(put)) candidates.push(trimmed(splice, back, original));
  } else if (put.length > splice.cut && put.length - splice.cut >= size) {
    const shorter = Buffer.concat([put.subarray(0, at), put.subarray(at + size)]);
    if (shorter.length < put.length) candidates.push({ ...splice, put: shorter.toString("hex") });
  } else if (splice.cut - put.length >= size) {
    candidates.push({ ...splice, at: splice.at + size, cut: splice.cut - size });
    candidates.push({ ...splice, cut: splice.cut - size });
  }
  return candidates.filter(({ cut, put: hex }) => cut > 0 || hex !== "");
}

/** The splice without unchanged bytes at either end. */
function trimmed(splice: Splice, put: Buffer, original: Uint8Array): Splice {
  let start = 0;
  while (start < put.length && put[start] === original[start]) start++;
  let end = put.length;
  while (end > start && put[end - 1] === original[end - 1]) end--;
  return { ...splice, at: splice.at + start, cut: end - start, put: put.subarray(start, end).toString("hex") };
}
