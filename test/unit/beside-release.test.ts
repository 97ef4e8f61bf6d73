import { makeHandler as makeClaimIndex } from '../../functions/fleet/steps/claim-index/handler';
import { makeHandler as makeDeregisterTargets } from '../../functions/fleet/steps/deregister-targets/handler';
import { makeHandler as makeFreeIndex } from '../../functions/fleet/steps/free-index/handler';
import type { Ledger } from '../../functions/fleet/ledger/port';
import { createMemoryLedger } from '../../infra/lab/region/ledger/memory-ledger';
import { intercept } from '../../infra/lab/region/calls/intercept';
import { aLaunch, someSettings } from '../support/launches';
import { aReserve } from '../support/sightings';

// A launch and the release of its own instance's earlier stay, each of them between two lines of the other.

const { group, instanceId } = aLaunch();
const earlier = 'arn:aws:states:eu-central-1:123456789012:execution:scale-out:earlier';
const later = 'arn:aws:states:eu-central-1:123456789012:execution:scale-out:later';
const holder = { group, instanceId, index: 1 };
const began = '2026-01-01T00:00:00.000Z';
const clock = { now: () => new Date('2026-01-01T00:10:00.000Z') };
const silent = { info: () => undefined, error: () => undefined, with: () => silent };
const metrics = { count: () => undefined, duration: () => undefined };
const unused = new Proxy({}, { get: () => () => Promise.reject(new TypeError('this call is not expected')) });

/** A ledger that something happens to right before a call, once. */
function withMeanwhile(ledger: Ledger, operation: keyof Ledger, meanwhile: () => Promise<unknown>): Ledger {
  let isOpen = true;
  return intercept(ledger, async (call, proceed) => {
    if (isOpen && call.operation === operation) {
      isOpen = false;
      await meanwhile();
    }
    return proceed();
  });
}

async function claimed(execution = earlier) {
  const ledger = createMemoryLedger();
  await ledger.claim({ ...holder, name: 'web-01', execution, at: began });
  return ledger;
}

const run = (execution: string) => ({ execution, redrives: 0, enteredAt: began, redrivenAt: null });

function claim(ledger: Ledger) {
  const settings = { read: async () => someSettings(), list: async () => [group] };
  const deps = { clock, log: silent, metrics, settings, autoScaling: unused, ledger, random: { unit: () => 0 } };
  return makeClaimIndex(deps as never)({ launch: aLaunch(), run: run(later) });
}

function release(step: 'deregister-targets' | 'free-index', ledger: Ledger, changes: object = {}) {
  const deps = { clock, log: silent, metrics, autoScaling: unused, elasticLoadBalancing: unused, ledger };
  const make = step === 'free-index' ? makeFreeIndex : makeDeregisterTargets;
  const input = { group, instanceId, reason: 'to-warm-pool', lifecycle: null, launches: [earlier], ...changes };
  return make(deps as never)({ release: input, run: run('arn:release') });
}

describe('a launch', () => {
  test('waits while what its instance held is taken back', async () => {
    const ledger = await claimed();
    await ledger.update(holder, { phase: 'releasing' });
    await expect(claim(ledger)).rejects.toMatchObject({ name: 'ReleaseAwaited' });
    expect(await ledger.member(group, instanceId)).toMatchObject({ phase: 'releasing', execution: earlier });
  });

  test('waits also if the release takes over right after it has looked', async () => {
    const ledger = await claimed();
    const meanwhile = () => ledger.update(holder, { phase: 'releasing' });
    await expect(claim(withMeanwhile(ledger, 'update', meanwhile))).rejects.toMatchObject({ name: 'ReleaseAwaited' });
    expect(await ledger.member(group, instanceId)).toMatchObject({ phase: 'releasing', execution: earlier });
  });

  test('takes over what no release has taken over', async () => {
    const ledger = await claimed();
    expect(await claim(ledger)).toMatchObject({ action: 'held-already', index: 1 });
    expect(await ledger.member(group, instanceId)).toMatchObject({ phase: 'launching', execution: later });
  });
});

describe('the release of the earlier stay', () => {
  test.each(['to-warm-pool', 'orphan', 'scale-in', 'root-volume'])(
    'leaves alone what a later launch has taken over (%s)',
    async (reason) => {
      const ledger = await claimed();
      await ledger.update(holder, { execution: later, phase: 'launching' });
      const before = ledger.snapshot();
      expect(await release('deregister-targets', ledger, { reason })).toMatchObject({ action: 'passed' });
      await ledger.update(holder, { phase: 'in-service' });
      expect(await release('deregister-targets', ledger, { reason })).toMatchObject({ action: 'passed' });
      expect(await release('free-index', ledger, { reason })).toMatchObject({ action: 'passed' });
      expect(ledger.snapshot()).toEqual({
        [group]: { ...before[group], members: [{ ...before[group]!.members[0]!, phase: 'in-service' }] },
      });
    },
  );

  test('looks again if a later launch takes over right after it has looked', async () => {
    const ledger = await claimed();
    const meanwhile = () => ledger.update(holder, { execution: later, phase: 'launching' });
    const first = release('deregister-targets', withMeanwhile(ledger, 'update', meanwhile));
    await expect(first).rejects.toMatchObject({ name: 'Throttled' });
    expect(await ledger.member(group, instanceId)).toMatchObject({ phase: 'launching', execution: later });
  });

  test.each([
    ['the launches that it is for', {}],
    ['a launch that is to be abandoned, whichever', { reason: 'abandoned', launches: [later] }],
    ['all that there is, if it was started by hand', { launches: undefined }],
  ])('takes back %s', async (_, changes) => {
    const ledger = await claimed();
    await ledger.update(holder, { phase: 'in-service', inServiceAt: began });
    if ('reason' in changes) await ledger.update(holder, { phase: 'launching' });
    const autoScaling = { describeAutoScalingInstances: async () => ({ AutoScalingInstances: [] }) };
    const deps = { clock, log: silent, metrics, autoScaling, elasticLoadBalancing: unused, ledger };
    const input = { group, instanceId, reason: 'orphan', lifecycle: null, launches: [earlier], ...changes };
    const step = (at: () => Date) =>
      makeDeregisterTargets({ ...deps, clock: { now: at } } as never)({ release: input, run: run('arn:release') });
    if ('reason' in changes) {
      // A step of the launch may still be at work: first it is on record that the launch is ending.
      await expect(step(clock.now)).rejects.toMatchObject({ name: 'LaunchEnding' });
      expect(await ledger.member(group, instanceId)).toMatchObject({
        phase: 'launching',
        endingSince: clock.now().toISOString(),
      });
    }
    await step(() => new Date(clock.now().getTime() + 71_000));
    expect(await ledger.member(group, instanceId)).toMatchObject({ phase: 'releasing' });
  });

  test('frees nothing of a launch that has claimed the same number since', async () => {
    const ledger = await claimed();
    await ledger.update(holder, { phase: 'releasing' });
    const meanwhile = async () => {
      await ledger.free(holder, 'to-warm-pool', began);
      await ledger.claim({ ...holder, name: 'web-01', execution: later, at: '2026-01-01T00:09:00.000Z' });
    };
    await release('free-index', withMeanwhile(ledger, 'free', meanwhile), { reason: 'orphan' });
    expect(await ledger.member(group, instanceId)).toMatchObject({ execution: later, phase: 'launching' });
  });

  test.each([
    [earlier, false],
    [later, true],
  ])('of a reserve alone takes back its own only (%s)', async (execution, isLeft) => {
    const ledger = createMemoryLedger();
    await ledger.saveReserve(aReserve({ execution }));
    await release('free-index', ledger, { reason: 'orphan' });
    expect((await ledger.findReserve(group, instanceId)) !== undefined).toBe(isLeft);
  });
});
