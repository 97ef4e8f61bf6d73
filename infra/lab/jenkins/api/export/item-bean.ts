import type { QueueItem } from '../../model/queue-item';
import { stuck, why, type QueueOutlook } from '../../model/why';
import { beanOf, ExactNumber, type Bean, type Kind, type Value } from './bean';
import { buildBean } from './build-bean';
import { jobBean } from './job-bean';
import { causeAction, parametersAction } from './parameters';

interface Subject {
  readonly item: QueueItem;
  readonly outlook: QueueOutlook;
  readonly rootUrl: string;
}

type Questions = Kind<Subject>['properties'];

const common: Questions = {
  actions: ({ item }) => actions(item),
  blocked: ({ item }) => item.state === 'blocked',
  buildable: ({ item }) => item.state === 'buildable' || item.state === 'pending',
  id: ({ item }) => new ExactNumber(item.id),
  inQueueSince: ({ item }) => item.queuedAt,
  params: ({ item }) => params(item),
  stuck: ({ item, outlook }) => stuck(item, outlook.now),
  task: ({ item, rootUrl }) => jobBean(item.job, rootUrl, () => null),
  // Relative, and the only form of a large id that survives a careless JSON parser.
  url: ({ item }) => item.path,
  why: ({ item, outlook }) => why(item, outlook),
};

const buildable = kind('BuildableItem', {
  buildableStartMilliseconds: ({ item }) => item.buildableSince ?? item.dueAt,
  pending: ({ item }) => item.state === 'pending',
});

/** `cancelled` and `executable` are absent, not null, while an item is in the queue. */
const kinds: Record<QueueItem['state'], Kind<Subject>> = {
  waiting: kind('WaitingItem', { timestamp: ({ item }) => item.dueAt }),
  blocked: kind('BlockedItem', { buildableStartMilliseconds: ({ item }) => item.dueAt }),
  buildable,
  pending: buildable,
  left: kind('LeftItem', {
    cancelled: ({ item }) => item.cancelled,
    executable: ({ item, rootUrl }) => (item.build === undefined ? null : buildBean(item.job, item.build, rootUrl)),
  }),
};

export function itemBean(item: QueueItem, outlook: QueueOutlook, rootUrl: string): Bean {
  return beanOf(kinds[item.state], { item, outlook, rootUrl });
}

function kind(name: string, own: Questions): Kind<Subject> {
  return { className: () => `hudson.model.Queue$${name}`, properties: { ...common, ...own } };
}

function actions(item: QueueItem): Value[] {
  const parameters = item.values.length > 0 ? [parametersAction(item.values)] : [];
  return [...parameters, causeAction(item.causes)];
}

/** One `name=value` a line, each begun by a line feed; passwords masked. */
function params(item: QueueItem): string {
  return item.values.map(({ name, type, value }) => `\n${name}=${type === 'password' ? '******' : value}`).join('');
}
