import { NamedError } from '../../../../functions/shared/named-error';
import { arrivals, reliable, type DeliveryQuality } from '../base/delivery';
import type { RegionContext } from '../base/context';
import { envelope, type BusEvent, type EventEntry } from './event';
import { checkPattern, matchesPattern, type Pattern } from './pattern';

export interface Rule {
  readonly name: string;
  readonly pattern: Pattern;
  /** Given its own copy of the event each time. A rejection is a failed delivery. */
  readonly target: (event: BusEvent) => unknown;
  /** Waits before each further try. Default: those of Lambda for a function invoked asynchronously, 1 and 2 min. */
  readonly retryDelaysMs?: readonly number[];
  /** No try is started on an event older than this. Default 24 h. */
  readonly maximumEventAgeMs?: number;
}

/** An event that a target did not take, with the last error. */
export interface DeadLetter {
  readonly rule: string;
  readonly event: BusEvent;
  readonly attempts: number;
  readonly reason: 'attempts' | 'age';
  readonly error: unknown;
  readonly at: string;
}

export interface BusOptions {
  /** For all events, unless `bySource`, and then `byDetailType`, says otherwise. */
  readonly quality?: Partial<DeliveryQuality>;
  /** `aws.states`: for all events of one service. */
  readonly bySource?: Readonly<Record<string, Partial<DeliveryQuality>>>;
  readonly byDetailType?: Readonly<Record<string, Partial<DeliveryQuality>>>;
}

const day = 24 * 3_600_000;

/** A delivery to one rule; attempts count from 1. */
interface RuleDelivery {
  readonly event: BusEvent;
  readonly sentAt: number;
  readonly attempt: number;
}

/** The region's default event bus. See SPEC.md. */
export class EventBus {
  readonly #context: RegionContext;
  readonly #rules = new Map<string, Rule>();
  readonly #deadLetters: DeadLetter[] = [];
  readonly #published: BusEvent[] = [];
  readonly #watchers: ((event: BusEvent) => void)[] = [];
  #options: BusOptions;

  constructor(context: RegionContext, options: BusOptions = {}) {
    this.#context = context;
    this.#options = options;
  }

  /** Every event ever put, also those that got lost on their way. */
  get published(): readonly BusEvent[] {
    return this.#published;
  }

  get deadLetters(): readonly DeadLetter[] {
    return this.#deadLetters;
  }

  /** Shows every event at the moment of its publication, delivered or not. Changes nothing in the world. */
  watch(watcher: (event: BusEvent) => void): void {
    this.#watchers.push(watcher);
  }

  /** Changes how well events arrive, from the next one on. */
  setDelivery(options: BusOptions): void {
    this.#options = options;
  }

  /** Adds the rule, or replaces the one of the same name. */
  putRule(rule: Rule): void {
    checkPattern(rule.pattern);
    this.#rules.set(rule.name, rule);
  }

  removeRule(name: string): void {
    if (!this.#rules.delete(name)) throw new NamedError('RuleUnknown', `there is no rule "${name}"`, { fault: 'bug' });
  }

  /** Publishes an event and returns it as it was sent. Each matching rule gets it, or not, on its own luck. */
  putEvent(entry: EventEntry): BusEvent {
    const event = envelope(this.#context, structuredClone(entry));
    this.publish(event);
    return event;
  }

  /** Publishes an event of a service that makes its own envelope. */
  publish(event: BusEvent): void {
    this.#published.push(event);
    for (const watcher of this.#watchers) watcher(event);
    this.deliver(event);
  }

  /** Sends, but does not publish, an event with its envelope: for instance one from a file or one seen before. */
  deliver(event: BusEvent): void {
    const quality = this.#qualityOf(event);
    for (const rule of this.#rules.values()) {
      if (!matchesPattern(rule.pattern, event)) continue;
      const sentAt = this.#context.clock.millis();
      for (const delay of arrivals(this.#context, quality)) {
        this.#context.clock.after(delay, () => void this.#attempt(rule, { event, sentAt, attempt: 1 }));
      }
    }
  }

  async #attempt(rule: Rule, sent: RuleDelivery): Promise<void> {
    try {
      await rule.target(structuredClone(sent.event));
    } catch (error) {
      this.#failed(rule, sent, error);
    }
  }

  #failed(rule: Rule, { event, sentAt, attempt: attempts }: RuleDelivery, error: unknown): void {
    const { clock } = this.#context;
    const wait = (rule.retryDelaysMs ?? [60_000, 120_000])[attempts - 1];
    const tooOld = wait !== undefined && clock.millis() + wait - sentAt > (rule.maximumEventAgeMs ?? day);
    if (wait === undefined || tooOld) {
      const reason = tooOld ? 'age' : 'attempts';
      this.#deadLetters.push({ rule: rule.name, event, attempts, reason, error, at: clock.now().toISOString() });
      return;
    }
    clock.after(wait, () => void this.#attempt(rule, { event, sentAt, attempt: attempts + 1 }));
  }

  #qualityOf({ source, 'detail-type': detailType }: BusEvent): DeliveryQuality {
    const { quality, bySource, byDetailType } = this.#options;
    return { ...reliable, ...quality, ...bySource?.[source], ...byDetailType?.[detailType] };
  }
}
