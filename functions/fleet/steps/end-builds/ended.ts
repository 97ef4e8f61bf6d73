import { StepError } from '../../contracts/errors';
import type { Release } from '../../contracts/inputs';
import { endsBuildsOf, endsBuildsOfReserve, openBuilds } from '../../domain/build-end';
import { type BuildRecord, type Ledger, type Member, type Reserve } from '../../ledger/port';
import { LedgerError } from '../../ledger/records';

/** One build of a launch that has ended, and its record. */
export interface EndedBuild {
  readonly job: string;
  readonly record: BuildRecord;
  /** Stores the record with these changes. @throws LedgerError `Outdated` if another run of the step came first. */
  save(changes: Pick<BuildRecord, 'trace'> | Pick<BuildRecord, 'outcome'>): Promise<void>;
}

/** The open builds that a release ends, whether of the member or of the warm instance. */
export function endedBuilds(
  ledger: Ledger,
  { reason }: Release,
  member: Member | undefined,
  reserve: Reserve | undefined,
): EndedBuild[] {
  return [
    ...(member !== undefined && endsBuildsOf(member, reason) ? ofMember(ledger, member) : []),
    ...(reserve !== undefined ? ofReserve(ledger, reserve) : []),
  ];
}

function ofMember(ledger: Ledger, member: Member): EndedBuild[] {
  return openBuilds(member.builds).map(([job, record]) =>
    keep(job, record, async (next) => {
      try {
        await ledger.endBuild(member, job, next);
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        // Another release of it was faster: the next run sees what it has done.
        throw new StepError('Throttled', `${member.name} has changed meanwhile: ${error.message}`, { cause: error });
      }
    }),
  );
}

/** What is kept of the instance as one of the warm pool, if the release takes that away. */
export async function endedReserve(
  ledger: Ledger,
  { group, instanceId, reason }: Release,
  member: Member | undefined,
): Promise<Reserve | undefined> {
  return endsBuildsOfReserve(member, reason) ? ledger.findReserve(group, instanceId) : undefined;
}

function ofReserve(ledger: Ledger, reserve: Reserve): EndedBuild[] {
  let stored = reserve;
  return openBuilds(reserve.builds).map(([job, record]) =>
    keep(job, record, async (next) => {
      const changed = { ...stored, revision: stored.revision + 1, builds: { ...stored.builds, [job]: next } };
      await ledger.saveReserve(changed);
      stored = changed;
    }),
  );
}

function keep(job: string, first: BuildRecord, store: (record: BuildRecord) => Promise<void>): EndedBuild {
  let current = first;
  return {
    job,
    record: first,
    async save(changes) {
      const next = { ...current, ...changes, revision: current.revision + 1 };
      await store(next);
      current = next;
    },
  };
}
