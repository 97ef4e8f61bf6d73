import { StepError } from '../../contracts/errors';
import type { PlaceholderName } from '../../contracts/settings';
import { mainAddress } from '../../domain/addresses';
import { templateValues } from '../../domain/names';
import { isOutdated, type BuildRecord, type Ledger, type Member, type Reserve } from '../../ledger/port';

/** Whoever a job is run for: a member, or an instance that enters a warm pool. */
export interface Built {
  readonly group: string;
  readonly builds: Readonly<Record<string, BuildRecord>>;
  /** What the job's parameters are filled in with. `null`: it has none. */
  readonly values: Readonly<Record<PlaceholderName, string | number | undefined | null>>;
  /** @throws LedgerError `Outdated` */
  save(job: string, record: BuildRecord): Promise<void>;
}

export function builtMember(ledger: Ledger, member: Member): Built {
  return {
    group: member.group,
    builds: member.builds,
    values: templateValues(member, mainAddress(member.addresses)),
    save: (job, record) => ledger.saveBuild(member, job, record),
  };
}

export function builtReserve(ledger: Ledger, reserve: Reserve): Built {
  const { group, instanceId, builds, addresses } = reserve;
  let stored = reserve;
  return {
    group,
    builds,
    values: { group, instanceId, address: mainAddress(addresses), index: null, name: null, fqdn: null },
    async save(job, record) {
      const next = { ...stored, revision: stored.revision + 1, builds: { ...stored.builds, [job]: record } };
      await ledger.saveReserve(next);
      stored = next;
    },
  };
}

export interface RecordKeeper {
  /** Stores the record with these changes. @throws StepError `BuildQueued` if another run of the step came first. */
  save(changes: Pick<BuildRecord, 'trace'> | Pick<BuildRecord, 'outcome'>): Promise<void>;
}

/**
 * Keeps the record of one attempt, each write on the condition that nobody else has written since. Of two runs of
 * one step (Lambda can run a function twice) the second to write stops here, before it has asked Jenkins for anything.
 */
export function keepRecord(built: Built, job: string, first: BuildRecord): RecordKeeper {
  let current = first;
  return {
    async save(changes) {
      const next = { ...current, ...changes, revision: current.revision + 1 };
      try {
        await built.save(job, next);
      } catch (error) {
        if (!isOutdated(error)) throw error;
        throw new StepError('BuildQueued', `another run of this step is at work on ${job}`, { cause: error });
      }
      current = next;
    },
  };
}
