import type { Clock } from '../../shared/runtime';
import type { DocumentStore } from '../../shared/incidents/store';
import type { Plan } from '../contracts/plan';
import { viewOf } from '../domain/judge/view';
import { statusPage } from '../domain/page/html';
import { statusFile } from '../domain/page/status';
import type { PageStore } from '../ports/page';
import { judgeConfigOf } from './home';
import { loadState } from './judge-state';

export interface PublishDeps {
  readonly plan: Plan;
  readonly clock: Clock;
  /** It is only read. */
  readonly store: DocumentStore;
  readonly page: PageStore;
}

/** Publishes the page from what the judge knows. If the judge is down, the page says how old its data is. */
export async function publishPage({ plan, clock, store, page }: PublishDeps): Promise<void> {
  const config = judgeConfigOf(plan);
  const { state } = await loadState(store, config);
  const view = viewOf(state, Math.floor(clock.now().getTime() / 1000), config);
  const names = Object.fromEntries(plan.targets.map(({ id, name }) => [id, name ?? id]));
  const status = statusFile(state, view, names);
  await page.put('status.json', JSON.stringify(status));
  await page.put('index.html', statusPage(status, plan.title));
}
