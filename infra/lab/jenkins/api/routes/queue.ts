import type { QueueItem } from '../../model/queue-item';
import type { Call } from '../call';
import { singleBean } from '../export/bean';
import { plainText, redirect, type HttpResponse } from '../messages';

/** Everything below `/queue`. */
export function queueRoute(call: Call, segments: readonly string[]): HttpResponse {
  const path = segments.join('/');
  if (path === 'api/json') return list(call);
  if (path === 'cancelItem') return cancelItem(call);
  const [item, id, ...rest] = segments;
  if (item !== 'item' || id === undefined) throw call.notFound();
  return itemRoute(call, id, rest.join('/'));
}

/** Items that one may not read are left out. */
function list(call: Call): HttpResponse {
  const { access, model } = call.site;
  const items = access.allows('hudson.model.Item.Read') ? inOrder(model.queue.live()) : [];
  return call.json(
    singleBean('hudson.model.Queue', {
      discoverableItems: () => [],
      items: () => items.map((item) => call.item(item)),
    }),
  );
}

/** As Jenkins lists them: what came last comes first, and what is nearest to an executor comes last. */
function inOrder(items: readonly QueueItem[]): QueueItem[] {
  const states = ['waiting', 'blocked', 'buildable', 'pending'] as const;
  return states.flatMap((state) => items.filter((item) => item.state === state).reverse());
}

function itemRoute(call: Call, id: string, action: string): HttpResponse {
  const item = call.site.model.queue.find(id);
  if (item === undefined) throw call.notFound();
  call.needsToRead(item.job);
  switch (action) {
    case 'api/json':
      return call.json(call.item(item));
    case 'cancelQueue':
      return cancelQueue(call, item);
    case '':
      if (!call.site.core.itemPage) throw call.notFound();
      return plainText(`Queue item ${id} of ${item.job.name}`);
    default:
      throw call.notFound();
  }
}

function cancelItem(call: Call): HttpResponse {
  call.needsPost();
  const { access, core, model } = call.site;
  const id = call.form.first('id') ?? '';
  const item = model.queue.find(id);
  const allowed = access.allows('hudson.model.Item.Cancel');
  const cancelled = item !== undefined && allowed && model.cancel(item);
  // Before 2.211 the answer said nothing: always back to the queue.
  if (!core.cancelCodes) return redirect(302, call.location('queue/'));
  if (item === undefined) throw call.refusal(404, `Provided item id ${id} not found`);
  if (!allowed) throw call.refusal(422, `Item for id (${id}) is not cancellable`);
  if (!cancelled) throw call.refusal(500, `Could not cancel run for id ${id}`);
  return { status: 204, headers: {}, body: '' };
}

/** The deprecated way: says the same whether it cancelled anything or not. */
function cancelQueue(call: Call, item: QueueItem): HttpResponse {
  call.needsPost();
  const { access, core, model } = call.site;
  if (access.allows('hudson.model.Item.Cancel')) model.cancel(item);
  return core.cancelCodes ? { status: 204, headers: {}, body: '' } : redirect(302, call.location('queue/'));
}
