/** The rules that hold under every fault. */
export type Law = "every task ends" | "nothing twice" | "secrets" | "orders" | "logs" | "services";

/** A violated rule, with details. */
export interface Violation {
  readonly law: Law;
  readonly what: string;
}
