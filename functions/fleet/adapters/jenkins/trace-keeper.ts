import type { BuildTrace } from '../../ports/jenkins';

export type SaveTrace = (trace: BuildTrace) => Promise<void>;
type Changes = { [K in keyof BuildTrace]?: BuildTrace[K] | undefined };

/** The trace of a request during one call: it counts as changed only once it is stored. */
export class TraceKeeper {
  readonly #save: SaveTrace;
  #trace: BuildTrace | undefined;

  constructor(trace: BuildTrace | undefined, save: SaveTrace) {
    this.#trace = trace;
    this.#save = save;
  }

  get trace(): BuildTrace | undefined {
    return this.#trace;
  }

  /** `undefined` while nothing can have been sent. */
  get sent(): BuildTrace | undefined {
    return this.#trace?.phase === 'asked' ? undefined : this.#trace;
  }

  /** Since when Jenkins has refused or failed, which is remembered also before anything is sent. */
  async refused(since: string): Promise<void> {
    const asked: BuildTrace = { phase: 'asked', requestedAt: since, postedAt: since, firstPossibleNumber: 1 };
    await this.change({ refusedSince: since }, this.#trace ?? asked);
  }

  /** Stores what is different, if anything is; a field that is `undefined` is taken out. */
  async change(changes: Changes, from = this.#trace): Promise<void> {
    if (from === undefined) return;
    const next = Object.entries({ ...from, ...changes });
    if (next.every(([name, value]) => this.#trace?.[name as keyof BuildTrace] === value)) return;
    await this.replace(Object.fromEntries(next.filter(([, value]) => value !== undefined)) as unknown as BuildTrace);
  }

  async replace(trace: BuildTrace): Promise<void> {
    await this.#save(trace);
    this.#trace = trace;
  }
}
