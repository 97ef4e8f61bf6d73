import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import * as lifecycle from '../../../functions/fleet/domain/lifecycle';
import { filesBelow, root } from '../../house/measure';

const { decideMissingAction, isLeaving, isThroughHooks, isInLaunchHook, isInHookOf } = lifecycle;

// Every state that Auto Scaling has. [waits for a launch hook, is through its launch hooks, is leaving]
const states: Record<string, [waits: boolean, through: boolean, leaving: boolean]> = {
  Pending: [false, false, false],
  'Pending:Wait': [true, false, false],
  'Pending:Proceed': [false, true, false],
  Quarantined: [false, false, false],
  InService: [false, true, false],
  Terminating: [false, false, true],
  'Terminating:Wait': [false, false, true],
  'Terminating:Proceed': [false, false, true],
  'Terminating:Retained': [false, false, true],
  Terminated: [false, false, true],
  Detaching: [false, false, true],
  Detached: [false, false, true],
  EnteringStandby: [false, true, false],
  Standby: [false, true, false],
  ReplacingRootVolume: [false, false, false],
  'ReplacingRootVolume:Wait': [false, false, false],
  'ReplacingRootVolume:Proceed': [false, false, false],
  RootVolumeReplaced: [false, false, false],
  'Warmed:Pending': [false, false, false],
  'Warmed:Pending:Wait': [true, false, false],
  'Warmed:Pending:Proceed': [false, false, false],
  'Warmed:Terminating': [false, false, true],
  'Warmed:Terminating:Wait': [false, false, true],
  'Warmed:Terminating:Proceed': [false, false, true],
  'Warmed:Terminated': [false, false, true],
  'Warmed:Stopped': [false, false, false],
  'Warmed:Running': [false, false, false],
  'Warmed:Hibernated': [false, false, false],
};

test.each(Object.entries(states))('%s', (state, [waits, through, leaving]) => {
  expect(isInLaunchHook(state)).toBe(waits);
  expect(isThroughHooks(state)).toBe(through);
  expect(isLeaving(state)).toBe(leaving);
  expect(isInHookOf({ destination: 'AutoScalingGroup' }, state)).toBe(state === 'Pending:Wait');
  expect(isInHookOf({ destination: 'WarmPool' }, state)).toBe(state === 'Warmed:Pending:Wait');
});

// Of the questions that are asked of a state alone, in which states the answer is yes.
const asked = {
  isInHook: /:Wait$/,
  mayBeInLaunchHook: /^(Warmed:)?Pending(:Wait)?$/,
  isOnItsWayIntoService: /^Pending/,
  isBeforeLaunchHook: /^Pending$/,
  hasServed: /^(InService|EnteringStandby|Standby)$/,
  isInService: /^InService$/,
  isInStandby: /^Standby$/,
  isOfWarmPool: /^Warmed:/,
  isAtRestInPool: /^Warmed:(Stopped|Running|Hibernated)$/,
  isOfRootVolume: /RootVolume/,
  isReplacingRootVolume: /^ReplacingRootVolume/,
  hasOldRootVolume: /^ReplacingRootVolume(:Wait)?$/,
} as const;

test.each(Object.entries(asked) as [keyof typeof asked, RegExp][])('%s', (question, yes) => {
  const all = Object.keys(states);
  expect(all.filter((state) => lifecycle[question](state))).toEqual(all.filter((state) => yes.test(state)));
  expect(lifecycle[question](undefined)).toBe(false);
});

// A state, or the beginning of one: `Pending` by itself, in a pattern, or before a colon.
const named =
  /Warmed:|(Pending|Terminating|ReplacingRootVolume):|:Wait|^\W*(Pending|InService|Standby|EnteringStandby|Terminating|ReplacingRootVolume|RootVolume)\W*$|\^\(?(InService|Pending)/;

function statesNamedIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node);
    if (isText && named.test(node.text)) found.push(`${file}: ${node.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('states are named in one file', () => {
  const own = 'functions/fleet/domain/lifecycle.ts';
  expect(statesNamedIn(own).length).toBeGreaterThan(15);
  const others = filesBelow('functions/fleet', '.ts').filter((file) => file !== own);
  expect(others.flatMap(statesNamedIn)).toEqual([]);
});

test('an instance that the group does not have waits for nothing, and is through nothing', () => {
  expect(isInLaunchHook(undefined)).toBe(false);
  expect(isThroughHooks(undefined)).toBe(false);
  expect(isInHookOf({ destination: 'WarmPool' }, undefined)).toBe(false);
});

describe('an action that is not there', () => {
  const decide = (lifecycleState: string | undefined, mayBeOurs: boolean) =>
    decideMissingAction({ lifecycleState, mayBeOurs });

  test.each(['Pending', 'Pending:Wait', 'Warmed:Pending:Wait'])('in %s has expired unless it may be ours', (state) => {
    expect(decide(state, false)).toEqual({ action: 'expired', reason: expect.stringContaining(state) as string });
    expect(decide(state, true)).toMatchObject({
      action: 'completed',
      reason: expect.stringContaining('another hook') as string,
    });
  });

  test.each(['InService', 'Pending:Proceed'])('in %s is completed, by whomever', (state) => {
    for (const ours of [true, false]) {
      expect(decide(state, ours)).toEqual({
        action: 'completed',
        reason: `the lifecycle action is completed (${state})`,
      });
    }
  });

  test('past that, or gone, says where the instance is', () => {
    expect(decide('Warmed:Stopped', false).reason).toBe('the instance is past the launch (Warmed:Stopped)');
    expect(decide('Terminating:Wait', true).reason).toBe('the instance is leaving the group (Terminating:Wait)');
    expect(decide(undefined, true)).toMatchObject({ action: 'gone' });
  });
});
