import type { LabOptions } from '../../../infra/lab/systems/fleet/lab';
import { intercept } from '../../../infra/lab/region/calls/intercept';
import { ServiceError } from '../../../infra/lab/region/base/service-error';
import { told } from '../../support/failures';
import { launch, lastState, onlyExecution, settle, stateOf, withLab } from '../../support/run-lab';

const some = (count: number, prefix = 'team') =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}-${at}`, 'x']));

function failure(lab: Parameters<typeof onlyExecution>[0]) {
  const { status, error, cause = '', executionArn } = onlyExecution(lab);
  return { status, error, cause, state: lastState(lab, executionArn) };
}

test.each([
  [
    '49 of the group, and four of Muster',
    49,
    { Role: 'web' },
    '49 tags and is to get Name, Role, muster:index, muster:d',
  ],
  ['30 of the group, and 30 of the settings', 30, some(30, 'own'), '30 tags and is to get Name, own-0'],
])('too many tags: %s: the launch says so, and a person who fixes it redrives', (_, count, tags, says) =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { tags: some(count), settings: { tags } });
    const [id] = await launch(lab);
    const { cause, ...rest } = failure(lab);
    expect(rest).toEqual({ status: 'FAILED', error: 'TagsRefused', state: 'Tag instance' });
    expect(cause).toContain(says);
    expect(cause).toContain("take some out of the group's settings");
    expect(told(lab)).toHaveLength(1);
    lab.region.ec2.world.removeTags(id!, Object.keys(some(count)));
    await lab.muster.operations.retry({ group: 'web', instance: 'web-01' });
    await settle(lab);
    expect(stateOf(lab, id!)).toBe('InService');
  }),
);

test('exactly fifty tags fit', () =>
  withLab({}, async (lab) => {
    lab.addGroup('web', { tags: some(46), settings: { tags: { Role: 'web' } } });
    const [id] = await launch(lab);
    expect(stateOf(lab, id!)).toBe('InService');
  }));

test('an instance whose group EC2 does not see yet is tagged a few seconds later', () =>
  withLab({ region: { timings: { ec2: { taggableAfterMs: 25_000 } } } }, async (lab) => {
    lab.addGroup('web');
    const [id] = await launch(lab);
    expect(stateOf(lab, id!)).toBe('InService');
    expect(told(lab)).toEqual([]);
  }));

test('one that EC2 never lets Muster tag fails after a minute, with what to look at', () =>
  withLab({ region: { timings: { ec2: { taggableAfterMs: Infinity } } } }, async (lab) => {
    lab.addGroup('web');
    await launch(lab);
    const { cause, ...rest } = failure(lab);
    expect(rest).toEqual({ status: 'FAILED', error: 'TagsRefused', state: 'Tag instance' });
    expect(cause).toContain('see the role of tag-instance');
    expect(cause).not.toContain('Encoded');
    const { startDate, stopDate } = onlyExecution(lab);
    expect(stopDate!.getTime() - startDate!.getTime()).toBeLessThan(90_000);
  }));

test.each([
  ['InvalidParameterValue', 'Tag value exceeds the maximum length'],
  ['TagPolicyViolation', 'The tag policy does not allow the specified value for the following tag key: Role'],
  ['InvalidInstanceID.Malformed', 'Invalid id'],
  ['CodeOfTomorrow', 'a reason of tomorrow'],
])('%s of CreateTags has a name, and AWS’s own words', (code, message) => {
  const options: Pick<LabOptions, 'interceptPorts'> = {
    interceptPorts: (ports) => ({
      ...ports,
      ec2: intercept(ports.ec2, ({ operation }, proceed) => {
        if (operation === 'createTags') throw new ServiceError({ code, message });
        return proceed();
      }),
    }),
  };
  return withLab(options, async (lab) => {
    lab.addGroup('web');
    await launch(lab);
    expect(failure(lab)).toMatchObject({ error: 'TagsRefused', state: 'Tag instance' });
    expect(failure(lab).cause).toContain(message);
  });
});
