import { advanceBook, type BookEvent } from '../../shared/incidents/advance';
import type { Policy } from '../../shared/incidents/book';
import { changeBook, type NotifierDeps } from '../../shared/incidents/notifier';
import { NamedError } from '../../shared/named-error';
import type { Report } from '../contracts/result';
import { withRun, withTick } from '../domain/judge/deployment';
import { noticesOf, type Notice } from '../domain/judge/notices';
import type { JudgeConfig, JudgeState } from '../domain/judge/state';
import { viewOf, type JudgeView } from '../domain/judge/view';
import { bookEvents } from '../domain/book-events';
import { withoutTargets, loadState, saveTargets, commonDocument } from './judge-state';

export interface JudgeDeps extends NotifierDeps {
  readonly config: JudgeConfig;
  readonly policy: Policy;
}

/** A region's report, and when home's queue got it, in seconds. */
export interface ReceivedReport {
  readonly report: Report;
  readonly queuedAt: number;
}

/** Of the targets that were judged: all on a tick. */
export interface JudgeResult {
  readonly state: JudgeState;
  readonly view: JudgeView;
  readonly notices: readonly Notice[];
  readonly refused: readonly string[];
}

/** Two that judge at once meet now and then; a crowd of them is a fault. */
const mostConflicts = 20;

/**
 * Judges reports, or ticks where there are none. Targets are written first, each for itself, then what they have in
 * common together with the incidents that come of it: killed in between, the same reports come again and mean the same.
 */
export async function judgeReports(deps: JudgeDeps, received: readonly ReceivedReport[]): Promise<JudgeResult> {
  const { clock, policy } = deps;
  let judged: JudgeResult | undefined;
  await changeBook(deps, async (book) => {
    const now = Math.floor(clock.now().getTime() / 1000);
    const found = await judgeTargets(deps, received, now);
    judged = found.judged;
    const events: BookEvent[] = [...bookEvents(judged.notices, now), { kind: 'tick', at: now * 1000 }];
    const next = events.reduce((before, event) => advanceBook(policy, before, event), book);
    const change = { name: commonDocument, value: withoutTargets(judged.state), from: found.version };
    return { book: next, changes: [change] };
  });
  if (judged === undefined) throw new TypeError('a change of the book that was never made');
  return judged;
}

/** @throws JudgeContended when others changed the targets twenty times in a row. */
async function judgeTargets({ store, config }: JudgeDeps, received: readonly ReceivedReport[], now: number) {
  const some = received.length === 0 ? undefined : targetsIn(received);
  const read = some === undefined ? config.targets : config.targets.filter(({ id }) => some.has(id));
  for (let turn = 0; turn < mostConflicts; turn += 1) {
    const loaded = await loadState(store, { targets: read });
    const judged = decide(loaded.state, { received, now, some }, config);
    if (await saveTargets(store, loaded, judged.state, now)) return { judged, version: loaded.version };
  }
  throw new NamedError('JudgeContended', `targets changed ${mostConflicts} times while they were judged`, {
    fault: 'environment',
  });
}

/** Of a thousand targets a message is about two hundred, or about those of every ten seconds: the others need no reading. */
function targetsIn(received: readonly ReceivedReport[]): ReadonlySet<string> {
  return new Set(received.flatMap(({ report }) => report.results.map(({ target }) => target)));
}

interface JudgeInput {
  readonly received: readonly ReceivedReport[];
  readonly now: number;
  /** The targets that were read; all where it is left out. */
  readonly some: ReadonlySet<string> | undefined;
}

function decide(before: JudgeState, { received, now, some }: JudgeInput, config: JudgeConfig): JudgeResult {
  const refused: string[] = [];
  let state = received.length === 0 ? withTick(before, now, config) : before;
  for (const { report, queuedAt } of received) {
    const applied = withRun(state, report, { now, queuedAt }, config);
    state = applied.state;
    if (applied.refused !== null) refused.push(applied.refused);
  }
  const view = viewOf(state, now, config, some);
  const { notices, told } = noticesOf(state, view, config);
  const suspects = view.regions.filter((one) => one.state === 'suspect').map(({ region }) => region);
  return { state: { ...state, told, suspects }, view, notices, refused };
}
