/** More different words than that are no classes. */
const MOST_CLASSES = 20;

/**
 * Reads a JSON file with an array of objects.
 *
 * @param {Buffer} file
 * @returns {Record<string, unknown>[]}
 */
export function readRows(file) {
  let rows;
  try {
    rows = JSON.parse(file.toString("utf8"));
  } catch {
    throw new Error("The protected file is not JSON: protect an array of objects, one a row.");
  }
  const isTable = Array.isArray(rows) && rows.every((row) => row && typeof row === "object" && !Array.isArray(row));
  if (!isTable) throw new Error("The protected JSON is not a table: it should be an array of objects.");
  return rows;
}

/**
 * The column to predict, and the columns to predict it from: all that hold numbers. Rows where either is missing are dropped.
 *
 * @param {Record<string, unknown>[]} rows
 * @param {string | undefined} chosen the column to predict
 * @returns {{ target: string, features: string[], samples: { values: number[], label: string }[], dropped: number }}
 */
export function splitColumns(rows, chosen) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const classesOf = (name) => new Set(rows.map((row) => row[name]).filter((value) => typeof value === "string"));
  const words = names.filter((name) => {
    const { size } = classesOf(name);
    return size >= 2 && size <= MOST_CLASSES;
  });
  const target = chosen ?? words[0];
  if (target === undefined || !words.includes(target)) {
    const choice = words.length === 0 ? "there is none in this data" : `take ${words.join(" or ")}`;
    throw new Error(`A prediction needs a column of 2 to ${MOST_CLASSES} different words: ${choice}.`);
  }
  const features = names.filter((name) => rows.some((row) => typeof row[name] === "number"));
  if (features.length === 0) throw new Error("There has to be a column of numbers to predict from.");

  const samples = rows
    .filter((row) => typeof row[target] === "string" && features.every((name) => Number.isFinite(row[name])))
    .map((row) => ({ values: features.map((name) => row[name]), label: row[target] }));
  return { target, features, samples, dropped: rows.length - samples.length };
}
