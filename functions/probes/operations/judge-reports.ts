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

/** A region's report, and when home's queue received it, in seconds since 1970. */
export interface ReceivedReport {
  readonly report: Report;
  readonly queuedAt: number;
}

/** The result for the targets that were judged; on a tick, all of them. */
export interface JudgeResult {
  readonly state: JudgeState;
  readonly view: JudgeView;
  readonly notices: readonly Notice[];
  readonly refused: readonly string[];
}

/** Two judges at once conflict now and then; twenty conflicts in a row are a fault. */
const mostConflicts = 20;

/**
 * Judges reports, or a tick if there are none. It first writes each target, then the common state together with the incidents.
 * If it dies in between, the queue delivers the same reports again, and they give the same result.
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

/** @throws JudgeContended when other judges changed the targets twenty times in a row. */
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

/** The targets that the reports are about. One report holds at most two hundred of a thousand: the others need not be read. */
function targetsIn(received: readonly ReceivedReport[]): ReadonlySet<string> {
  return new Set(received.flatMap(({ report }) => report.results.map(({ target }) => target)));
}

interface JudgeInput {
  readonly received: readonly ReceivedReport[];
  readonly now: number;
  /** The targets that were read. Default: all. */
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
