import { readBook, sendLetters, type SendDeps } from '../../shared/incidents/notifier';
import type { Policy } from '../../shared/incidents/book';
import type { ProbeMetrics } from '../contracts/metrics';
import type { Plan } from '../contracts/plan';
import type { JudgeConfig } from '../domain/judge/state';
import type { JudgeView } from '../domain/judge/view';
import { judgeReports, type JudgeResult, type ReceivedReport } from './judge-reports';

export interface HomeDeps extends SendDeps {
  readonly plan: Plan;
  readonly policy: Policy;
  readonly metrics: ProbeMetrics;
  readonly deployment: string;
}

/** The judge's configuration from a plan. It includes targets that are wrongly configured, so that they are seen. */
export function judgeConfigOf({ regions, targets, broken, minimumFresh }: Plan): JudgeConfig {
  const unseen = broken.map(({ id }) => ({ id, intervalSeconds: 60, quorum: undefined, maintenance: [] }));
  return { regions, targets: [...targets, ...unseen], minimumFresh };
}

/** Judges the reports, oldest slots first, and sends the mails that are due. */
export async function judgeReceived(deps: HomeDeps, received: readonly ReceivedReport[]): Promise<JudgeResult> {
  const inOrder = [...received].sort((one, other) => Date.parse(one.report.slot) - Date.parse(other.report.slot));
  const judged = await judgeReports({ ...deps, config: judgeConfigOf(deps.plan) }, inOrder);
  for (const reason of judged.refused) deps.log.error('report refused', { reason });
  await send(deps);
  return judged;
}

/** Runs every minute: reports regions and targets that have become silent, and sends digests and reminders. */
export async function judgeEachMinute(deps: HomeDeps): Promise<void> {
  const judged = await judgeReports({ ...deps, config: judgeConfigOf(deps.plan) }, []);
  await send(deps);
  await measure(deps, judged.view);
}

/** A mail that cannot be sent waits in the incident book; the reports must not be judged again because of it. */
async function send(deps: HomeDeps): Promise<void> {
  try {
    await sendLetters(deps);
  } catch (error) {
    deps.log.error('letters wait', { error: error instanceof Error ? error.name : 'unknown' });
  }
}

async function measure(deps: HomeDeps, { regions, targets }: JudgeView): Promise<void> {
  const { metrics, deployment } = deps;
  const mine = { Deployment: deployment };
  for (const { region, state } of regions)
    metrics.count('RegionSilent', state === 'silent' ? 1 : 0, { ...mine, Region: region });
  metrics.count('FreshRegions', regions.filter(({ state }) => state !== 'silent').length, mine);
  metrics.count('UnknownTargets', targets.filter(({ status }) => status === 'unknown').length, mine);
  const { book } = await readBook(deps);
  metrics.count('LettersWaiting', book.outbox.filter(({ attempts }) => attempts > 0).length, mine);
}
