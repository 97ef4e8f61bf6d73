import { LoadError } from '../../contracts/errors';
import { followInput, type FollowOutput } from '../../contracts/load';
import type { Warehouse } from '../../ports/warehouse';
import { makeLoadStep, type LoadStepDeps } from '../step';

interface Deps extends LoadStepDeps {
  readonly warehouse: Warehouse;
}

/** Ensures that the statement is over, one way or another; waits as `LoadRunning`. */
export const makeHandler = (deps: Deps) =>
  makeLoadStep('follow-load', deps, followInput, async ({ statement }): Promise<FollowOutput> => {
    const followed = await deps.warehouse.follow(statement);
    switch (followed.state) {
      case 'running':
        throw new LoadError('LoadRunning', `statement ${statement} runs`);
      case 'failed':
        return { ...followed, error: followed.error.slice(0, 2000), reason: `statement ${statement} failed` };
      case 'finished':
      case 'unknown':
        return { ...followed, reason: `statement ${statement} is ${followed.state}` };
    }
  });
