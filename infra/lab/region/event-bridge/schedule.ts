import type { Timer } from '../../kernel/clock';
import { arn, type RegionContext } from '../base/context';
import { envelope, type BusEvent } from './event';

export interface ScheduleOptions {
  readonly name: string;
  /** `rate(n minutes)`. */
  readonly minutes: number;
  /** Called with a copy of the event, and not waited for. A rejection is a failed run. */
  readonly target: (event: BusEvent) => unknown;
}

/** A run of the target that failed. */
export interface FailedRun {
  /** When it was begun (ISO 8601). */
  readonly at: string;
  readonly error: unknown;
}

const minute = 60_000;

/**
 * A rule with a rate, for a function with a reserved concurrency of 1 and a maximum event age below the rate: a tick
 * that comes while the last run still continues is dropped. It is on from the beginning; the first tick comes one
 * interval later. See SPEC.md.
 *
 * While it is on there is always a timer, so time never runs out of them: give `runUntil` a limit.
 */
export class Schedule {
  readonly #context: RegionContext;
  readonly #options: ScheduleOptions;
  readonly #failures: FailedRun[] = [];
  #timer: Timer | undefined;
  #isRunning = false;
  #runs = 0;
  #skipped = 0;

  constructor(context: RegionContext, options: ScheduleOptions) {
    this.#context = context;
    this.#options = options;
    this.enable();
  }

  /** The runs that failed; those after them take place all the same. */
  get failures(): readonly FailedRun[] {
    return this.#failures;
  }

  /** How many runs were begun. */
  get runs(): number {
    return this.#runs;
  }

  /** How many ticks were dropped because the last run was not over. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Ticks again, one interval from now. Does nothing if it does already. */
  enable(): void {
    this.#timer ??= this.#context.clock.after(this.#options.minutes * minute, () => this.#tick());
  }

  /** Stops ticking: an outage of the function. A run that continues is not stopped. */
  disable(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tick(): void {
    this.#timer = undefined;
    this.enable();
    if (this.#isRunning) this.#skipped += 1;
    else void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#runs += 1;
    const at = this.#context.clock.now().toISOString();
    try {
      await this.#options.target(this.#event());
    } catch (error) {
      this.#failures.push({ at, error });
    } finally {
      this.#isRunning = false;
    }
  }

  #event(): BusEvent {
    const resources = [arn(this.#context, 'events', `rule/${this.#options.name}`)];
    return envelope(this.#context, { source: 'aws.events', detailType: 'Scheduled Event', resources, detail: {} });
  }
}
