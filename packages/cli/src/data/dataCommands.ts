import { readFile } from "node:fs/promises";

import {
  grantAccess,
  grantedAccess,
  revokeAccess,
  type AccessTerms,
} from "@poco-marketplace/sdk/client/grantAccess.js";
import { protectData } from "@poco-marketplace/sdk/client/protectData.js";
import { BULK_VOLUME } from "@poco-marketplace/sdk/protocol/bulk.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import { formatRlc, parseRlc } from "@poco-marketplace/sdk/protocol/format.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { withClients } from "../account/withClients.js";
import { CommandError, UsageError, wholeNumber, type CommandContext, type CommandOutcome } from "../commandLine.js";
import type { GrantValues, ListValues, ProtectValues, RevokeValues } from "../commands/data.js";
import { readCommandLine } from "../readCommandLine.js";
import { readDataValues } from "./dataValues.js";

/** The account that acts on a development network. */
const ROLE = "data provider";

/**
 * Protects a file, or values from options.
 *
 * @throws {@link UsageError}; the errors of `protectData`
 */
export async function runProtectCommand(
  file: string | undefined,
  values: ProtectValues,
  context: CommandContext,
): Promise<CommandOutcome> {
  const data = file === undefined ? await readDataValues(values, context.isTerminal) : await readBytes(file);
  const name = values.name ?? file?.split(/[\\/]/).at(-1) ?? "data";
  return withClients(values, ROLE, context, async ({ clients }) => {
    const made = await context.progress.during("protecting the data", protectData(clients, { name, data }));
    const { dataset, owner, schema } = made;
    return finished(values, { dataset, owner, name, schema, cid: made.cid, checksum: made.checksum }, [
      `The data are protected as ${dataset}. Nobody can read them until you let an app:`,
      "",
      `  poco data grant ${dataset} --app 0x…`,
    ]);
  });
}

async function readBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${cause.code}): give the path of a file, or options for values.`, {
      cause,
    });
  });
}

/**
 * Lets an app read a dataset.
 *
 * @throws {@link UsageError}; the errors of `grantAccess`
 */
export async function runGrantCommand(
  dataset: string,
  values: GrantValues,
  context: CommandContext,
): Promise<CommandOutcome> {
  const isBulk = values.bulk === true;
  if (isBulk && (values.price !== undefined || values.volume !== undefined)) {
    throw new UsageError("--bulk does not go with --price and --volume: use in bulk is free, and not counted.");
  }
  const terms: AccessTerms = readCommandLine(() => ({
    dataset: readAddress("DATASET", dataset),
    app: readAddress("--app", values.app),
    ...(values.requester !== undefined && { requester: readAddress("--requester", values.requester) }),
    price: parseRlc(values.price ?? "0"),
    volume: isBulk ? BULK_VOLUME : BigInt(wholeNumber("--volume", values.volume ?? "1", 1)),
  }));
  return withClients(values, ROLE, context, async ({ clients }) => {
    const { hash } = await context.progress.during("publishing the order", grantAccess(clients, terms));
    const { app, requester = "anybody", price } = terms;
    const uses = isBulk ? "in bulk" : `${terms.volume} times at ${formatRlc(price as bigint)} RLC`;
    const json = { order: hash, dataset: terms.dataset, app, requester, price: `${price}`, volume: `${terms.volume}` };
    return finished(values, json, [`App ${app} may read ${terms.dataset} for ${requester}, ${uses}.`]);
  });
}

/**
 * Lists the account's data, or who may use one of them.
 *
 * @throws {@link UsageError}; `ServiceError`
 */
export async function runListCommand(
  dataset: string | undefined,
  values: ListValues,
  context: CommandContext,
): Promise<CommandOutcome> {
  const wanted = dataset === undefined ? undefined : readCommandLine(() => readAddress("DATASET", dataset));
  return withClients(values, ROLE, context, async ({ clients, signer }) => {
    if (wanted === undefined) {
      const mine = await clients.subgraph.protectedDataOf(signer.address as Address);
      const lines = mine.map((each) => `${each.dataset}  ${each.name}  (${each.schema.join(", ")})`);
      return finished(values, { data: mine }, mine.length === 0 ? [`${signer.address} has no protected data.`] : lines);
    }
    const grants = await grantedAccess(clients, { dataset: wanted });
    const json = grants.map(({ hash, order, remaining }) => ({
      order: hash,
      app: order.apprestrict,
      requester: order.requesterrestrict,
      price: `${order.datasetprice}`,
      remaining: `${remaining}`,
    }));
    const lines = json.map(
      ({ app, requester, price, remaining }) =>
        `App ${app}, requester ${requester}, ${formatRlc(BigInt(price))} RLC, ${remaining} uses left`,
    );
    return finished(values, { grants: json }, lines.length === 0 ? ["Nobody may use these data."] : lines);
  });
}

/**
 * Ends all accesses to a dataset, or those of an app or requester.
 *
 * @throws {@link UsageError}; {@link CommandError} where there is none; `PocoRevertError`
 */
export async function runRevokeCommand(
  dataset: string,
  values: RevokeValues,
  context: CommandContext,
): Promise<CommandOutcome> {
  const wanted = readCommandLine(() => ({
    dataset: readAddress("DATASET", dataset),
    app: values.app === undefined ? undefined : readAddress("--app", values.app),
    requester: values.requester === undefined ? undefined : readAddress("--requester", values.requester),
  }));
  return withClients(values, ROLE, context, async ({ clients }) => {
    const all = await grantedAccess(clients, { dataset: wanted.dataset });
    const chosen = all.filter(
      ({ order }) => isSame(wanted.app, order.apprestrict) && isSame(wanted.requester, order.requesterrestrict),
    );
    if (chosen.length === 0)
      throw new CommandError("There is no such access: poco data list shows those that there are.");
    const revoked = [];
    for (const grant of chosen) {
      await context.progress.during("closing the order", revokeAccess(clients, grant));
      revoked.push(grant.hash);
    }
    return finished(values, { revoked }, [
      `Closed ${revoked.length} order${revoked.length === 1 ? "" : "s"}. Deals that were made stay valid.`,
    ]);
  });
}

function isSame(wanted: Address | undefined, found: string): boolean {
  return wanted === undefined || wanted.toLowerCase() === found.toLowerCase();
}

function finished(
  { json }: { readonly json?: true | undefined },
  object: object,
  lines: readonly string[],
): CommandOutcome {
  return { code: 0, stdout: json === true ? JSON.stringify(object, null, 2) : lines.join("\n"), stderr: "" };
}
