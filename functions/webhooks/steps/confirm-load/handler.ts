import { LoadError } from '../../contracts/errors';
import { confirmInput } from '../../contracts/load';
import type { WebhookMetrics } from '../../contracts/metrics';
import { decideConfirmation } from '../../domain/failure';
import type { Warehouse } from '../../ports/warehouse';
import { lookToken } from '../look';
import { makeLoadStep, type LoadStepDeps } from '../step';

interface Deps extends LoadStepDeps {
  readonly warehouse: Warehouse;
  readonly metrics: WebhookMetrics;
}

/**
 * Ensures that it is known what became of the load, by the ledger. Fails as `LoadFailed` where a person has to act;
 * redriven, it lets the batch be submitted once more.
 */
export const makeHandler = (deps: Deps) =>
  makeLoadStep('confirm-load', deps, confirmInput, async ({ table, batch, attempt, submittedAfter, followed, run }) => {
    const ledger = await deps.warehouse.ledger({ table, batch }, lookToken('l', { batch, run }, deps.clock));
    if (ledger.answer === 'pending') throw new LoadError('LedgerPending', `${batch}: the ledger is being read`);
    const redriven = run.redrives > submittedAfter;
    const { verdict, reason } = decideConfirmation(ledger.answer === 'loaded', followed, { attempt, redriven });
    if (verdict === 'fail') throw new LoadError('LoadFailed', `${batch} into ${table}: ${reason}`);
    if (ledger.answer === 'loaded') {
      deps.metrics.count('Loaded', ledger.inserted, { Table: table }, { batch });
      deps.metrics.count('Duplicates', Math.max(0, ledger.staged - ledger.inserted), { Table: table }, { batch });
    }
    return { verdict, reason: `${batch}: ${reason}` };
  });
