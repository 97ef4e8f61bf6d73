import { createHash } from 'node:crypto';
import type { HistoryNotice } from '../../../infra/lab/engine/engine';
import type { BusEvent } from '../../../infra/lab/region/event-bridge/event';
import type { Build, QueuedRequest } from '../../../infra/lab/jenkins';
import type { Invocation } from '../invocation';

/** A call that has reached the service: it had its effect, or the service itself refused it. */
export interface ServiceCall {
  readonly kind: 'call';
  /** `route53.changeResourceRecordSets` */
  readonly name: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: Error | undefined;
  readonly by: Invocation | undefined;
  /** For completeLifecycleAction: the tokens that were open for the instance before it, by hook. */
  readonly open?: Readonly<Record<string, string>> | undefined;
}

/** Everything that happens in a world, in its order. */
export type Observation =
  | ServiceCall
  | { readonly kind: 'event'; readonly event: BusEvent }
  | { readonly kind: 'history'; readonly notice: HistoryNotice }
  | { readonly kind: 'queued'; readonly request: QueuedRequest }
  | { readonly kind: 'build-started' | 'build-finished'; readonly build: Build }
  | { readonly kind: 'ended'; readonly invocation: Invocation; readonly error: unknown }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'fault'; readonly id: string; readonly what: string; readonly where: string }
  | { readonly kind: 'action'; readonly what: string };

/** Something that must never be. */
export interface Violation {
  readonly checker: string;
  readonly what: string;
  /** Seconds from the beginning. */
  readonly at: number;
}

/** So much is hashed at once, in characters: a call for each line would cost as much as the hash itself. */
const atOnce = 65_536;

/** Takes note of everything: of all of it a hash, and if asked for the lines. */
export class Journal {
  readonly #hash = createHash('sha256');
  /** What is not hashed yet. */
  #unhashed = '';
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly lines: string[] | undefined;
  count = 0;
  /** What was added last, as text. */
  newest = '';

  constructor(now: () => number, keepsLines: boolean) {
    this.#now = now;
    this.#startedAt = now();
    this.lines = keepsLines ? [] : undefined;
  }

  /** Seconds from the beginning. */
  get at(): number {
    return (this.#now() - this.#startedAt) / 1000;
  }

  add(seen: Observation): void {
    const line = `${this.at.toFixed(3)} ${textOf(seen)}`;
    this.count += 1;
    this.newest = line;
    this.#unhashed += `${line}\n`;
    if (this.#unhashed.length > atOnce) this.#digestSoFar();
    this.lines?.push(line);
  }

  #digestSoFar(): void {
    this.#hash.update(this.#unhashed);
    this.#unhashed = '';
  }

  digest(): string {
    this.#digestSoFar();
    return this.#hash.copy().digest('hex');
  }
}

function textOf(seen: Observation): string {
  switch (seen.kind) {
    case 'call': {
      const result = seen.error === undefined ? json(seen.output) : `${seen.error.name}: ${seen.error.message}`;
      return `call ${seen.name} ${json(seen.input)} -> ${result} by ${seen.by?.key ?? 'nobody'}`;
    }
    case 'event':
      return `event ${json(seen.event)}`;
    case 'history':
      return `history ${seen.notice.name} ${seen.notice.text}`;
    case 'queued':
      return `queued ${json(seen.request)}`;
    case 'build-started':
    case 'build-finished': {
      const { job, number, parameters, result } = seen.build;
      return `${seen.kind} ${job} #${number} ${json(parameters)} ${result ?? ''}`;
    }
    case 'ended':
      return `ended ${seen.invocation.key} ${seen.error instanceof Error ? `${seen.error.name}: ${seen.error.message}` : 'well'}`;
    case 'log':
      return `log ${seen.line}`;
    case 'fault':
      return `fault ${seen.id} ${seen.what} at ${seen.where}`;
    case 'action':
      return `action ${seen.what}`;
  }
}

function json(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
