/** What must hold whatever goes wrong. */
export type Law = "every task ends" | "nothing twice" | "secrets" | "orders" | "logs" | "services";

/** A law that was broken, and how. */
export interface Violation {
  readonly law: Law;
  readonly what: string;
}
