import type { Random } from '../../../../functions/shared/random';
import type { LabClock } from '../../kernel/clock';
import type { HttpRequest, HttpResponse, Response } from './messages';

/** Which requests a fault meets: all of them, or those of a method and with a path that contains or matches. */
export interface FaultMatch {
  readonly method?: string;
  readonly path?: string | RegExp;
}

export interface FaultRule extends FaultMatch {
  /** What the client gets: a cut connection, the page that belongs to a status, or the answer made into another one. */
  readonly answer: 'reset' | number | ((response: HttpResponse) => HttpResponse);
  /** Whether Jenkins does what it was asked to do; it does not unless told (or `answer` is a function). */
  readonly processed?: boolean;
  /** How often: once unless told, without end when `forMs` is given. */
  readonly times?: number;
  /** For how long, on the clock. */
  readonly forMs?: number;
  /** How likely each matching request is hit: always (1) unless told. */
  readonly chance?: number;
}

interface ActiveRule extends FaultRule {
  left: number;
  readonly until: number;
}

/** Faults on the way between client and Jenkins. They can be changed at any time. */
export class Faults {
  readonly #clock: LabClock;
  readonly #random: Random;
  #rules: ActiveRule[] = [];
  #hits = 0;

  constructor(clock: LabClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How many requests have been hit so far. */
  get hits(): number {
    return this.#hits;
  }

  /** Returns how to take it back. */
  add(rule: FaultRule): () => void {
    const { forMs = Number.POSITIVE_INFINITY } = rule;
    const left = rule.times ?? (rule.forMs === undefined ? 1 : Number.POSITIVE_INFINITY);
    const active: ActiveRule = { ...rule, left, until: this.#clock.millis() + forMs };
    this.#rules.push(active);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== active);
    };
  }

  /** Jenkins gets the request and acts on it; the client never hears of it. */
  loseNextResponse(match: FaultMatch = {}): void {
    this.add({ ...match, answer: 'reset', processed: true });
  }

  /** The connection breaks before Jenkins has read the request. */
  loseNextRequest(match: FaultMatch = {}): void {
    this.add({ ...match, answer: 'reset', processed: false });
  }

  /** The next answer arrives as half of itself, with status 200: JSON that cannot be parsed. */
  truncateNextResponse(match: FaultMatch = {}): void {
    this.add({
      ...match,
      answer: ({ headers, body }) => ({ status: 200, headers, body: body.slice(0, body.length / 2) }),
    });
  }

  /** The directory behind the login is away (FACTS.md, 1.4): 401 for passwords, 403, 404 or 500 for tokens. */
  realmOutage(options: { forMs: number; status: 401 | 403 | 404 | 500 }): void {
    this.add({ answer: options.status, forMs: options.forMs });
  }

  clear(): void {
    this.#rules = [];
  }

  /** Lets `process` answer the request, unless a fault comes between. `page` makes the page of a status. */
  intercept(request: HttpRequest, process: () => HttpResponse, page: (status: number) => HttpResponse): Response {
    const rule = this.#take(request);
    if (rule === undefined) return process();
    if (typeof rule.answer === 'function') return rule.answer(process());
    if (rule.processed) process();
    return rule.answer === 'reset' ? 'reset' : page(rule.answer);
  }

  #take(request: HttpRequest): FaultRule | undefined {
    this.#rules = this.#rules.filter((rule) => rule.left > 0 && rule.until > this.#clock.millis());
    const rule = this.#rules.find((candidate) => matches(candidate, request) && this.#strikes(candidate));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    this.#hits += 1;
    return rule;
  }

  #strikes({ chance = 1 }: FaultRule): boolean {
    // No number is drawn for a certain fault, so that adding one does not shift everything else in a seeded run.
    return chance >= 1 || this.#random.next() < chance;
  }
}

function matches({ method, path }: FaultMatch, request: HttpRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? request.path.includes(path) : path.test(request.path);
}
