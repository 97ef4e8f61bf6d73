import { isUnserved } from '../../../functions/fleet/domain/waiting';
import type { GroupView, Sighting } from '../../../functions/fleet/domain/reconcile/sighting';
import { aHold, aMember, anExecution, aReserve, aSighting, aView } from '../../support/sightings';

const failed = anExecution({ status: 'FAILED', redrivable: true });
const served = anExecution({ status: 'SUCCEEDED' });
const member = aMember();
const late = { now: new Date('2026-01-01T13:00:00Z') };
const leaving = { state: 'Terminating:Wait', member };
const rootVolume = { state: 'ReplacingRootVolume:Wait', member: aMember({ phase: 'replacing' }) };

test.each<[string, boolean, Partial<Sighting>, Partial<GroupView>?]>([
  ['nothing is known of', true, {}],
  ['enters the warm pool without a launch', true, { state: 'Warmed:Pending:Wait' }],
  ['goes back to the warm pool without a release', true, { state: 'Warmed:Pending:Wait', member }],
  ['leaves without a release', true, leaving],
  ['leaves after a release that failed', true, { ...leaving, releaseStatus: 'FAILED' }],
  ['leaves after a release, and still holds a number', true, { ...leaving, releaseStatus: 'SUCCEEDED' }],
  ['gets a root volume without a release', true, rootVolume],
  ['gets a root volume and is unknown', true, { state: 'ReplacingRootVolume:Wait' }],
  ['has failed and is not held', true, { launch: failed, member }],
  ['has failed, and whose hold is over', true, { launch: failed, member, hold: aHold() }, late],
  ['was to be released, and is not', true, { launch: anExecution({ status: 'ABORTED' }), member }],
  ['has been released since its launch', true, { launch: served }],

  ['its launch runs for', false, { launch: anExecution() }],
  ['is being released', false, { ...leaving, isReleasing: true }],
  ['is held', false, { launch: failed, member, hold: aHold() }],
  ['is held by a breaker', false, { launch: failed, member, hold: aHold() }, { ...late, breakerIsOpen: true }],
  ['waits for the hook of another owner', false, { launch: served, member: aMember({ phase: 'in-service' }) }],
  ['is in the pool as far as it goes', false, { state: 'Warmed:Pending:Wait', reserve: aReserve({ phase: 'warmed' }) }],
  ['waits for another hook after its release', false, { state: 'Terminating:Wait', releaseStatus: 'SUCCEEDED' }],
  ['waits for another hook after it was drained', false, { ...rootVolume, releaseStatus: 'SUCCEEDED' }],
  ['is in service', false, { state: 'InService', member }],
  ['is pending', false, { state: 'Pending' }],
  ['is not in the group', false, { state: undefined, member }],
])('an instance that %s waits unserved: %s', (_, expected, seen, view = {}) => {
  expect(isUnserved(aSighting(seen), aView(view))).toBe(expected);
});

test('an open breaker explains a failure, and not that no launch has begun', () => {
  expect(isUnserved(aSighting({}), aView({ breakerIsOpen: true }))).toBe(true);
});
