import type { VirtualClock } from '../../../infra/lab/kernel/clock';
import type { Warehouse } from '../../../functions/webhooks/ports/warehouse';

/**
 * A warehouse each statement of which takes as long, in milliseconds: a look, which is the same one by its token, as
 * well as a load. It has no table, so that no column is judged, and a ledger.
 */
export function slowWarehouse(clock: VirtualClock, statementMs: number): Warehouse {
  const begun = new Map<string, number>();
  const loaded = new Map<string, string>();
  const isOver = (token: string) => {
    const at = begun.get(token) ?? clock.millis();
    begun.set(token, at);
    return clock.millis() - at >= statementMs;
  };
  return {
    columns: async (_, token) => (isOver(token) ? { answer: 'columns', columns: [] } : { answer: 'pending' }),
    submit: async ({ batch }, token) => {
      isOver(token);
      loaded.set(batch, token);
      return { statement: token };
    },
    follow: async (statement) => ({ state: isOver(statement) ? 'finished' : 'running' }),
    ledger: async ({ batch }, token) => {
      if (!isOver(token)) return { answer: 'pending' };
      return loaded.has(batch) ? { answer: 'loaded', staged: 1, inserted: 1 } : { answer: 'absent' };
    },
  };
}
