import type { Report as Run, LookResult } from '../../../functions/probes/contracts/result';
import { withRun, withTick } from '../../../functions/probes/domain/judge/deployment';
import { newJudge, type JudgeConfig, type JudgeState } from '../../../functions/probes/domain/judge/state';
import { noticesOf, type Notice } from '../../../functions/probes/domain/judge/notices';
import { viewOf, type JudgeView } from '../../../functions/probes/domain/judge/view';

/** A minute at which all tests begin: 2026-03-01T00:00:00Z. */
export const begin = Date.UTC(2026, 2, 1) / 1000;
export const at = (minute: number) => begin + minute * 60;

export const config = (regions = ['a', 'b', 'c'], targets = ['shop']): JudgeConfig => ({
  regions,
  targets: targets.map((id) => ({ id, intervalSeconds: 60, quorum: undefined, maintenance: [] })),
});

export type Sight = 'up' | 'bad' | 'down' | 'none';

export function found(target: string, seen: Sight): LookResult {
  const common = { target, phases: {}, totalMicros: 5, trusted: true };
  if (seen === 'up') return { ...common, up: true, attempts: 1 };
  if (seen === 'none') return { ...common, up: false, reason: 'probe_overload', attempts: 1 };
  return { ...common, up: false, reason: 'conn_refused', attempts: seen === 'down' ? 3 : 1 };
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
export const slotOf = (message: Run) => Date.parse(message.slot) / 1000;

export function run(region: string, slot: number, seen: Sight | Readonly<Record<string, Sight>>): Run {
  const all = typeof seen === 'string' ? { shop: seen } : seen;
  const results = Object.entries(all).map(([target, one]) => found(target, one));
  return { version: 1, region, slot: iso(slot), sentAt: iso(slot + 1), results };
}

/** A judge with its notices, as the function that wraps it would run it. */
export class Judge {
  state: JudgeState = newJudge;
  readonly notices: Notice[] = [];
  readonly refused: string[] = [];

  constructor(readonly config: JudgeConfig) {}

  run(message: Run, now = slotOf(message) + 5, queuedAt = slotOf(message) + 1): this {
    const { state, refused } = withRun(this.state, message, { now, queuedAt }, this.config);
    this.state = state;
    if (refused !== null) this.refused.push(refused);
    return this.tell(now);
  }

  tick(now: number): this {
    this.state = withTick(this.state, now, this.config);
    return this.tell(now);
  }

  tell(now: number): this {
    const { notices, told } = noticesOf(this.state, viewOf(this.state, now, this.config), this.config);
    this.state = { ...this.state, told };
    this.notices.push(...notices);
    return this;
  }

  /** All regions see the same for some minutes, and the judge's clock ticks. */
  minutes(from: number, until: number, seen: Sight | ((region: string, minute: number) => Sight | 'silent')): this {
    for (let minute = from; minute < until; minute += 1) {
      for (const region of this.config.regions) {
        const one = typeof seen === 'string' ? seen : seen(region, minute);
        if (one !== 'silent') {
          const targets = Object.fromEntries(this.config.targets.map(({ id }) => [id, one]));
          this.run(run(region, at(minute), targets));
        }
      }
      this.tick(at(minute) + 30);
    }
    return this;
  }

  view(now: number): JudgeView {
    return viewOf(this.state, now, this.config);
  }

  said(): string[] {
    return this.notices.map((notice) =>
      'target' in notice
        ? `${notice.kind} ${notice.target}`
        : notice.kind === 'region'
          ? `${notice.region} ${notice.state}`
          : notice.kind,
    );
  }
}
