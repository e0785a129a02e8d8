import {
  complete,
  correlation,
  countTexts,
  deviation,
  groupBy,
  mean,
  quantile,
  rankCorrelation,
  round,
  varianceExplained,
} from "./statistics.mjs";

/** @typedef {import("./statistics.mjs").Column} Column */

const MOST = 10;
const WEAK = 0.3;
const MAX_GROUPS = 40;

/** The parts of the work: task i of a deal does part i. Each says one thing in words, and the numbers behind it. */
export const ANALYSES = { overview, correlations, groups, extremes };

/** @param {Column[]} columns */
function overview(columns) {
  const [{ values }] = columns;
  const described = columns.map(describe);
  const holes = described.reduce((sum, { missing }) => sum + missing, 0);
  const numeric = columns.filter(({ kind }) => kind === "number").length;
  const headline =
    `${values.length} rows, ${columns.length} columns (${numeric} of numbers), ` +
    (holes === 0 ? "no value missing." : `${holes} values missing.`);
  return { headline, columns: described };
}

/** @param {Column[]} columns */
function correlations(columns) {
  const pairs = pairsOf(columns.filter(({ kind }) => kind === "number")).flatMap(([a, b]) => {
    const [xs, ys] = complete(a, b);
    const r = xs.length < 3 ? undefined : correlation(xs, ys);
    if (r === undefined) return [];
    return [
      { columns: [a.name, b.name], rows: xs.length, pearson: round(r), spearman: round(rankCorrelation(xs, ys)) },
    ];
  });
  const strongest = pairs.toSorted((p, q) => strength(q) - strength(p)).slice(0, MOST);
  if (strongest.length === 0) return { headline: "No two columns of numbers vary together.", strongest };

  const [{ columns: names, rows, pearson, spearman }] = strongest;
  const figures = `r = ${pearson.toFixed(2)}, rho = ${spearman.toFixed(2)} over ${rows} rows`;
  if (strength(strongest[0]) < WEAK) {
    return {
      headline: `No two columns of numbers move together: at most ${names.join(" and ")}, ${figures}.`,
      strongest,
    };
  }
  const direction = (Math.abs(pearson) >= Math.abs(spearman) ? pearson : spearman) > 0 ? "rises" : "falls";
  const headline = `${names[1]} ${direction} with ${names[0]} more clearly than any other pair: ${figures}.`;
  return { headline, strongest };
}

/** @param {Column[]} columns */
function groups(columns) {
  const numbers = columns.filter(({ kind }) => kind === "number");
  const groupings = columns.filter((column) => {
    const size = new Set(complete(column)[0]).size;
    return column.kind === "text" && size > 1 && size <= MAX_GROUPS && size * 2 <= column.values.length;
  });
  const splits = groupings.flatMap((grouping) => numbers.flatMap((number) => splitBy(number, grouping)));
  const clearest = splits.toSorted((a, b) => b.varianceExplained - a.varianceExplained).slice(0, MOST);
  if (clearest.length === 0) return { headline: "No column sorts the rows into groups to compare.", clearest };

  const [{ value, by, varianceExplained: share, means }] = clearest;
  const [top, bottom] = [means[0], means.at(-1)];
  const headline =
    `${by} tells most about ${value} (${Math.round(share * 100)} % of its variance): ` +
    `on average ${top.mean} for ${top.group}, ${bottom.mean} for ${bottom.group}.`;
  return { headline, clearest };
}

/** @param {Column[]} columns */
function extremes(columns) {
  const label = columns.find(({ kind, values }) => kind === "text" && new Set(values).size > values.length * 0.9);
  const nameOf = (row) => (label === undefined ? `row ${row + 1}` : `${label.values[row]}`);
  const numbers = columns.filter(({ kind }) => kind === "number");
  const found = numbers.flatMap(({ name, values }) => {
    const present = values.filter((value) => value !== undefined);
    const [center, spread] = [mean(present), deviation(present)];
    if (spread === 0) return [];
    return values.flatMap((value, row) =>
      value === undefined
        ? []
        : [{ row: row + 1, label: nameOf(row), column: name, value, deviations: round((value - center) / spread) }],
    );
  });
  const furthest = found.toSorted((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations)).slice(0, MOST);
  if (furthest.length === 0) return { headline: "No column of numbers varies.", furthest };

  const [{ label: who, column, value, deviations }] = furthest;
  const side = deviations > 0 ? "above" : "below";
  const distance = Math.abs(deviations).toFixed(1);
  return { headline: `${who} stands out: ${column} is ${value}, ${distance} deviations ${side} the mean.`, furthest };
}

function describe({ name, kind, values }) {
  const present = values.filter((value) => value !== undefined);
  const missing = values.length - present.length;
  if (kind === "text") {
    const counts = countTexts(present);
    const mostFrequent = counts.slice(0, 5).map(([text, count]) => ({ text, count }));
    return { name, kind, missing, distinct: counts.length, mostFrequent };
  }
  const [min, lowerQuartile, median, upperQuartile, max] = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    round(quantile(present, share)),
  );
  const spread = { mean: round(mean(present)), deviation: round(deviation(present)) };
  return { name, kind, missing, ...spread, min, lowerQuartile, median, upperQuartile, max };
}

function splitBy(number, grouping) {
  const [values, labels] = complete(number, grouping);
  const share = values.length < 3 ? undefined : varianceExplained(values, labels);
  if (share === undefined) return [];
  const means = [...groupBy(values, labels)]
    .map(([group, members]) => ({ group, rows: members.length, mean: round(mean(members)) }))
    .toSorted((a, b) => b.mean - a.mean || (a.group < b.group ? -1 : 1));
  return [{ value: number.name, by: grouping.name, rows: values.length, varianceExplained: round(share), means }];
}

function pairsOf(items) {
  return items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b]));
}

function strength({ pearson, spearman }) {
  return Math.max(Math.abs(pearson), Math.abs(spearman));
}
