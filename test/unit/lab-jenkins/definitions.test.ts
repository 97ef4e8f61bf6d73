import { createJenkinsStandIn, type JobDefinition } from '../../../infra/lab/jenkins';
import { deploy, failure, Lab, seeded } from './lab';
import { VirtualClock } from '../../../infra/lab/kernel/clock';

describe('a job definition that no Jenkins could have', () => {
  const definitions: [JobDefinition, string][] = [
    [{ name: 'web//deploy' }, 'without empty parts'],
    [{ name: '' }, 'without empty parts'],
    [{ name: 'j', numToKeep: 0 }, 'numToKeep must be 1 or more, got 0'],
    [{ name: 'j', quietPeriodMs: -1 }, 'quietPeriodMs must be 0 or more, got -1'],
    [{ name: 'j', parameters: [{ name: '' }] }, 'a parameter has no name'],
    [{ name: 'j', parameters: [{ name: 'A' }, { name: 'A' }] }, 'parameter A is defined twice'],
    [{ name: 'j', parameters: [{ name: 'delay' }] }, 'call it something else'],
    [{ name: 'j', parameters: [{ name: 'A', type: 'choice' }] }, 'a choice without choices'],
    [{ name: 'j', parameters: [{ name: 'A', choices: ['x'] }] }, 'has choices but is of type string'],
    [
      { name: 'j', parameters: [{ name: 'A', type: 'choice', choices: ['x', 'y'], default: 'z' }] },
      'the default "z" of A is not one of x, y',
    ],
    [{ name: 'j', behaviour: { durationMs: -5 } }, 'got durationMs -5'],
  ];

  test.each(definitions)('is refused: %o', (definition, problem) => {
    const { name, message } = failure(() => new Lab({ jobs: [definition] }));
    expect(name).toBe('InvalidJob');
    expect(message).toContain(problem);
  });

  test('is refused as a change too, and the job stays as it was', () => {
    const lab = new Lab();
    expect(() => lab.jenkins.updateJob('web/deploy', { numToKeep: -1 })).toThrow('numToKeep');
    expect(lab.trigger().status).toBe(201);
  });

  test('is refused when there is such a job already, and added when there is not', () => {
    const lab = new Lab();
    expect(() => lab.jenkins.addJob(deploy)).toThrow('is there already');
    lab.jenkins.addJob({ name: 'web/other' });
    expect(lab.json('/job/web').jobs.map(({ name }) => name)).toEqual(['deploy', 'other']);
  });
});

describe('an option that makes no sense', () => {
  test.each([
    [{ executors: -1 }, 'executors must be 0 or more, got -1'],
    [{ quietPeriodMs: Number.NaN }, 'quietPeriodMs must be 0 or more, got NaN'],
    [{ contextPath: 'jenkins/' }, 'contextPath'],
    [{ coreVersion: 'old' }, 'coreVersion is a release like 2.579, got "old"'],
  ])('is refused: %o', (options, problem) => {
    const create = (): unknown =>
      createJenkinsStandIn({ clock: new VirtualClock(), random: seeded(), jobs: [], ...options });
    const { name, message } = failure(create);
    expect(name).toBe('InvalidOption');
    expect(message).toContain(problem);
  });
});

describe('a job that there is not', () => {
  test('is named, with those that there are', () => {
    const { jenkins } = new Lab();
    expect(() => jenkins.builds('web/deplyo')).toThrow('no job "web/deplyo": there is web/deploy');
    expect(() => jenkins.replay('web/deploy', 1)).toThrow('there is no web/deploy #1 to replay');
  });
});
