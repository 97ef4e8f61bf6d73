import { stepErrors, StepError, type StepErrorName } from '../../../functions/fleet/contracts/errors';

const namesOf = (wanted: 'waits' | 'fails') =>
  Object.entries(stepErrors).flatMap(([name, { kind }]) => (kind === wanted ? [name as StepErrorName] : []));
const placesIn = ({ stack = '' }: Error) => stack.split('\n').filter((line) => /^\s+at /.test(line));

test.each(namesOf('waits'))('%s is an answer: no stack goes into the history with it', (name) => {
  expect(placesIn(new StepError(name, 'not yet'))).toEqual([]);
});

test.each(namesOf('fails'))('%s says where it was thrown', (name) => {
  expect(placesIn(new StepError(name, 'stop'))[0]).toContain('state-error.test');
});

test('other errors keep their stacks after one that waits', () => {
  const before = placesIn(new Error('one')).length;
  expect(placesIn(new StepError('BuildQueued', 'not yet'))).toEqual([]);
  expect(placesIn(new Error('another'))).toHaveLength(before);
});
