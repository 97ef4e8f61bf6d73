import { CommanderError, type Command, type OptionValues } from 'commander';

/**
 * The options of a command line that is no command of `muster`: the lab's, the simulation's.
 *
 * @param refuse makes the error that is thrown for a mistake, of its text: what is wrong, and the nearest option.
 */
export function readOptions(command: Command, args: readonly string[], refuse: (text: string) => Error): OptionValues {
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  command.exitOverride().helpOption(false).configureOutput(silent);
  try {
    return command.parse([...args], { from: 'user' }).opts();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // What stands behind `=` may be a password.
    const text = error.message
      .replace(/^error: /, '')
      .replace(/'(--[^'=]+)=[^]*?'/, "'$1'")
      .replace(/\.?\n\((.*)\)$/, ': $1');
    throw command.args.length > 0 && error.code === 'commander.excessArguments'
      ? refuse(`options begin with --, got ${command.args.join(' ')}`)
      : refuse(text);
  }
}
