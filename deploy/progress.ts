import {
  ExecutionEventResultType,
  ExecutionEventType,
  type ExecutionEventListener,
} from "@nomicfoundation/ignition-core";

type EventName = keyof ExecutionEventListener;

/** Tells in plain words what Ignition is doing. */
export function progress(
  log: (line: string) => void,
  onSent: (step: string, hash: string) => void,
): ExecutionEventListener {
  return {
    ...silence(Object.values(ExecutionEventType).map(camelCase) as EventName[]),
    deploymentStart: async ({ moduleName }) => log(`${moduleName}:`),
    transactionSend: async ({ futureId, hash }) => {
      onSent(futureId, hash);
      log(`  ${nameOf(futureId)} was sent as ${hash}.`);
    },
    deploymentExecutionStateComplete: async ({ futureId, result }) => {
      if (result.type === ExecutionEventResultType.SUCCESS) log(`  ${nameOf(futureId)} is at ${result.result}.`);
    },
    callExecutionStateComplete: async ({ futureId, result }) => {
      if (result.type === ExecutionEventResultType.SUCCESS) log(`  ${nameOf(futureId)} is done.`);
    },
  };
}

/** What a step is about: "Registries#AppRegistry.setBaseURI" is AppRegistry.setBaseURI. */
export function nameOf(futureId: string): string {
  return futureId.replace(/^.*#/, "").replace(/^.*~/, "");
}

/** Ignition demands a listener for every event. */
function silence<Name extends string>(names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, () => Promise.resolve()])) as Record<Name, () => Promise<void>>;
}

/** DEPLOYMENT_START is deploymentStart. */
function camelCase(type: string): string {
  return type.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
