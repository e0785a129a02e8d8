/** @typedef {{ name: string, kind: "number" | "text", values: (number | string | undefined)[] }} Column */

/** Six significant digits: enough to read, and the same on every machine. */
export function round(value) {
  return Number(value.toPrecision(6));
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation; 0 for a single value. */
export function deviation(values) {
  if (values.length < 2) return 0;
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}

/** The value below which a share of the values lies, interpolated between neighbors. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/** How often each text occurs, most frequent first. */
export function countTexts(texts) {
  const counts = new Map();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Pearson's r: how closely two columns follow a straight line. Undefined when one does not vary. */
export function correlation(xs, ys) {
  const [x0, y0] = [mean(xs), mean(ys)];
  let [xx, yy, xy] = [0, 0, 0];
  xs.forEach((x, i) => {
    xx += (x - x0) ** 2;
    yy += (ys[i] - y0) ** 2;
    xy += (x - x0) * (ys[i] - y0);
  });
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}

/** Spearman's rho: how closely two columns rise together, on a line or not. */
export function rankCorrelation(xs, ys) {
  return correlation(ranks(xs), ranks(ys));
}

/** Eta squared: the share of the variance of `values` that belonging to a group explains. */
export function varianceExplained(values, groups) {
  const center = mean(values);
  const total = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const between = [...groupBy(values, groups).values()].reduce(
    (sum, members) => sum + members.length * (mean(members) - center) ** 2,
    0,
  );
  return total === 0 ? undefined : between / total;
}

/** The values of each group. */
export function groupBy(values, groups) {
  const byGroup = new Map();
  values.forEach((value, i) => {
    const members = byGroup.get(groups[i]);
    if (members === undefined) byGroup.set(groups[i], [value]);
    else members.push(value);
  });
  return byGroup;
}

/**
 * The rows in which all of the columns have a value, column by column.
 *
 * @param {...Column} columns
 */
export function complete(...columns) {
  const rows = columns[0].values.map((_, i) => i).filter((i) => columns.every(({ values }) => values[i] !== undefined));
  return columns.map(({ values }) => rows.map((i) => values[i]));
}

function ranks(values) {
  const order = values.map((_, i) => i).toSorted((a, b) => values[a] - values[b]);
  const result = [];
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && values[order[end]] === values[order[i]]) end++;
    for (let k = i; k < end; k++) result[order[k]] = (i + end - 1) / 2 + 1;
    i = end;
  }
  return result;
}
