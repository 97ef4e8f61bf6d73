import { findBuild, findItem, type RequestQuery } from '../../../functions/fleet/adapters/jenkins/lookup';
import { parseBuild, parseItem } from '../../../functions/fleet/adapters/jenkins/models';
import { readRetention } from '../../../functions/fleet/adapters/jenkins/setup/build-retention';
import type { JenkinsAnswer } from '../../../functions/fleet/adapters/jenkins/transport/http';

// Jenkins promises no order of items, builds, actions and values: which one is meant is never the first of a list.

const wanted: RequestQuery = {
  correlation: { parameter: 'MUSTER_BUILD', value: 'ours' },
  names: ['deploy'],
  queueId: '5',
  firstPossibleNumber: 3,
  newestAtMs: undefined,
};
const action = (...values: unknown[]) => ({
  parameters: values.map((value) => ({ name: 'MUSTER_BUILD', ...(value === undefined ? {} : { value }) })),
});
const build = (number: number, fields: object) => parseBuild({ number, building: true, ...fields })!;
const item = (id: number, fields: object) => parseItem({ id, task: { url: 'http://ci/job/deploy/' }, ...fields });

function bothWays<Kind>(one: Kind, other: Kind): Kind[][] {
  return [
    [one, other],
    [other, one],
  ];
}

// A Jenkins that was killed gives its queue's ids out again, and for a moment an item or a build shows no parameters.
test('the item with our value is ours, and not the one that has its id by now', () => {
  const again = item(5, {});
  for (const items of bothWays(again, item(9, { actions: [action('ours')] }))) {
    expect(findItem(items, wanted)).toEqual({ kind: 'item', queueId: '9' });
  }
  expect(findItem([again], wanted)).toEqual({ kind: 'item', queueId: '5' });
  for (const items of bothWays(again, item(9, { actions: [action('another')] }))) {
    expect(findItem(items, wanted)).toEqual({ kind: 'item', queueId: '5' });
  }
});

test('the build with our value is ours, and not one that shows none and has its item by now', () => {
  const again = (number: number) => build(number, { queueId: 5 });
  for (const builds of bothWays(again(4), build(7, { queueId: 9, actions: [action('ours')] }))) {
    expect(findBuild(builds, wanted)).toMatchObject({ kind: 'build', number: 7 });
  }
  for (const builds of bothWays(again(8), build(7, { actions: [action('ours')] }))) {
    expect(findBuild(builds, wanted)).toMatchObject({ kind: 'build', number: 7 });
  }
  expect(findBuild([again(4)], wanted)).toMatchObject({ kind: 'build', number: 4 });
});

test('a copy with our value comes after one that shows none and has our item', () => {
  const copy = build(9, { actions: [{ _class: 'ReplayAction' }, action('ours')] });
  for (const builds of bothWays(build(4, { queueId: 5 }), copy)) {
    expect(findBuild(builds, wanted)).toMatchObject({ kind: 'build', number: 4 });
  }
});

test.each([
  ['an action that does not show it', undefined],
  ['an action that has another', 'another'],
])('our value counts beside %s', (_, beside) => {
  for (const actions of bothWays(action('ours'), action(beside))) {
    expect(findBuild([build(7, { actions })], wanted)).toMatchObject({ kind: 'build', number: 7 });
    expect(findItem([item(9, { actions })], wanted)).toMatchObject({ kind: 'item', queueId: '9' });
  }
  expect(findBuild([build(7, { actions: [action('another')] })], wanted)).toEqual({ kind: 'nothing' });
});

test.each([
  ['a step after the build that keeps fewer', [20, 5], 5],
  ['one of them without a number', [-1, 7], 7],
  ['none with a number', [-1], undefined],
])('of all that discard builds the one that keeps fewest counts: %s', async (_, numbers, keeps) => {
  for (const given of [numbers, [...numbers].reverse()]) {
    const xml = `<project>${given.map((number) => `<x><numToKeep>${number}</numToKeep></x>`).join('')}</project>`;
    const answer = (url: string, body: string): JenkinsAnswer => ({
      kind: 'answer',
      url,
      status: 200,
      headers: {},
      body: Buffer.from(body),
      end: 'whole',
    });
    const send = async ({ url }: { url: string }) => answer(url, url.endsWith('config.xml') ? xml : '{}');
    expect(await readRetention({ send, redact: (text) => text }, 'http://ci/job/deploy')).toMatchObject({ keeps });
  }
});
