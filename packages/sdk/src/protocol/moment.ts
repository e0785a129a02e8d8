/** A moment in unix seconds as `2030-01-31 12:00:00 UTC`; one beyond the calendar as it is. */
export function formatMoment(seconds: bigint): string {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return `${seconds} s`;
  return `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
