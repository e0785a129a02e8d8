/**
 * A moment in unix seconds as `2030-01-31 12:00:00 UTC`; one beyond the calendar as it is.
 *
 * @param seconds - Unix seconds.
 * @example
 * ```ts
 * formatMoment(1_800_000_000n); // → "2027-01-15 08:00:00 UTC"
 * formatMoment(2n ** 64n); // → "18446744073709551616 s"
 * ```
 */
export function formatMoment(seconds: bigint): string {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return `${seconds} s`;
  return `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
