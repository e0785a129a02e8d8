/** A command line whose quotes do not match. */
export class UnbalancedQuoteError extends Error {
  override readonly name = "UnbalancedQuoteError";
  readonly args: string;

  constructor(args: string, quote: string) {
    super(`The program arguments ${args} open a ${quote} that they never close: add the missing ${quote}.`);
    this.args = args;
  }
}

/**
 * Splits the `iexec_args` of a deal into arguments: at white space, except within single or double quotes.
 *
 * No shell is involved: nothing is expanded and a backslash is a backslash.
 *
 * @throws {@link UnbalancedQuoteError}
 */
export function splitArgs(args: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const character of args) {
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined) throw new UnbalancedQuoteError(args, quote);
  if (word !== undefined) words.push(word);
  return words;
}
