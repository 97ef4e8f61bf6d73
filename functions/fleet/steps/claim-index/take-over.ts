import { StepError } from '../../contracts/errors';
import { isLetGo } from '../../ledger/rules';
import { LedgerError, type Ledger, type Member } from '../../ledger/port';

/**
 * Makes what an earlier launch of the instance has claimed this one's: its root volume is new, or it came back.
 *
 * @throws StepError `ReleaseAwaited`: what it held is being taken back, and nothing may be put beside that.
 */
export async function takeOver(ledger: Ledger, held: Member, execution: string): Promise<void> {
  if (held.phase === 'releasing') throw releaseAwaited(held);
  if (held.execution === execution) {
    if (isLetGo(held)) throw releaseAwaited(held);
    return;
  }
  try {
    // What the earlier launch was to be ended for does not end this one: its release finds another launch's member.
    const own = { execution, phase: 'launching', registered: [], endingSince: null } as const;
    await ledger.update(held, own, held.execution);
  } catch (error) {
    // A release came first, just now.
    if (error instanceof LedgerError) throw releaseAwaited(held, error);
    throw error;
  }
}

function releaseAwaited({ instanceId, name }: Member, cause?: unknown): StepError {
  return new StepError('ReleaseAwaited', `${instanceId} is still giving up ${name}`, { cause });
}
