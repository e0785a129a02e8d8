/**
 * Runs commands side by side, prints the output of each as a whole with its name, and fails if one fails; the others are
 * then killed. A command is `NAME=COMMAND`, or `npm:SCRIPT`.
 *
 * The command `concurrently` exits before a pipe has taken all of its output, so that the end of a log, where failures
 * are told, was lost in continuous integration. This process ends when everything is written.
 */
import { concurrently } from "concurrently";

const commands = process.argv.slice(2).map((argument) => {
  const [, name, command] = /^(\w+)=(.+)$/s.exec(argument) ?? [];
  return command === undefined ? argument : { name: name!, command };
});

const { result } = concurrently(commands, { group: true, killOthersOn: ["failure"], timings: true });
await result.catch(() => {
  process.exitCode = 1;
});
