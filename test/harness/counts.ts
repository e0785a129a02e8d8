/** Counts of each kind of outcome, by the name of a function or of a family of mutants. */
export class Counts<Outcome extends string> {
  readonly #outcomes: readonly Outcome[];
  readonly #rows = new Map<string, Record<Outcome, number>>();

  /** @param outcomes - The columns, in the order of the table. */
  constructor(outcomes: readonly Outcome[]) {
    this.#outcomes = outcomes;
  }

  /** Counts outcomes of one name. */
  add(name: string, ...outcomes: readonly Outcome[]): void {
    const row = this.#rows.get(name) ?? this.#emptyRow();
    this.#rows.set(name, row);
    for (const outcome of outcomes) row[outcome]++;
  }

  has(name: string): boolean {
    return this.#rows.has(name);
  }

  /** The sum of all rows. */
  total(): Record<Outcome, number> {
    const total = this.#emptyRow();
    for (const row of this.#rows.values()) for (const outcome of this.#outcomes) total[outcome] += row[outcome];
    return total;
  }

  /** The rows by name, which `JSON.stringify` takes. */
  toJSON(): Readonly<Record<string, Record<Outcome, number>>> {
    return Object.fromEntries(this.#rows);
  }

  /** A table in lines: a header, the rows by name, and their total. */
  describe(title: string): string[] {
    const rows = [...this.#rows].toSorted(([a], [b]) => a.localeCompare(b));
    return [
      lineOf(title, this.#outcomes),
      ...[...rows, ["all", this.total()] as const].map(([name, row]) =>
        lineOf(
          name,
          this.#outcomes.map((outcome) => row[outcome]),
        ),
      ),
    ];
  }

  #emptyRow(): Record<Outcome, number> {
    return Object.fromEntries(this.#outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  }
}

function lineOf(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(46) + cells.map((cell) => String(cell).padStart(9)).join("");
}
