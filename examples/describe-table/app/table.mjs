const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "-", "."]);
const ISO_DATE = /^\d{4}-(\d{2})(-\d{2})?([ T].*)?$/;

/**
 * Reads a table: JSON (an array of objects) or text with one row a line and commas, semicolons or tabs between cells.
 *
 * @param {Buffer} file
 * @returns {{ name: string, kind: "number" | "text", values: (number | string | undefined)[] }[]} its columns
 */
export function readTable(file) {
  const text = file.toString("utf8").replace(/^\uFEFF/, "");
  const rows = /^\s*[[{]/.test(text) ? readJson(text) : readDelimited(text);
  if (rows.length === 0) throw new Error("The table has no rows.");

  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => readColumn(name, rows));
  return columns.flatMap((column) => [column, ...monthOf(column)]);
}

function readJson(text) {
  const rows = JSON.parse(text);
  const isTable = Array.isArray(rows) && rows.every((row) => row && typeof row === "object" && !Array.isArray(row));
  if (!isTable) throw new Error("The JSON file is not a table: it should be an array of objects.");
  return rows;
}

function readDelimited(text) {
  const firstLine = text.slice(0, text.search(/\r?\n|$/));
  const delimiter = [",", ";", "\t"].reduce((a, b) => (firstLine.split(b).length > firstLine.split(a).length ? b : a));
  const [header, ...lines] = splitCells(text, delimiter).filter((cells) => cells.some((cell) => cell !== ""));
  if (header === undefined || header.length < 2) {
    throw new Error("The file is not a table: its first line should name at least two columns.");
  }
  return lines.map((cells) =>
    Object.fromEntries(header.map((name, i) => [name.trim() || `column ${i + 1}`, cells[i]])),
  );
}

/** Cells as RFC 4180 quotes them: "a, b" is one cell, "" within quotes is one quote. */
function splitCells(text, delimiter) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === '"' && text[i + 1] === '"') cell += text[i++];
    else if (character === '"' && (quoted || cell === "")) quoted = !quoted;
    else if (quoted) cell += character;
    else if (character === delimiter || character === "\n") {
      rows.at(-1).push(cell);
      cell = "";
      if (character === "\n") rows.push([]);
    } else if (character !== "\r") cell += character;
  }
  rows.at(-1).push(cell);
  return rows;
}

function readColumn(name, rows) {
  const cells = rows.map((row) => {
    const value = row[name];
    if (value === null || value === undefined) return undefined;
    const text = typeof value === "object" ? JSON.stringify(value) : String(value).trim();
    return MISSING.has(text.toLowerCase()) ? undefined : text;
  });
  const present = cells.filter((cell) => cell !== undefined);
  const isNumber = present.length > 0 && present.every((cell) => Number.isFinite(Number(cell)));
  if (!isNumber) return { name, kind: "text", values: cells };
  return { name, kind: "number", values: cells.map((cell) => (cell === undefined ? undefined : Number(cell))) };
}

/** A column of dates says more through its months: they can be compared. */
function monthOf({ name, kind, values }) {
  const present = values.filter((value) => value !== undefined);
  if (kind !== "text" || present.length === 0 || !present.every((value) => ISO_DATE.test(value))) return [];
  const months = values.map((value) => (value === undefined ? undefined : ISO_DATE.exec(value)[1]));
  return [{ name: `month of ${name}`, kind: "text", values: months }];
}
