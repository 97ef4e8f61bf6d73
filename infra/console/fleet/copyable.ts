import { quotedIfOdd } from '../../../functions/shared/notify/message-text';
import type { FleetOptions } from '../open-world';
import type { Invocation } from '../invocation';

const about = 'ls|show|log|history|retry|abandon|hold|resume|adopt|doctor|wait|console';
const ofMuster = new RegExp(`(?<![\\w./-])muster (${about})(?![\\w-])`, 'g');
// With an option of its own: one that is only named (`aws sso login`) is completed where it is said.
const ofAws = /(?<![\w./-])aws ([a-z0-9-]+) ([a-z0-9-]+) (?=--)/g;

type Environment = Readonly<Record<string, string | undefined>>;

/** The name of the deployment if no option gives it. */
export function usualStack(env: Environment): string {
  return env.MUSTER_STACK ?? 'muster';
}

/** The options that the next command must repeat: not those that come from the environment. */
export function invocationOf({ lab, profile, region, stack }: FleetOptions, env: Environment): Invocation {
  return {
    // npm says so to what it runs: `npx`, and `npm start` for the lab's page.
    program: /^(exec|start|run|run-script)$/.test(env.npm_command ?? '') ? 'npx muster' : 'muster',
    options: {
      ...(lab === true && { lab }),
      ...(profile !== undefined && { profile }),
      ...(region !== undefined && { region }),
      ...(stack !== usualStack(env) && { stack }),
    },
  };
}

/**
 * A text of ours with the commands in it as this person can copy them: called in the same way, and with the options by
 * which they reach the same deployment.
 */
export function copyable(text: string, called: Invocation | undefined): string {
  if (called === undefined) return text;
  const { lab, profile, region, stack } = called.options;
  const toAws = option('profile', profile) + option('region', region);
  const toMuster = (lab === true ? ' --lab' : '') + toAws + option('stack', stack);
  return text
    .replace(ofMuster, (_, command: string) => `${called.program} ${command}${toMuster}`)
    .replace(ofAws, (_, service: string, operation: string) => `aws ${service} ${operation}${toAws} `);
}

function option(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` --${name} ${quotedIfOdd(value)}`;
}
