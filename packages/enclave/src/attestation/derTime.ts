import { peekTag, readValue, refuse, TAG, type DerReader } from "./der.js";

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Reads the next value as a time in UTC with seconds, with two digits for years up to 2049 and four from 2050 on, as
 * RFC 5280 requires.
 */
export function readTime(reader: DerReader): Date {
  const isUtcTime = peekTag(reader) === TAG.UTC_TIME;
  const text = Buffer.from(readValue(reader, isUtcTime ? TAG.UTC_TIME : TAG.GENERALIZED_TIME)).toString("latin1");
  const digits = (isUtcTime ? UTC_TIME : GENERALIZED_TIME).exec(text)?.slice(1).map(Number);
  const [year, month, day, hour, minute, second] = (digits ?? refuse(reader, "a moment is not written as one")) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!isUtcTime && year < 2050) refuse(reader, "a year before 2050 is written with four digits");
  const fullYear = isUtcTime ? (year < 50 ? 2000 + year : 1900 + year) : year;
  const moment = new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second));
  // JavaScript turns February 31 into another day.
  const isReal = moment.toISOString().replaceAll(/\D/g, "").slice(0, 14).endsWith(text.slice(0, -1));
  return isReal ? moment : refuse(reader, "there is no such moment");
}
