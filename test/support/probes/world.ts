import type { Report, Result } from '../../../functions/probes/contracts/result';
import { targetSchema, type TargetInput } from '../../../functions/probes/contracts/target';
import type { Notice } from '../../../functions/probes/domain/incident';
import {
  judge,
  judgeAll,
  nothingKnown,
  type Configuration,
  type JudgeState,
} from '../../../functions/probes/domain/judge';

export const start = Date.parse('2026-01-01T00:00:00Z');
export const minute = 60_000;

export function configuration(regions: readonly string[], ...targets: Partial<TargetInput>[]): Configuration {
  const given = targets.length === 0 ? [{}] : targets;
  return {
    regions,
    targets: given.map((target, at) =>
      targetSchema.parse({ id: `t${at + 1}`, url: 'https://example.com/', ...target }),
    ),
  };
}

export function result(target: string, up: boolean, more: Partial<Result> = {}): Result {
  const bad = up ? {} : { reason: 'conn_refused' as const, attempts: 3 };
  return { target, up, phases: {}, totalMicros: 1000, trusted: true, attempts: 1, ...bad, ...more };
}

export function report(region: string, slot: number, results: readonly Result[], sentAt = slot): Report {
  const iso = (at: number) => new Date(at).toISOString();
  return { version: 1, region, slot: iso(slot), sentAt: iso(sentAt), results: [...results] };
}

/** A judge that is told of one report after the other, and keeps what people would be told. */
export class Bench {
  state: JudgeState = nothingKnown;
  readonly notices: Notice[] = [];
  readonly regionNotices: { region: string; suspect: boolean; at: number }[] = [];
  readonly skewed: string[] = [];
  readonly configuration: Configuration;

  constructor(configuration: Configuration) {
    this.configuration = configuration;
  }

  tell(one: Report, receivedAt = Date.parse(one.sentAt)) {
    return this.#note(judge(this.state, this.configuration, one, receivedAt));
  }

  /** Nothing was heard until then. */
  silence(now: number) {
    return this.#note(judgeAll(this.state, this.configuration, now));
  }

  /** One slot of all regions: whether each finds each target up. */
  slot(at: number, isUp: (region: string, target: string) => boolean): void {
    for (const region of this.configuration.regions) {
      const results = this.configuration.targets.map(({ id }) => result(id, isUp(region, id)));
      this.tell(report(region, at, results));
    }
  }

  kinds(): string[] {
    return this.notices.map(({ kind }) => kind);
  }

  #note(judged: ReturnType<typeof judge>) {
    this.state = judged.state;
    this.notices.push(...judged.notices);
    this.regionNotices.push(...judged.regionNotices);
    this.skewed.push(...judged.skewed);
    return judged;
  }
}
