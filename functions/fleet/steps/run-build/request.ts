import type { Clock } from '../../../shared/runtime';
import { placeholders, fillTemplate } from '../../../shared/names-and-urls';
import { StepError } from '../../contracts/errors';
import type { JobSettings, PlaceholderName } from '../../contracts/settings';
import type { BuildInput } from '../../contracts/inputs';
import { type BuildKeeper, type BuildRecord, type Ledger, type Member, type Reserve } from '../../ledger/port';
import type { BuildRequest } from '../../ports/jenkins';
import { mainAddress } from '../../domain/dns/addresses';
import { templateValues } from '../../domain/identity';
import { buildsInReserve, isOutdated, keepBuild } from '../../ledger/records';

/**
 * The request of a build to Jenkins.
 *
 * @throws StepError `SettingsInvalid`, `RecordIncomplete`: for a placeholder that the instance has no value for.
 */
export function requestOf(job: JobSettings, { values }: BuildSubject, record: BuildRecord): BuildRequest {
  const parameters = Object.entries(job.parameters).map(([name, template]) => [name, fill(name, template, values)]);
  return {
    job: job.job,
    parameters: Object.fromEntries(parameters) as Record<string, string>,
    correlation: { parameter: job.correlationParameter, value: record.correlation },
  };
}

function fill(parameter: string, template: string, values: BuildSubject['values']): string {
  const missing = placeholders(template).find((word) => (values[word as keyof typeof values] ?? null) === null);
  if (missing === undefined) return fillTemplate(template, values as Record<string, string | number | undefined>);
  // Never an empty text: the job would run for no host, or for all of them.
  const got = `parameters.${parameter}: got '${template}', and`;
  if (values.name === null && missing !== 'address') {
    throw new StepError(
      'SettingsInvalid',
      `provision.${got} an instance that enters a warm pool has no {${missing}} yet: use {instanceId} or {address} ` +
        'there, and {name} in the deploy job',
    );
  }
  // Its ledger was restored, or the settings did not ask for it when its step ran.
  throw new StepError(
    'RecordIncomplete',
    `${got} no {${missing}} is on record of ${values.name ?? values.instanceId}: a new attempt records it ` +
      '(muster retry), if the settings give it one; otherwise take it out of the parameter',
  );
}

/** The record of a new attempt, not stored yet. Its revision is that of the record that it replaces. */
export function newRecord(
  clock: Clock,
  { run, job }: BuildInput,
  settings: JobSettings & { readonly jenkins: string },
  { replaced, attempt }: { readonly replaced: BuildRecord | undefined; readonly attempt: number },
): BuildRecord {
  return {
    jenkins: settings.jenkins,
    job: settings.job,
    parameter: settings.correlationParameter,
    revision: replaced?.revision ?? 0,
    attempt,
    execution: run.execution,
    redrive: run.redrives,
    // The same however often the step runs, and no other request's: the ARN has account, region and deployment in it,
    // and one Jenkins may serve several.
    correlation: `${run.execution}/${job}/${attempt}`,
    startedAt: clock.now().toISOString(),
  };
}

/** The record that a job is run for: of a member, or of an instance that enters a warm pool. */
export interface BuildSubject {
  readonly group: string;
  readonly builds: Readonly<Record<string, BuildRecord>>;
  /** Values for the placeholders in the job's parameters. `null`: the instance has none. */
  readonly values: Readonly<Record<PlaceholderName, string | number | undefined | null>>;
  /** @throws LedgerError `Outdated` */
  save(job: string, record: BuildRecord): Promise<void>;
}

export function builtMember(ledger: Ledger, member: Member): BuildSubject {
  return {
    group: member.group,
    builds: member.builds,
    values: templateValues({ ...member, ...nameOnRecord(member) }, mainAddress(member.addresses)),
    save: (job, record) => ledger.saveBuild(member, job, record),
  };
}

/** Also of one whose settings had no DNS when it got its number, and had it when it came to its records. */
function nameOnRecord({ name, fqdn, dnsNames = [] }: Member): { readonly fqdn?: string } {
  const found = fqdn ?? dnsNames.map((place) => place.split('/')[1]).find((one) => one?.startsWith(`${name}.`));
  return found === undefined ? {} : { fqdn: found };
}

export function builtReserve(ledger: Ledger, reserve: Reserve): BuildSubject {
  const { group, instanceId, builds, addresses } = reserve;
  return {
    group,
    builds,
    values: { group, instanceId, address: mainAddress(addresses), index: null, name: null, fqdn: null },
    save: buildsInReserve(ledger, reserve),
  };
}

/**
 * Keeps the record of one attempt, each write on the condition that no other run has written since. Of two runs of
 * one step (Lambda can run a function twice) the second to write stops here, before it has asked Jenkins for anything.
 *
 * Its `save` throws StepError `BuildQueued` if another run of the step came first.
 */
export function keepRecord(built: BuildSubject, job: string, first: BuildRecord): BuildKeeper {
  return keepBuild(first, async (next) => {
    try {
      await built.save(job, next);
    } catch (error) {
      if (!isOutdated(error)) throw error;
      throw new StepError('BuildQueued', `another run of this step is at work on ${job}`, { cause: error });
    }
  });
}
