import { functionOfPlaceholder } from '../../../infra/constructs/placeholders';
import type { LabClock } from '../../../infra/lab/kernel/clock';
import { copyOf } from '../../../infra/lab/kernel/copy';
import type { StepInterceptor, TriggerInterceptor } from '../../../infra/lab/systems/fleet/deploy-muster';
import { fleetFunctions } from '../../../infra/systems/fleet/functions';
import { Draws } from '../draws';
import type { Chaos } from '../chaos';
import { Invocation } from '../invocation';
import { functionFaults } from '../plan';

type Fault = (typeof functionFaults)[number];

interface Options {
  readonly clock: LabClock;
  readonly chaos: Chaos;
  /** Is called after each run that has ended; `error` is `undefined` for one that ended well. */
  readonly onEnd: (invocation: Invocation, error: unknown) => void;
  /** Under which of AWS's names a failed call is reported. @see serviceErrors */
  readonly reportedAs?: (fault: 'not-run' | 'answer-gone' | 'zombie', where: string) => string;
}

const asUsual = (fault: 'not-run' | 'answer-gone' | 'zombie'): string =>
  fault === 'not-run' ? 'Lambda.ServiceException' : 'Lambda.SdkClientException';

/** One call of a function. `key`: by what its runs are counted, and what names this one in the plan. `seconds`: its timeout. */
interface FunctionCall {
  readonly name: string;
  readonly key: string;
  readonly seconds: number;
  readonly payload: unknown;
}

/** What stands between Lambda's callers and the functions: their time limits, and the faults injected into them. */
export class FunctionInterceptor {
  readonly #options: Options;
  readonly #counts = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  readonly step: StepInterceptor = (name, run) => {
    const handler = run as (payload: unknown) => Promise<unknown>;
    const seconds = timeoutOf(functionOfPlaceholder(name));
    return (payload: unknown) => this.#invoke({ name, key: keyOf(name, payload), seconds, payload }, handler);
  };

  readonly trigger: TriggerInterceptor = (name, run) => (event) =>
    this.#invoke({ name, key: name, seconds: timeoutOf(name), payload: event }, run);

  /** An operator's command: it can fail on its way like any other, and has all the time that it wants. */
  operator<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    return this.#run({ name: 'operator', key: `operator ${what}`, seconds: 3600, payload: what }, work);
  }

  async #invoke<Result>(call: FunctionCall, run: (payload: unknown) => Promise<Result>): Promise<Result> {
    const { name, key, payload } = call;
    const { chaos, reportedAs = asUsual } = this.#options;
    const where = `${key}@${this.#count(key)}`;
    // Each run has a copy of its own: what one does to it reaches neither another nor who looks at what it was called with.
    const again = (suffix: string) => this.#run({ ...call, key: `${where}${suffix}` }, () => run(copyOf(payload)));
    const fault: Fault | undefined = chaos.strikes(where, faultsOf(name));
    switch (fault) {
      case undefined:
        return again('');
      case 'not-run':
        throw lambdaError(reportedAs(fault, where));
      case 'answer-gone':
        await again('');
        throw lambdaError(reportedAs(fault, where));
      case 'zombie':
        void again('').catch(() => undefined);
        throw lambdaError(reportedAs(fault, where));
      case 'twice': {
        const [first] = await Promise.allSettled([again(''), again("'")]);
        if (first.status === 'fulfilled') return first.value;
        throw first.reason;
      }
      case 'late':
        await this.#wait(where);
        return again('');
    }
  }

  async #run<Result>({ name, key, seconds, payload }: FunctionCall, work: () => Promise<Result>): Promise<Result> {
    const { clock, onEnd } = this.#options;
    const invocation = new Invocation(key, name, payload);
    try {
      const result = await invocation.run(clock, seconds, work);
      onEnd(invocation, undefined);
      return result;
    } catch (error) {
      onEnd(invocation, error);
      throw error;
    }
  }

  #count(subject: string): number {
    const number = (this.#counts.get(subject) ?? 0) + 1;
    this.#counts.set(subject, number);
    return number;
  }

  #wait(where: string): Promise<void> {
    const ms = new Draws('late', where).whole(200, 25_000);
    return new Promise((resolve) => this.#options.clock.after(ms, resolve));
  }
}

/** The reconciler has a concurrency of one, and is not retried. */
function faultsOf(name: string): readonly Fault[] {
  return name === 'reconcile' ? ['not-run', 'late'] : functionFaults;
}

function timeoutOf(folder: string): number {
  return fleetFunctions[folder as keyof typeof fleetFunctions].timeoutSeconds;
}

/** Which execution a step is called by, and for which job. */
function keyOf(name: string, payload: unknown): string {
  const { run, job } = payload as { run: { execution: string }; job?: string };
  return `${run.execution.split(':').slice(-2).join(':')}/${job ?? name}`;
}

function lambdaError(name: string): Error {
  return Object.assign(new Error('the call of the function failed'), { name });
}
