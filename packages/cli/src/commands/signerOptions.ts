import { Option } from "@commander-js/extra-typings";

/** The end of the help of commands that sign: what the environment says about the account. */
export const SIGNER_HELP = `
Environment:
  POCO_KEY       the private key of the account, instead of a keystore
  POCO_PASSWORD  the password of the keystore`;

/** The option for an account of a development network, of which one acts by default. */
export function accountOption(role: string) {
  return new Option("--account <ROLE>", `an account of a development network, by its role (default there: ${role})`);
}

/** The option for a keystore. */
export function walletOption() {
  return new Option("--wallet <NAME>", "the keystore of the account: its file, or its address");
}
