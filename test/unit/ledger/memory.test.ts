import { createMemoryLedger } from '../../../infra/lab/region/ledger/memory-ledger';
import {
  at,
  breakerOf,
  claimOf,
  describeLedgerContract,
  holdOf,
  recordOf,
  reserveOf,
} from '../../support/ledger-contract';

describeLedgerContract('the ledger in memory', async () => createMemoryLedger());

describe('the ledger in memory', () => {
  test('takes 1,000 claims at once', async () => {
    const ledger = createMemoryLedger();
    const claims = Array.from({ length: 1000 }, (_, index) => ledger.claim(claimOf(`i-${index}`, index)));
    expect(new Set(await Promise.all(claims))).toStrictEqual(new Set(['claimed']));
    await expect(ledger.heldIndexes('web')).resolves.toHaveLength(1000);
  });

  test('shows everything in a snapshot', async () => {
    const ledger = createMemoryLedger();
    await ledger.claim(claimOf('i-b', 2));
    await ledger.claim(claimOf('i-a', 1));
    await ledger.claim(claimOf('i-c', 1, { group: 'db' }));
    await ledger.free({ group: 'db', instanceId: 'i-c', index: 1 }, 'scaled in', at(1));

    const snapshot = ledger.snapshot();
    expect(snapshot.web?.slots).toStrictEqual([
      { index: 1, instanceId: 'i-a' },
      { index: 2, instanceId: 'i-b' },
    ]);
    expect(snapshot.web?.members).toStrictEqual(await ledger.members('web'));
    expect(snapshot.db).toMatchObject({ slots: [], members: [], history: [{ event: 'claimed' }, { event: 'freed' }] });
  });

  test('is restored to a backup with everything, and to nothing', async () => {
    const ledger = createMemoryLedger();
    await ledger.claim(claimOf('i-a', 1));
    await ledger.saveHold(holdOf('i-a'));
    const [backup, before] = [ledger.backup(), ledger.snapshot()];
    await ledger.claim(claimOf('i-b', 2));
    await ledger.free({ group: 'web', instanceId: 'i-a', index: 1 }, 'scaled in', at(1));
    await ledger.removeHold('web', 'i-a');
    for (let twice = 0; twice < 2; twice += 1) {
      ledger.restore(backup);
      expect(ledger.snapshot()).toStrictEqual(before);
      await ledger.claim(claimOf('i-c', 3));
    }
    ledger.restore();
    expect(ledger.snapshot()).toStrictEqual({});
  });

  test('shows holds, reserves and the breaker in a snapshot', async () => {
    const ledger = createMemoryLedger();
    await ledger.saveHold(holdOf('i-a'));
    await ledger.saveReserve(reserveOf('i-b'));
    await ledger.saveBreaker(breakerOf());
    expect(ledger.snapshot().web).toStrictEqual({ slots: [], history: [], ...(await ledger.records('web')) });
    expect(ledger.snapshot().web).toMatchObject({ holds: [holdOf('i-a')], breaker: breakerOf() });
  });

  test('cannot be changed through what it has given out or taken in', async () => {
    const ledger = createMemoryLedger();
    const holder = claimOf('i-a', 1);
    const addresses = ['10.0.0.1'];
    const record = { ...recordOf(1) };
    await ledger.claim(holder);
    await ledger.update(holder, { addresses });
    await ledger.saveBuild(holder, 'deploy', record);
    addresses.push('10.0.0.2');
    record.revision = 7;
    (ledger.snapshot().web?.members as unknown[]).length = 0;
    (await ledger.history('web'))[0] = undefined as never;

    await expect(ledger.members('web')).resolves.toMatchObject([
      { addresses: ['10.0.0.1'], builds: { deploy: { revision: 1 } } },
    ]);
    await expect(ledger.history('web')).resolves.toHaveLength(1);
  });

  test('is contended when told to be, and then has written nothing', async () => {
    let left = 1;
    const ledger = createMemoryLedger({ contends: () => left-- > 0 });
    await expect(ledger.claim(claimOf('i-a', 1))).resolves.toBe('contended');
    expect(ledger.snapshot()).toStrictEqual({});
    await expect(ledger.claim(claimOf('i-a', 1))).resolves.toBe('claimed');
  });
});
