import type { Reach, Reaches } from "./interfaces.js";

/** How what stands at an address differs from the peer's. */
export interface Difference {
  readonly kind: "function" | "event" | "error";
  readonly signature: string;
  /** Where it differs in this way, such as `app`. */
  readonly places: readonly string[];
  readonly change: "added" | "left out" | "changed";
}

/** Every function, event and error that one has and the other has not, or otherwise; by kind of change, then signature. */
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
