import { parseTree } from '../../../infra/lab/jenkins/api/export/tree';
import { ExactNumber, singleBean, type Bean } from '../../../infra/lab/jenkins/api/export/bean';
import { writeJson } from '../../../infra/lab/jenkins/api/export/json';
import { deploy, failure, Lab, takenOffMs } from './lab';

const leaf = (name: string): Bean => singleBean('Leaf', { name: () => name, weight: () => 3 }, ['name']);
const bean = singleBean('Root', {
  id: () => new ExactNumber('717952010831702603'),
  leaf: () => leaf('one'),
  leaves: () => ['a', 'b', 'c', 'd'].map(leaf),
  nothing: () => null,
});

const shown = (tree: string): unknown => JSON.parse(writeJson(bean, parseTree(tree)));

describe('a tree', () => {
  test('shows what it names, at every level, and always the class', () => {
    expect(shown('nothing,leaf[weight]')).toEqual({
      _class: 'Root',
      nothing: null,
      leaf: { _class: 'Leaf', weight: 3 },
    });
  });

  test('shows nothing but the class of an object that it names without brackets', () => {
    expect(shown('leaf')).toEqual({ _class: 'Root', leaf: { _class: 'Leaf' } });
  });

  test('passes over names that there are not', () => {
    expect(shown('leef,leaf[nome]')).toEqual({ _class: 'Root', leaf: { _class: 'Leaf' } });
  });

  test('shows everything at a level for a star', () => {
    expect(shown('leaf[*]')).toMatchObject({ leaf: { name: 'one', weight: 3 } });
  });

  test.each([
    ['{1,3}', ['b', 'c']],
    ['{2,}', ['c', 'd']],
    ['{,2}', ['a', 'b']],
    ['{3}', ['d']],
    ['{0,50}', ['a', 'b', 'c', 'd']],
    ['{7,9}', []],
  ])('cuts a list down to %s', (range, names) => {
    const { leaves } = shown(`leaves[name]${range},nothing`) as { leaves: { name: string }[] };
    expect(leaves.map(({ name }) => name)).toEqual(names);
  });

  test.each(['', 'a[', 'a[]', 'a]', 'a,,b', 'a{', 'a{x}', 'a{1', 'a{1,2', 'a{0,5}[b]', ',a'])(
    'is malformed as "%s"',
    (text) => {
      expect(failure(() => parseTree(text)).name).toBe('MalformedTree');
    },
  );

  test('is answered with an Oops when it is malformed, and with JSON when it is not', () => {
    const lab = new Lab();
    expect(lab.get('/queue/api/json?tree=items[id')).toMatchObject({ status: 500 });
    expect(lab.get('/queue/api/json?tree=items[id]')).toMatchObject({ status: 200, headers: { 'X-Jenkins': '2.579' } });
  });
});

describe('without a tree', () => {
  test('shows all of an object, and briefly what is nested in it', () => {
    expect(writeJson(bean)).toContain('"id":717952010831702603,"leaf":{"_class":"Leaf","name":"one"}');
  });
});

describe('what a client looks at before it triggers', () => {
  const tree = 'buildable,nextBuildNumber,property[parameterDefinitions[name,type,choices]]';

  test('is the parameters of the job, between properties that show nothing', () => {
    const lab = new Lab({ jobs: [{ ...deploy, numToKeep: 9, firstNumber: 7 }] });
    expect(lab.json('/job/web/job/deploy', tree)).toEqual({
      _class: 'hudson.model.FreeStyleProject',
      buildable: true,
      nextBuildNumber: 7,
      property: [
        { _class: 'jenkins.model.BuildDiscarderProperty' },
        {
          _class: 'hudson.model.ParametersDefinitionProperty',
          parameterDefinitions: [
            { _class: 'hudson.model.StringParameterDefinition', name: 'ID', type: 'StringParameterDefinition' },
            {
              _class: 'hudson.model.ChoiceParameterDefinition',
              name: 'COLOR',
              type: 'ChoiceParameterDefinition',
              choices: ['green', 'blue'],
            },
          ],
        },
      ],
    });
  });

  test('says of a pipeline that has never run that it has none', () => {
    const lab = new Lab({ jobs: [{ name: 'fresh', pipeline: true, disabled: true }] });
    expect(lab.json('/job/fresh', tree)).toMatchObject({ buildable: false, property: [] });
  });
});

describe('how a client finds its request again', () => {
  test('is in the queue, or among the newest hundred builds', async () => {
    const jobs = [{ ...deploy, behaviour: { durationMs: 0 } }];
    const lab = new Lab({ jobs, quietPeriodMs: 0, executors: 200 });
    for (let id = 1; id <= 101; id += 1) lab.trigger(String(id));
    const items = 'items[id,actions[parameters[name,value]]]';
    expect(lab.json('/queue', items).items[0]?.actions[0]?.parameters[0]?.value).toBe('101');
    await lab.clock.advance(takenOffMs);
    const job = lab.json('/job/web/job/deploy', 'builds[number],allBuilds[number]{100,}');
    expect(job.builds).toHaveLength(100);
    expect(job.allBuilds).toEqual([{ _class: 'hudson.model.FreeStyleBuild', number: 1 }]);
  });
});
