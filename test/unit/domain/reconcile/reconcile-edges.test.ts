import {
  decideReconcile,
  isBackAlready,
  releaseAskedFor,
} from '../../../../functions/fleet/domain/reconcile/reconcile';
import type { GroupView, Sighting } from '../../../../functions/fleet/domain/reconcile/sighting';
import { aLaunch } from '../../../support/launches';
import { aHold, aMember, anExecution, aReserve, aSighting, aView } from '../../../support/sightings';

// What the table of reconcile.test.ts does not reach: one word, one absence.

const decided = (seen: Partial<Sighting>, view: Partial<GroupView> = {}) =>
  decideReconcile(aSighting(seen), aView(view));
const actions = (seen: Partial<Sighting>, view: Partial<GroupView> = {}) =>
  decided(seen, view).map(({ action }) => action);
const releases = (seen: Partial<Sighting>, view: Partial<GroupView> = {}) =>
  decided(seen, view).flatMap((one) => (one.action === 'release' ? [one] : []));
const served = aMember({ phase: 'in-service' });

describe('the release that a state asks for', () => {
  test.each([
    [undefined, undefined, 'orphan'],
    ['Terminating:Wait', undefined, 'scale-in'],
    ['Warmed:Terminating:Wait', served, 'scale-in'],
    ['ReplacingRootVolume:Wait', served, 'root-volume'],
    ['Warmed:Pending:Wait', served, 'to-warm-pool'],
    ['Warmed:Pending:Wait', undefined, undefined],
    ['Pending:Wait', served, undefined],
    ['Terminating', served, undefined],
    ['ReplacingRootVolume', served, undefined],
    ['InService', served, undefined],
  ])('%s', (state, member, expected) => expect(releaseAskedFor({ state, member })).toBe(expected));
});

describe('one that is gone', () => {
  const gone = { state: undefined, presence: 'ended' } as const;
  test('without anything on record asks for nothing, but for its launch that still runs', () => {
    expect(actions({ ...gone })).toEqual([]);
    expect(actions({ ...gone, launch: anExecution() })).toEqual(['release']);
    expect(actions({ ...gone, launch: anExecution({ status: 'FAILED' }) })).toEqual([]);
  });
  test.each([{ member: served }, { hold: aHold() }, { reserve: aReserve() }])(
    'is released of all that it has',
    (has) => {
      expect(releases({ ...gone, ...has })).toMatchObject([{ release: { reason: 'orphan', lifecycle: null } }]);
      expect(actions({ ...gone, ...has, isReleasing: true })).toEqual([]);
      expect(actions({ ...gone, ...has, isReleasing: true, launch: anExecution() })).toEqual(['release']);
    },
  );
  test('is called by the name that is known', () => {
    const nameless = aHold();
    Reflect.deleteProperty(nameless, 'name');
    expect(releases({ ...gone, member: served })[0]?.reason).toBe('web-01 is not in web any more');
    expect(releases({ ...gone, hold: aHold({ name: 'web-07' }) })[0]?.reason).toBe('web-07 is not in web any more');
    expect(releases({ ...gone, hold: nameless })[0]?.reason).toBe('i-0a1b2c3d is not in web any more');
  });
  test('and runs on, or is not known to be gone, keeps its number', () => {
    expect(actions({ ...gone, member: served, presence: 'there' })).toEqual(['detached']);
    expect(actions({ ...gone, member: served, presence: undefined })).toEqual([]);
    expect(actions({ ...gone, member: aMember({ phase: 'releasing' }), presence: 'there' })).toEqual(['release']);
  });
});

describe('one whose root volume is replaced', () => {
  const waits = { state: 'ReplacingRootVolume:Wait', member: served };
  test('is nothing to us without a member', () => {
    expect(actions({ state: 'ReplacingRootVolume:Wait' })).toEqual([]);
    expect(actions({ state: 'RootVolumeReplaced' })).toEqual([]);
  });
  test('is kept waiting while its release runs', () => {
    expect(actions({ ...waits, isReleasing: true })).toEqual(['heartbeat']);
  });
  test.each([
    ['FAILED', ['release']],
    ['TIMED_OUT', ['release']],
    ['RUNNING', []],
    ['SUCCEEDED', []],
    [undefined, []],
  ])('is prepared again only if that has failed (%s)', (releaseStatus, expected) => {
    expect(actions({ ...waits, member: aMember({ phase: 'replacing' }), releaseStatus })).toEqual(expected);
  });
  test('is marked once it is past the hook, and once', () => {
    expect(actions({ state: 'ReplacingRootVolume:Proceed', member: served })).toEqual(['mark-replacing']);
    expect(actions({ state: 'RootVolumeReplaced', member: aMember({ phase: 'replacing' }) })).toEqual([]);
  });
});

describe('one that waits', () => {
  test('in the pool, on its way back, is released as such, and kept while it is', () => {
    expect(releases({ state: 'Warmed:Pending:Wait', member: served })).toMatchObject([
      { release: { reason: 'to-warm-pool', lifecycle: { hookName: 'muster-terminate', result: 'CONTINUE' } } },
    ]);
    expect(decided({ state: 'Warmed:Pending:Wait', member: served, isReleasing: true })).toMatchObject([
      { action: 'heartbeat', hookName: 'muster-terminate' },
    ]);
    expect(actions({ state: 'Warmed:Pending:Wait', member: served }, { hooks: { 'muster-launch': 600 } })).toEqual([]);
  });
  test('gets nothing while its hook is not known', () => {
    const unknown = { settings: undefined, hooks: {} };
    expect(actions({}, unknown)).toEqual([]);
    expect(actions({ member: aMember({ phase: 'releasing' }) }, unknown)).toEqual([]);
    expect(actions({ isReleasing: true }, unknown)).toEqual([]);
  });
  test('is abandoned by the token of its launch, or by none', () => {
    const aborted = { status: 'ABORTED', error: 'InstanceGone' };
    for (const [launch, token] of [
      [anExecution(aborted), 'token-1'],
      [anExecution({ ...aborted, input: undefined }), null],
      [anExecution({ ...aborted, input: aLaunch({ lifecycle: null }) }), null],
    ] as const)
      expect(releases({ launch, member: aMember() })).toMatchObject([{ release: { lifecycle: { token } } }]);
  });
  test('is abandoned by the token of its launch, or by none, and told when its hold ended', () => {
    const late = { now: new Date('2026-01-01T13:00:00Z') };
    for (const [launch, token] of [
      [anExecution({ status: 'FAILED' }), 'token-1'],
      [anExecution({ status: 'FAILED', input: undefined }), null],
    ] as const)
      expect(releases({ launch, member: aMember(), hold: aHold() }, late)).toMatchObject([
        { reason: 'its hold ended at 2026-01-01T13:00:00.000Z', release: { lifecycle: { token, result: 'ABANDON' } } },
      ]);
    expect(
      releases(
        { launch: anExecution({ status: 'FAILED' }), hold: aHold() },
        { now: new Date('2026-01-01T12:59:59.999Z') },
      ),
    ).toEqual([]);
  });
});

describe('to be back already', () => {
  const releasing = aMember({ phase: 'releasing', inServiceAt: '2025-06-01T00:00:00.000Z' });
  const other = `${releasing.execution}_2`;
  test.each<[string, Partial<Sighting>, boolean]>([
    ['ended well', { member: releasing, launch: anExecution({ status: 'SUCCEEDED' }) }, true],
    ['another one runs', { member: releasing, launch: anExecution({ arn: other }) }, true],
    ['the same one runs', { member: releasing, launch: anExecution() }, false],
    ['another one failed', { member: releasing, launch: anExecution({ arn: other, status: 'FAILED' }) }, false],
    ['is forgotten', { member: releasing }, true],
    ['nothing is released', { member: served, launch: anExecution({ status: 'SUCCEEDED' }) }, false],
    ['nothing is held', { launch: anExecution({ status: 'SUCCEEDED' }) }, false],
    ['nothing is released, and it is forgotten', { member: { ...releasing, phase: 'in-service' } }, false],
  ])('%s: %s', (_, seen, expected) => expect(isBackAlready(aSighting(seen))).toBe(expected));
});

describe('one that waits for nothing', () => {
  const releasing = aMember({ phase: 'releasing' });
  test.each(['Warmed:Stopped', 'Warmed:Running', 'Warmed:Hibernated'])('is released into the pool in %s', (state) => {
    expect(releases({ state, member: served })).toMatchObject([
      { release: { reason: 'to-warm-pool', lifecycle: null } },
    ]);
    expect(actions({ state, member: served, isReleasing: true })).toEqual([]);
    expect(actions({ state })).toEqual([]);
  });
  test.each(['InService', 'Standby', 'Pending:Proceed'])('is released further in %s', (state) => {
    expect(releases({ state, member: releasing })).toMatchObject([
      { release: { reason: 'abandoned', lifecycle: null } },
    ]);
    expect(actions({ state, member: served })).toEqual([]);
  });
  test('is in service, and nothing of it is left to do', () => {
    const launch = anExecution({ status: 'SUCCEEDED' });
    expect(actions({ state: 'InService', member: served, launch })).toEqual([]);
    expect(actions({ state: 'InService', member: served, launch, hold: aHold() })).toEqual(['settle']);
    expect(actions({ state: 'Pending', member: aMember(), launch: anExecution() })).toEqual([]);
    expect(actions({ state: 'Pending', member: aMember() })).toEqual([]);
    expect(actions({ state: 'Pending:Proceed', member: aMember({ phase: 'completing' }), launch })).toEqual([
      'mark-in-service',
    ]);
    expect(actions({ state: 'Pending', member: aMember({ phase: 'completing' }), launch })).toEqual([]);
  });
});
