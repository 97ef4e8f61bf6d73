import type { Ledger } from '../../../functions/fleet/ledger/port';
import { at, breakerOf, build, holdOf, observationOf, recordOf, reserveOf, type Use } from './samples';

/** One kind of record, as far as all of them are alike. */
interface Kind {
  readonly kind: string;
  /** With nothing that it can be without. */
  readonly bare: (revision: number) => object;
  /** With everything that it can have. */
  readonly full: (revision: number) => object;
  readonly save: (ledger: Ledger, record: object) => Promise<void>;
  readonly read: (ledger: Ledger) => Promise<object | undefined>;
  /** Who it is, as an error must say. */
  readonly called: string;
}

const fullHold = {
  name: 'web-1',
  redrive: 2,
  endsAt: at(60),
  hookEndsAt: at(3600),
  report: { state: 'sent', at: at(32) },
} as const;
const fullReserve = {
  phase: 'completing',
  addresses: ['10.0.0.1', 'fd00::1'],
  completedToken: 'token',
  builds: { provision: recordOf(2, build), 'platform/warm.web #1': recordOf(1) },
} as const;
const fullBreaker = {
  failed: ['i-c', 'i-a', 'i-b'],
  openedAt: at(40),
  report: { state: 'unsent', at: at(41) },
} as const;

const kinds: readonly Kind[] = [
  {
    kind: 'a hold',
    bare: (revision) => holdOf('i-a', revision),
    full: (revision) => holdOf('i-a', revision, fullHold),
    save: (ledger, record) => ledger.saveHold(record as never),
    read: (ledger) => ledger.findHold('web', 'i-a'),
    called: "the hold of i-a in group 'web'",
  },
  {
    kind: 'a reserve',
    bare: (revision) => reserveOf('i-a', revision),
    full: (revision) => reserveOf('i-a', revision, fullReserve),
    save: (ledger, record) => ledger.saveReserve(record as never),
    read: (ledger) => ledger.findReserve('web', 'i-a'),
    called: "the reserve i-a of group 'web'",
  },
  {
    kind: 'a breaker',
    bare: (revision) => breakerOf(revision),
    full: (revision) => breakerOf(revision, fullBreaker),
    save: (ledger, record) => ledger.saveBreaker(record as never),
    read: (ledger) => ledger.breaker('web'),
    called: "the breaker of group 'web'",
  },
  {
    kind: 'an observation',
    bare: (revision) => observationOf('change /change/C1', revision),
    full: (revision) => observationOf('change /change/C1', revision, { at: at(50), value: '["INSYNC"]' }),
    save: (ledger, record) => ledger.saveObservation(record as never),
    read: (ledger) => ledger.observation('web', 'change /change/C1'),
    called: "the observation 'change /change/C1' of group 'web'",
  },
];

export function describeState(use: Use): void {
  describe.each(kinds)('$kind', (kind) => {
    const save = (record: object) => kind.save(use(), record);
    const stored = () => kind.read(use());

    describeRoundTrip(kind, save, stored);
    describeRevisions(kind, save, stored);
    describeRace(kind, save, stored);
  });
}

type Save = (record: object) => Promise<void>;
type StoredRecord = () => Promise<object | undefined>;

function describeRoundTrip({ bare, full }: Kind, save: Save, stored: StoredRecord): void {
  test('is not there before it is saved', async () => {
    await expect(stored()).resolves.toBeUndefined();
  });

  test.each([
    ['everything that it can have', full],
    ['nothing that it can be without', bare],
  ])('comes back as it was saved with %s', async (_, record) => {
    await save(record(1));
    await expect(stored()).resolves.toStrictEqual(record(1));
  });

  test('is replaced wholly', async () => {
    await save(full(1));
    await save(bare(2));
    await expect(stored()).resolves.toStrictEqual(bare(2));
    await save(full(3));
    await expect(stored()).resolves.toStrictEqual(full(3));
  });

  test('is changed through no object that a caller holds', async () => {
    const record = bare(1) as { revision: number };
    await save(record);
    record.revision = 7;
    // What is given out is a copy, or cannot be changed.
    Reflect.set((await stored()) as { revision: number }, 'revision', 8);
    await expect(stored()).resolves.toStrictEqual(bare(1));
  });
}

function describeRevisions({ bare, full, called }: Kind, save: Save, stored: StoredRecord): void {
  test.each([
    ['the first one when one exists', 1],
    ['the same one again', 2],
    ['one that leaves a gap', 4],
    ['one from before the first', 0],
  ])('is outdated as %s, and nothing changes', async (_, revision) => {
    await save(bare(1));
    await save(bare(2));
    await expect(save(full(revision))).rejects.toMatchObject({
      name: 'Outdated',
      fault: 'environment',
      message: expect.stringContaining(`${called} has been changed by another run: revision ${revision} `) as string,
    });
    await expect(stored()).resolves.toStrictEqual(bare(2));
  });

  test.each([0, 2])('is outdated as revision %i where there is none', async (revision) => {
    await expect(save(full(revision))).rejects.toMatchObject({ name: 'Outdated' });
    await expect(stored()).resolves.toBeUndefined();
  });
}

function describeRace({ bare, full }: Kind, save: Save, stored: StoredRecord): void {
  test.each([
    ['nothing', 1, full],
    ['nothing, and write the same', 1, bare],
    ['the same one', 2, full],
    ['the same one, and write the same', 2, bare],
  ])('goes to one of two that read %s', async (_, revision, other) => {
    if (revision === 2) await save(bare(1));
    const both = [bare(revision), other(revision)];
    const ends = await Promise.allSettled(both.map(save));
    const winners = both.filter((_record, each) => ends[each]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(ends).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ name: 'Outdated' }) as Error,
    });
    await expect(stored()).resolves.toStrictEqual(winners[0]);
  });
}
