import { advance, type BookEvent } from '../../shared/incidents/advance';
import type { Policy } from '../../shared/incidents/book';
import { changeBook, type NotifierDeps } from '../../shared/incidents/notifier';
import type { Report } from '../contracts/result';
import { newJudge, withRun, withTick, type JudgeConfig, type JudgeState } from '../domain/judge/deployment';
import { noticesOf, type Notice } from '../domain/judge/notices';
import { viewOf, type View } from '../domain/judge/view';
import { bookEvents } from '../domain/letters';

export interface JudgeDeps extends NotifierDeps {
  readonly config: JudgeConfig;
  readonly policy: Policy;
}

/** A region's report, and when home's queue got it, in seconds. */
export interface Received {
  readonly report: Report;
  readonly queuedAt: number;
}

export interface Judged {
  readonly state: JudgeState;
  readonly view: View;
  readonly notices: readonly Notice[];
  readonly refused: readonly string[];
}

const document = 'judge';

/**
 * Judges reports, or ticks where there are none. The judge's state and the incidents that come of it are written
 * together or not at all: killed in between, the same reports come again and mean the same.
 */
export async function judgeReports(deps: JudgeDeps, received: readonly Received[]): Promise<Judged> {
  const { store, clock, config, policy } = deps;
  let judged: Judged | undefined;
  await changeBook(deps, async (book) => {
    const found = await store.read(document);
    const now = Math.floor(clock.now().getTime() / 1000);
    judged = decide((found?.value as JudgeState | undefined) ?? newJudge, received, now, config);
    const events: BookEvent[] = [...bookEvents(judged.notices, now), { kind: 'tick', at: now * 1000 }];
    const next = events.reduce((before, event) => advance(policy, before, event), book);
    return { book: next, changes: [{ name: document, value: judged.state, from: found?.version ?? 0 }] };
  });
  if (judged === undefined) throw new TypeError('a change of the book that was never made');
  return judged;
}

function decide(before: JudgeState, received: readonly Received[], now: number, config: JudgeConfig): Judged {
  const refused: string[] = [];
  let state = received.length === 0 ? withTick(before, now, config) : before;
  for (const { report, queuedAt } of received) {
    const applied = withRun(state, report, now, queuedAt, config);
    state = applied.state;
    if (applied.refused !== null) refused.push(applied.refused);
  }
  const view = viewOf(state, now, config);
  const { notices, told } = noticesOf(state, view, config);
  return { state: { ...state, told }, view, notices, refused };
}
