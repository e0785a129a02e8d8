/** A logger of messages with their values, as pino's is; a Fastify server's `log` will do. No secret is ever logged. */
export interface Log {
  info(values: object, message: string): void;
  warn(values: object, message: string): void;
  /** Logs what costs money, or will unless somebody acts: the message is a sentence. */
  error(values: object, message: string): void;
}

/** Where log lines go, each a JSON object. */
export interface LogStream {
  write(line: string): void;
}

/** A log that drops everything. */
export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The numbers that pino gives these levels. */
const LEVELS = { info: 30, warn: 40, error: 50 } as const;

/** A log of JSON lines like pino's, for what is no Fastify server. */
export function openLog(stream: LogStream): Log {
  const write = (level: keyof typeof LEVELS) => (values: object, message: string) => {
    const line = { level: LEVELS[level], time: Date.now(), ...values, msg: message };
    stream.write(`${JSON.stringify(line, withErrors)}\n`);
  };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

/** JSON alone leaves errors empty. */
function withErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { type: value.name, message: value.message } : value;
}
