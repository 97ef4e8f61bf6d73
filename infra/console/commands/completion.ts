import { Argument, type Command, type Option } from 'commander';
import type { Io } from '../io';
import { wholeProgram } from '../program';
import { labOptions } from '../../lab/cli/options';

/** What may follow a command's name: the names of its own commands, its options, and the values of its arguments. */
interface Place {
  /** `audit inspect`; empty: the program itself. */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly Command[];
  readonly options: readonly Option[];
  readonly values: readonly string[];
}

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** `muster completion bash|zsh|fish`: what a shell reads to complete command lines. */
export function register(program: Command, io: Io): void {
  program
    .command('completion')
    .description('prints the completion script for a shell: source <(muster completion bash)')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', '\nfish: muster completion fish | source')
    .action(async (shell: Shell) => {
      const places = placesIn(await wholeProgram(io), '');
      const lines = shell === 'fish' ? fish(places) : bash(places, shell === 'zsh');
      io.out.write(`${lines.join('\n')}\n`);
    });
}

function placesIn(command: Command, path: string): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const place = {
    path,
    description: command.description(),
    commands,
    // The lab reads its own: `muster lab` passes them on.
    options: path === 'lab' ? labOptions() : help.visibleOptions(command),
    values: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  };
  const below = commands.filter((one) => one.name() !== 'help');
  return [place, ...below.flatMap((one) => placesIn(one, `${path} ${one.name()}`.trim()))];
}

const long = ({ long: flag, short }: Option) => flag ?? short ?? '';
const namesOf = (commands: readonly Command[]) => commands.map((one) => one.name());

/** zsh reads the same by its own emulation. Where no word fits, the shell offers files. */
function bash(places: readonly Place[], isZsh: boolean): string[] {
  const known = places.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const chosen = places.flatMap(({ path, options }) =>
    options.flatMap((option) =>
      (option.argChoices ?? []).length === 0
        ? []
        : [`    "${`${path} ${long(option)}`.trim()}") words="${(option.argChoices ?? []).join(' ')}" ;;`],
    ),
  );
  return [
    ...(isZsh ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_muster() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" path="" next words="" at',
    '  for ((at = 1; at < COMP_CWORD; at++)); do',
    '    next="${path:+$path }${COMP_WORDS[at]}"',
    `    case "$next" in ${known.join('|')}) path="$next" ;; esac`,
    '  done',
    '  case "$path" in',
    ...places.map(({ path, commands, options, values }) => {
      const words = [...namesOf(commands), ...values, ...options.map(long)];
      return `    "${path}") words="${words.join(' ')}" ;;`;
    }),
    '  esac',
    ...(chosen.length === 0 ? [] : ['  case "${path:+$path }$before" in', ...chosen, '  esac']),
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    '}',
    'complete -o default -F _muster muster',
  ];
}

function fish(places: readonly Place[]): string[] {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  return places.flatMap(({ path, commands, options, values }) => {
    const below = namesOf(commands);
    const words = path.split(' ').filter((word) => word !== '');
    // Nothing but options stands before a command's name.
    const here =
      path === ''
        ? ['__fish_use_subcommand']
        : [
            ...words.map((word) => `__fish_seen_subcommand_from ${word}`),
            ...(below.length === 0 ? [] : [`not __fish_seen_subcommand_from ${below.join(' ')}`]),
          ];
    const where = ` -n ${quoted(here.join('; and '))}`;
    return [
      ...commands.map((one) => `complete -c muster${where} -a ${one.name()} -d ${quoted(one.description())}`),
      ...(values.length === 0 ? [] : [`complete -c muster${where} -a ${quoted(values.join(' '))}`]),
      ...options.map((option) => {
        const short = option.short === undefined || option.long === undefined ? '' : ` -s ${option.short.slice(1)}`;
        const takes = option.required || option.optional ? ' -r' : '';
        const choices = option.argChoices === undefined ? '' : ` -a ${quoted(option.argChoices.join(' '))}`;
        const flag = long(option).replace(/^--?/, '');
        return `complete -c muster${where}${short} -l ${flag}${takes}${choices} -d ${quoted(option.description)}`;
      }),
    ];
  });
}
