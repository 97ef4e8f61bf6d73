import * as z from 'zod';
import { describeMistakes, mistake, mistakesIn, type Mistake } from '../../functions/shared/schema';
import { NamedError } from '../../functions/shared/named-error';
import { eachOnce } from '../systems/each-once';
import { readSections, systemsIn, type ConfiguredSystem } from '../systems';
import type { Sections } from '../systems/system';
import { movedSettings } from './moved';

const matching = (pattern: RegExp, allowed: string) => z.string(allowed).regex(pattern, allowed);

/** What CloudWatch Logs can keep logs for, as far as that makes sense here. */
const retentionDays = [7, 14, 30, 60, 90, 180, 365, 731] as const;

/** What all systems have in common; each has a section of its own beside it. */
const shape = z.strictObject({
  /**
   * Names the stacks and all that is in them. Two of them can stand side by side. Parameters are named after it, and
   * Parameter Store keeps names that begin with aws or ssm for itself (its API reference, PutParameter).
   */
  stackName: matching(
    /^(?!aws|ssm)[a-z][a-z0-9-]{0,31}$/i,
    'letters, digits and -, a letter first, of at most 32 characters, that begin with neither aws nor ssm',
  ).default('muster'),
  account: matching(/^\d{12}$/, 'the id of an AWS account, 12 digits in quotes'),
  region: matching(/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/, 'the name of a region, such as eu-central-1'),
  /** The mail addresses that are notified of alarms and held launches. */
  notify: z
    .array(z.email('a mail address'), 'a list of mail addresses')
    .superRefine(eachOnce('each mail address once'))
    .default([]),
  /**
   * Whether the topic of the notifications is read by Amazon Q Developer in chat applications (AWS Chatbot) as well: messages
   * get a form that it shows. The topic is added to a channel's configuration there.
   */
  chat: z.boolean('true or false').default(false),
  /** Where alarms send their readers; the heading is appended. */
  runbook: z.string('where RUNBOOK.md can be read').min(1, 'where RUNBOOK.md can be read').default('RUNBOOK.md'),
  logRetentionDays: z.literal([...retentionDays], `one of ${retentionDays.join(', ')}`).default(90),
});

/** What an adopter writes: a section for each system that is wanted, which all can be left out. */
export type DeploymentInput = z.input<typeof shape> & Sections;

/** The same, checked, with its defaults filled in. */
export type Deployment = z.output<typeof shape> & {
  /** The systems that have a section. */
  readonly systems: readonly ConfiguredSystem[];
};

/** Thrown for a configuration with mistakes; the message has a line for each of them. */
export class ConfigurationInvalid extends NamedError<'ConfigurationInvalid'> {
  constructor(message: string) {
    super('ConfigurationInvalid', message, { fault: 'operator' });
  }
}

/**
 * Checks a configuration as a whole and fills in defaults.
 *
 * @param source where it comes from, for the message.
 * @throws ConfigurationInvalid with every mistake there is, in one answer: its path, its value and what is allowed.
 */
export function parseDeployment(input: unknown, source: string): Deployment {
  const given = z.record(z.string(), z.unknown()).catch({}).parse(input);
  const names = systemsIn().map(({ name }) => name);
  const common = typeof input === 'object' ? omit(given, names) : input;
  const result = shape.safeParse(common);
  const { account, region } = z.object({ account: z.string().catch(''), region: z.string().catch('') }).parse(given);
  const { configured, mistakes: inSections } = readSections(given, { account, region });
  const mistakes: Mistake[] = [
    ...(result.success ? [] : mistakesIn(result.error, input)).map(movedSettings),
    ...inSections,
  ];
  if (result.success && mistakes.length === 0 && configured.length === 0) {
    mistakes.push(mistake([], input, `a section for one system or more: ${names.join(', ')}`));
  }
  if (!result.success || mistakes.length > 0) {
    throw new ConfigurationInvalid(`the configuration in ${source} has mistakes:\n${describeMistakes(mistakes)}`);
  }
  return { ...result.data, systems: configured };
}

function omit(all: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}
