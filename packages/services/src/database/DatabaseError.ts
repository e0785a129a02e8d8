/** A database that cannot be opened or does not hold what it should. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}
