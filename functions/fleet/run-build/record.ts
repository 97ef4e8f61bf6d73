import { StepError } from '../contracts/errors';
import { LedgerError, type BuildRecord, type Holder, type Ledger } from '../ports/ledger';

export interface RecordKeeper {
  /** Stores the record with these changes. @throws StepError `BuildQueued` if another run of the step came first. */
  save(changes: Pick<BuildRecord, 'trace'> | Pick<BuildRecord, 'outcome'>): Promise<void>;
}

/**
 * Keeps the record of one attempt, each write on the condition that nobody else has written since. Of two runs of
 * one step (Lambda can run a function twice) the second to write stops here, before it has asked Jenkins for anything.
 */
export function keepRecord(ledger: Ledger, holder: Holder, job: string, first: BuildRecord): RecordKeeper {
  let current = first;
  return {
    async save(changes) {
      const next = { ...current, ...changes, revision: current.revision + 1 };
      try {
        await ledger.saveBuild(holder, job, next);
      } catch (error) {
        if (!(error instanceof LedgerError) || error.name !== 'Outdated') throw error;
        throw new StepError('BuildQueued', `another run of this step is at work on ${job}`, { cause: error });
      }
      current = next;
    },
  };
}
