import { Command, type Option } from 'commander';
import { NamedError } from '../../../functions/shared/named-error';
import { urlIn } from '../../../functions/shared/names-and-urls';
import { readOptions } from '../../terminal/read-options';

export interface LabArguments {
  readonly help: boolean;
  readonly instances: number;
  /** Seconds of lab time for each second of wall time. */
  readonly speed: number;
  readonly seed: string;
  readonly event?: string;
  readonly keep: boolean;
  /** Whether the lab continues, for `muster --lab` and the page. */
  readonly stay: boolean;
  readonly jenkins?: { readonly url: string; readonly provision: string; readonly deploy: string };
}

export const helpText = `Muster's lab: a region with a group of web servers, a load balancer, a private zone and a Jenkins,
on this machine, without an AWS account. The group scales out, and Muster brings each instance into service.

  npm start                     three instances at once
  npm start -- [options]

  --instances N     how many instances are launched at once: 1 to 200 (default 3)
  --speed X         seconds of lab time for each second of yours, or "max" for as fast as it goes
                    (default 20; with --jenkins 1, since a real Jenkins does not hurry)
  --seed S          any text; the same seed gives the same run (default 1), except
                    with --jenkins, where each run starts new builds
  --event FILE      instead of scaling out, feeds Muster one message from a JSON file as AWS sends it: a lifecycle
                    event from EventBridge, or a classic Auto Scaling notification, with or without its SNS envelope
  --jenkins URL     a real Jenkins in place of the stand-in. Its user and API token are taken from the environment:
                    JENKINS_USER and JENKINS_TOKEN. The jobs must take the string parameters NAME, INSTANCE, ADDRESS
                    and MUSTER_BUILD
  --provision JOB   with --jenkins: full name of the provision job (default platform/provision)
  --deploy JOB      with --jenkins: full name of the deploy job (default platform/deploy)
  --stay            keeps running until Ctrl-C, so that "npx muster ls --lab" and others can look and act
  --keep            leaves the stand-in Jenkins up at the end, so that the links in the table can be opened
  --help            this text

Exit codes: 0 everything went as it should; 1 something did not; 2 the command line is wrong.
`;

/** Thrown for a command line with mistakes, all of them together. */
export class ArgumentsInvalid extends NamedError<'ArgumentsInvalid'> {
  constructor(mistakes: readonly string[]) {
    super('ArgumentsInvalid', mistakes.join('\n'), { fault: 'operator' });
  }
}

/**
 * What a run's ids are drawn from. A real Jenkins keeps the builds of earlier runs, and the same ids would adopt them
 * instead of building: every run against one has ids of its own, also of the same seed.
 */
export function seedOfRun({ seed, jenkins }: Pick<LabArguments, 'seed' | 'jenkins'>, startedAtMs: number): string {
  return jenkins === undefined ? seed : `${seed}/${startedAtMs}`;
}

/** @throws ArgumentsInvalid */
export function parseArguments(args: readonly string[]): LabArguments {
  const values = parse(args);
  const mistakes: string[] = [];
  const instances = Number(values.instances ?? '3');
  if (!Number.isInteger(instances) || instances < 1 || instances > 200) {
    mistakes.push(`--instances takes a whole number from 1 to 200, got ${values.instances ?? ''}`);
  }
  const speed = speedOf(values.speed, values.jenkins !== undefined);
  if (!(speed > 0)) mistakes.push(`--speed takes a number above 0, or max, got ${values.speed ?? ''}`);
  if (values.jenkins !== undefined && !isWebUrl(values.jenkins)) {
    mistakes.push(
      `--jenkins takes an http or https URL without credentials in it, got ${hideCredentials(values.jenkins)}`,
    );
  }
  for (const name of ['provision', 'deploy'] as const) {
    if (values[name] !== undefined && values.jenkins === undefined) mistakes.push(`--${name} goes with --jenkins`);
  }
  if (values.stay === true && speed === Number.POSITIVE_INFINITY)
    mistakes.push('--stay needs a speed that a person can follow: it does not go with --speed max');
  if (values.stay === true && values.event !== undefined) mistakes.push('--stay does not go with --event');
  if (mistakes.length > 0) throw new ArgumentsInvalid(mistakes);
  return {
    help: values.help ?? false,
    instances,
    speed,
    seed: values.seed ?? '1',
    keep: values.keep ?? false,
    stay: values.stay ?? false,
    ...(values.event === undefined ? {} : { event: values.event }),
    ...(values.jenkins === undefined
      ? {}
      : {
          jenkins: {
            url: values.jenkins,
            provision: values.provision ?? 'platform/provision',
            deploy: values.deploy ?? 'platform/deploy',
          },
        }),
  };
}

interface RawOptions {
  readonly instances?: string;
  readonly speed?: string;
  readonly seed?: string;
  readonly event?: string;
  readonly jenkins?: string;
  readonly provision?: string;
  readonly deploy?: string;
  readonly keep?: boolean;
  readonly stay?: boolean;
  readonly help?: boolean;
}

function parse(args: readonly string[]): RawOptions {
  return readOptions(labCommand(), args, (text) => new ArgumentsInvalid([text]));
}

/** The options that there are, for a shell to complete. */
export function labOptions(): readonly Option[] {
  return labCommand().options;
}

function labCommand(): Command {
  return new Command('npm start --')
    .option('--instances <number>')
    .option('--speed <factor>')
    .option('--seed <text>')
    .option('--event <file>')
    .option('--jenkins <url>')
    .option('--provision <job>')
    .option('--deploy <job>')
    .option('--keep')
    .option('--stay')
    .option('-h, --help');
}

function speedOf(text: string | undefined, realJenkins: boolean): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  return Number(text ?? (realJenkins ? '1' : '20'));
}

function isWebUrl(text: string): boolean {
  const url = urlIn(text);
  if (url === undefined) return false;
  return ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
}

function hideCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//***@');
}
