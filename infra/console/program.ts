import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { CannotLook, UsageInvalid } from './failures';
import { widthOf, type ExitCode, type Io } from './io';
import { wrapped } from './render/plain';

/**
 * What a file of `commands/` exports as `register`: adds its command (called as the file is) to the program. The
 * action may throw: `UsageInvalid` ends with 2, `CannotLook` with 3, anything else with 1.
 */
export type Register = (program: Command, io: Io) => void;

const commandsFolder = join(__dirname, 'commands');

/** The commands there are: found and not listed, one file each. */
export function commandNames(folder = commandsFolder): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => basename(name, '.ts'))
    .sort();
}

/** Runs a command line (without program and script) and returns its exit code. */
export async function runProgram(args: readonly string[], io: Omit<Io, 'exit'>): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = programOf(io);
  for (const register of await commandsFor(args)) register(program, { ...io, exit: (given) => void (code = given) });
  configureAll(program, io);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, io);
  }
}

/** The program with all its commands, to look at. */
export async function wholeProgram(io: Io): Promise<Command> {
  const program = programOf(io);
  for (const register of await commandsFor([])) register(program, io);
  return program;
}

function programOf(io: Pick<Io, 'out' | 'err'>): Command {
  return new Command('muster')
    .description('Shows and steers what Muster does: launches of instances, log audit, webhooks, health checks.')
    .helpCommand(true)
    .showHelpAfterError('(muster --help lists the commands)')
    .configureOutput({ writeOut: (text) => void io.out.write(text), writeErr: (text) => void io.err.write(text) });
}

/** Only what is asked for is loaded: a command of one system does not wait for the parts of another. */
async function commandsFor(args: readonly string[]): Promise<Register[]> {
  const names = commandNames();
  const asked = names.find((name) => name === args[0]);
  const wanted = asked === undefined ? names : [asked];
  const modules = await Promise.all(
    wanted.map(async (name) => (await import(`./commands/${name}`)) as { register: Register }),
  );
  return modules.map(({ register }) => register);
}

/** Commander describes options in no fewer columns than this; its own 40 would leave lines too long for a terminal of 60. */
const narrowestHelp = 24;

/** Commander keeps these settings for each command by itself. */
function configureAll(command: Command, io: Pick<Io, 'out' | 'err'>): void {
  command.exitOverride();
  command.configureHelp({ minWidthToWrap: narrowestHelp });
  command.configureOutput({
    writeOut: (text) => void io.out.write(text),
    writeErr: (text) => void io.err.write(text),
    // In a pipe Commander's own 80.
    getOutHelpWidth: () => (io.out.isTTY === true ? widthOf(io) : 80),
    getErrHelpWidth: () => (io.err.isTTY === true ? widthOf({ out: io.err }) : 80),
  });
  for (const one of command.commands) configureAll(one, io);
}

/** Text for a person: in a terminal no line is wider than it; in a pipe each stays one line. */
function written({ isTTY, columns }: Io['err'], text: string): string {
  if (isTTY !== true) return text;
  const lines = text.split('\n').flatMap((line) => wrapped(line, widthOf({ out: { columns } })));
  return lines.join('\n');
}

function explain(error: unknown, { err }: Pick<Io, 'err'>): ExitCode {
  // Commander has said already what is wrong; help and version are no mistakes.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageInvalid || error instanceof CannotLook) {
    err.write(`${written(err, error.message)}\n`);
    return error instanceof UsageInvalid ? 2 : 3;
  }
  err.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}
