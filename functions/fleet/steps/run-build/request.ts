import type { Clock } from '../../../shared/clock';
import { placeholders, render } from '../../../shared/template';
import { StepError } from '../../contracts/errors';
import type { JobSettings } from '../../contracts/settings';
import type { BuildInput } from '../../contracts/step';
import type { BuildRecord } from '../../ledger/port';
import type { BuildRequest } from '../../ports/jenkins';
import type { Built } from './record';

/** What Jenkins is asked for. @throws StepError `SettingsInvalid` for a placeholder that the instance has no value for. */
export function requestOf(job: JobSettings, { values }: Built, record: BuildRecord): BuildRequest {
  const parameters = Object.entries(job.parameters).map(([name, template]) => [name, fill(name, template, values)]);
  return {
    job: job.job,
    parameters: Object.fromEntries(parameters) as Record<string, string>,
    correlation: { parameter: job.correlationParameter, value: record.correlation },
  };
}

function fill(parameter: string, template: string, values: Built['values']): string {
  const missing = placeholders(template).find((word) => values[word as keyof typeof values] === null);
  if (missing === undefined) return render(template, values as Record<string, string | number | undefined>);
  throw new StepError(
    'SettingsInvalid',
    `provision.parameters.${parameter}: got '${template}', and an instance that enters a warm pool has no {${missing}} ` +
      'yet: use {instanceId} or {address} there, and {name} in the deploy job',
  );
}

/** An attempt before anything of it is stored. Its revision is that of the record which it replaces. */
export function newRecord(
  clock: Clock,
  { run, job }: BuildInput,
  settings: JobSettings,
  { replaced, attempt }: { readonly replaced: BuildRecord | undefined; readonly attempt: number },
): BuildRecord {
  return {
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
