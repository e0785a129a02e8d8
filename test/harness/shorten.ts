/**
 * Makes a failing input shorter by leaving items out, many at once and then one by one, as long as what is left fails. At
 * the end, no single item can be left out.
 *
 * @param items - Items that fail.
 * @param failing - Returns the items that fail among the given ones, or undefined if these do not fail.
 */
export async function shorten<Item>(
  items: readonly Item[],
  failing: (shorter: readonly Item[]) => Promise<readonly Item[] | undefined>,
): Promise<readonly Item[]> {
  let left = items;
  for (let size = Math.ceil(left.length / 2); size > 0;) {
    let gone = false;
    for (let from = Math.max(0, left.length - size); from >= 0; from -= size) {
      const shorter = left.toSpliced(from, size);
      const failed = shorter.length === left.length ? undefined : await failing(shorter);
      if (failed === undefined) continue;
      [left, gone] = [failed, true];
    }
    if (size === 1 && !gone) break;
    if (size > 1) size = Math.ceil(size / 2);
  }
  return left;
}
