import type { Clock } from '../../shared/clock';
import type { LogFields, Logger } from '../../shared/logger';
import { faultFields, type RunReport } from '../../shared/lambda/step';
import { StepError } from '../contracts/errors';
import type { Launch } from '../contracts/launch';
import type { FleetMetrics } from '../contracts/metrics';
import type { Run, StepOutput } from '../contracts/step';
import { elapsedSince } from '../domain/deadline';

/** What every step is about. */
export interface Subject {
  readonly launch: Pick<Launch, 'group' | 'instanceId'>;
  readonly run: Run;
  /** `null`: the instance enters a warm pool and has none, nor a name. */
  readonly index?: number | null;
  /** Given to a step that does not read it from the ledger. */
  readonly name?: string | null;
  /** A step of a release: what fails there is no failed launch. */
  readonly release?: object;
  /** Of a build: the job that it runs. */
  readonly job?: string;
}

/** What every step reports to. */
export interface StepDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: FleetMetrics;
}

/**
 * What one run of a step leaves behind: one log line, by which launch it was, and with it the metrics. The line has
 * what is known by then; of an input that is refused, nothing but the step.
 */
export class StepReport implements RunReport<Subject, StepOutput> {
  readonly #deps: StepDeps;
  readonly #startedAt: number;
  #fields: LogFields;
  #subject: Subject | undefined;

  constructor(deps: StepDeps, step: string) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now().getTime();
    this.#fields = { step };
  }

  /** The input is read. */
  about(subject: Subject): void {
    this.#subject = subject;
    const { launch, run, index, job, name } = subject;
    this.#know({
      ...(job !== undefined && { job }),
      execution: run.execution,
      redrive: run.redrives,
      group: launch.group,
      instance: launch.instanceId,
      ...(typeof index === 'number' && { index }),
      ...(typeof name === 'string' && { name }),
    });
  }

  /** The instance's name is known. */
  named(name: string): void {
    this.#know({ name });
  }

  done(output: StepOutput & { readonly name?: string | null }): void {
    if (typeof output.name === 'string') this.named(output.name);
    this.#line('info', output.reason, { action: output.action, ...this.#stateSeconds() });
  }

  failed(error: unknown): void {
    const { name, message } = error instanceof Error ? error : { name: 'unknown', message: String(error) };
    if (error instanceof StepError && error.kind === 'waits') {
      this.#line('info', message, { waits: name, fault: error.fault });
      return;
    }
    this.#line('error', message, { error: name, ...faultFields(error) });
    if (this.#subject === undefined || this.#subject.release !== undefined) return;
    const { group: Group } = this.#subject.launch;
    this.#deps.metrics.count('LaunchesFailed', 1, { Group, Error: name }, this.#fields);
  }

  /** Since the state was entered, or since its last redrive, polls included. */
  #stateSeconds(): LogFields {
    if (this.#subject === undefined) return {};
    return { stateSeconds: Math.max(0, elapsedSince(this.#subject.run, this.#deps.clock.now())) / 1000 };
  }

  #know(more: LogFields): void {
    this.#fields = { ...this.#fields, ...more };
  }

  #line(level: 'info' | 'error', message: string, more: LogFields): void {
    const durationMs = this.#deps.clock.now().getTime() - this.#startedAt;
    this.#deps.log.with(this.#fields)[level](message, { ...more, durationMs });
  }
}
