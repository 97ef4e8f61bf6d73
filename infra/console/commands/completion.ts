import { Argument, type Command } from 'commander';
import type { Io } from '../io';
import { commandNames } from '../program';

/** `muster completion bash|zsh`: what a shell reads to complete command lines. */
export function register(program: Command, io: Io): void {
  program
    .command('completion')
    .description('prints what a shell completes command lines by: source <(muster completion bash)')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action((shell: string) => {
      const names = commandNames().join(' ');
      const bash = [
        '_muster() {',
        '  local word="${COMP_WORDS[COMP_CWORD]}"',
        `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names} help" -- "$word"));`,
        '  else COMPREPLY=($(compgen -W "--lab --json --profile --region --stack --help" -- "$word") $(compgen -f -- "$word")); fi',
        '}',
        'complete -F _muster muster',
      ];
      const script = shell === 'bash' ? bash : ['autoload -U +X bashcompinit && bashcompinit', ...bash];
      io.out.write(`${script.join('\n')}\n`);
    });
}
