import type { Reach, Reaches } from "./interfaces.js";

/** A difference between the contracts of an address here and at the peer. */
export interface Difference {
  readonly kind: "function" | "event" | "error";
  readonly signature: string;
  /** The kinds of addresses with this difference, such as `app`. */
  readonly places: readonly string[];
  readonly change: "added" | "left out" | "changed";
}

/** Lists the functions, events and errors that only one side has, or that differ, by kind of change, then signature. */
export function differencesBetween(peer: Reaches, ours: Reaches): Difference[] {
  const found = new Map<string, Difference>();
  for (const [place, theirs] of Object.entries(peer)) {
    for (const one of differencesOf(theirs, ours[place]!)) {
      const key = `${one.change} ${one.kind} ${one.signature}`;
      found.set(key, { ...one, places: [...(found.get(key)?.places ?? []), place] });
    }
  }
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, difference]) => difference);
}

function differencesOf(theirs: Reach, ours: Reach): Omit<Difference, "places">[] {
  return (["function", "event", "error"] as const).flatMap((kind) => {
    const [before, after] = [theirs[`${kind}s`], ours[`${kind}s`]];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((signature) => {
      if (before[signature] === after[signature]) return [];
      const change =
        before[signature] === undefined ? "added" : after[signature] === undefined ? "left out" : "changed";
      return [{ kind, signature, change }];
    });
  });
}
