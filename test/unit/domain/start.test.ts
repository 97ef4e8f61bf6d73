import { admit, decideRepeat } from '../../../functions/fleet/domain/start';
import { aLaunch, someSettings } from '../../support/launches';

describe('admit', () => {
  test('a launch of our hook starts', () => {
    expect(admit(aLaunch(), someSettings()).action).toBe('start');
  });
  test('one without a lifecycle action starts too', () => {
    expect(admit(aLaunch({ lifecycle: null }), someSettings()).action).toBe('start');
  });
  test("another hook's action is left to whoever made the hook", () => {
    const decision = admit(aLaunch({ lifecycle: { hookName: 'backup', token: 't' } }), someSettings());
    expect(decision).toEqual({ action: 'ignore', reason: expect.stringContaining('backup') as string });
  });
  test('an instance on its way into a warm pool has no place in service yet', () => {
    expect(admit(aLaunch({ destination: 'WarmPool' }), someSettings()).action).toBe('ignore');
  });
});

describe('decideRepeat', () => {
  const again = aLaunch({ lifecycle: { hookName: 'muster-launch', token: 'token-2' } });

  test('the instance waits again, for another action, and the earlier execution ended well: a further launch', () => {
    expect(decideRepeat(again, { status: 'SUCCEEDED', token: 'token-1' }, 'Pending:Wait').action).toBe('next-attempt');
  });
  test.each([
    ['the same action', aLaunch(), { status: 'SUCCEEDED', token: 'token-1' }, 'Pending:Wait'],
    ['it does not wait', again, { status: 'SUCCEEDED', token: 'token-1' }, 'InService'],
    ['it is gone', again, { status: 'SUCCEEDED', token: 'token-1' }, undefined],
    ['it is running', again, { status: 'RUNNING', token: 'token-1' }, 'Pending:Wait'],
    ['it has failed: its operator redrives it', again, { status: 'FAILED', token: 'token-1' }, 'Pending:Wait'],
    ['it was aborted', again, { status: 'ABORTED', token: 'token-1' }, 'Pending:Wait'],
    [
      'a notification after the fact',
      aLaunch({ lifecycle: null }),
      { status: 'SUCCEEDED', token: 'token-1' },
      'Pending:Wait',
    ],
  ])('nothing new: %s', (_, launch, earlier, state) => {
    expect(decideRepeat(launch, earlier, state).action).toBe('ignore');
  });
});
