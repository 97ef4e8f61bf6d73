import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parsePlan } from '../../../functions/probes/contracts/plan';
import { readProbes } from '../../../infra/systems/probes/config';
import { example } from '../../../infra/systems/probes/example';
import { homeFunctions, regionFunctions } from '../../../infra/systems/probes/functions';
import { deploySystems, readSections, systemsIn } from '../../../infra/systems';
import { nagOf } from '../../support/infra/nag';
import { placeOfTest } from '../../support/infra/place';

const root = join(__dirname, '../../..');
const input = example;

let outdir: string;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'muster-probes-'));
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** The stacks as `infra/app.ts` makes them, by their ids. */
function stacksOf(given: Record<string, unknown>): Map<string, Stack> {
  const place = placeOfTest({ outdir });
  const { configured, mistakes } = readSections(given, place.common, systemsIn());
  if (mistakes.length > 0) throw new TypeError(JSON.stringify(mistakes));
  deploySystems(place, configured);
  return new Map(
    place.app.node.children.filter((child) => Stack.isStack(child)).map((child) => [child.node.id, child]),
  );
}

const home = 'muster-probes';
const inRegion = (region: string) => `muster-probe-${region}`;

describe('the stacks', () => {
  let made: Map<string, Stack> | undefined;
  const stacks = () => (made ??= stacksOf({ probes: input }));

  test('are one at home and one of the same name in each region; what is not configured is none', () => {
    expect([...stacks()].map(([id, { stackName, region }]) => [id, stackName, region])).toEqual([
      [home, 'muster-probes', 'eu-central-1'],
      [inRegion('eu-central-1'), 'muster-probe', 'eu-central-1'],
      [inRegion('us-east-1'), 'muster-probe', 'us-east-1'],
      [inRegion('ap-southeast-1'), 'muster-probe', 'ap-southeast-1'],
    ]);
    expect(stacksOf({}).size).toBe(0);
  });

  test('cdk-nag finds nothing in any of them', () => {
    expect([...stacks().values()].flatMap(nagOf)).toEqual([]);
  });

  test('no stack depends on another, nor refers to one: a region is deployed without home and without the others', () => {
    for (const stack of stacks().values()) {
      expect(stack.dependencies).toEqual([]);
      const text = JSON.stringify(Template.fromStack(stack).toJSON());
      expect(text).not.toMatch(/Fn::ImportValue|ExportsReader|ExportsWriter/);
    }
  });

  test('a region reports to exactly the queue that home has', () => {
    const all = stacks();
    const region = Template.fromStack(all.get(inRegion('us-east-1'))!);
    const [look] = Object.values(
      region.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'muster-probe-probes-look' } }),
    ) as { Properties: { Environment: { Variables: Record<string, unknown> } } }[];
    expect(JSON.stringify(look!.Properties.Environment.Variables.REPORTS_QUEUE_URL)).toMatch(
      /https:\/\/sqs\.eu-central-1\..*\/111122223333\/muster-probes-reports/,
    );
    Template.fromStack(all.get(home)!).hasResourceProperties('AWS::SQS::Queue', { QueueName: 'muster-probes-reports' });
    const roles = JSON.stringify(region.findResources('AWS::IAM::Role'));
    expect(roles).toMatch(/:sqs:eu-central-1:111122223333:muster-probes-reports"/);
  });

  test('the slot is the scheduler’s own time, by the minute of the clock, and no look is made late', () => {
    const region = Template.fromStack(stacks().get(inRegion('us-east-1'))!);
    region.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(* * * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      },
    });
    region.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 180 });
    region.resourceCountIs('AWS::Lambda::Function', Object.keys(regionFunctions).length);
  });

  test('a region’s heartbeat is watched where it is, and at home', () => {
    const all = stacks();
    Template.fromStack(all.get(inRegion('us-east-1'))!).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Reports',
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
    });
    const atHome = Template.fromStack(all.get(home)!);
    for (const Value of input.regions)
      atHome.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: 'RegionSilent',
        Dimensions: [
          { Name: 'Deployment', Value: 'muster' },
          { Name: 'Region', Value },
        ],
      });
    atHome.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'muster-probes / Probe judge silent',
      TreatMissingData: 'breaching',
    });
    atHome.resourceCountIs('AWS::Lambda::Function', Object.keys(homeFunctions).length);
  });

  test('alarms may be published to their topics', () => {
    for (const stack of stacks().values())
      expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::SNS::TopicPolicy'))).toContain(
        'cloudwatch.amazonaws.com',
      );
  });

  test('every alarm has its heading in the runbook, and every heading an alarm', () => {
    const runbook = readFileSync(join(root, 'RUNBOOK.md'), 'utf8');
    const headings = new Set<string>();
    for (const stack of stacks().values())
      for (const { Properties } of Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))) {
        const { AlarmName, AlarmDescription } = Properties as { AlarmName: string; AlarmDescription: string };
        const heading = AlarmName.replace(/^muster-probes? \/ /, '').replace(/: .*$/, '');
        headings.add(heading);
        expect(AlarmDescription).toContain(`RUNBOOK.md#${heading.toLowerCase().replaceAll(' ', '-')}`);
      }
    const written = [...runbook.matchAll(/^#### (Probe.*|Too few.*)$/gm)].map(([, heading]) => heading);
    expect([...headings].sort()).toEqual(written.sort());
  });

  test('every function is given the whole plan, as a file that it can read', () => {
    stacks();
    const plan = parsePlan(readFileSync(join(outdir, 'muster-probes-plan', 'plan.json'), 'utf8'));
    expect(plan).toMatchObject({ regions: input.regions, broken: [], title: 'Status' });
    expect(plan.targets.map(({ id, intervalSeconds }) => [id, intervalSeconds])).toEqual([
      ['shop', 10],
      ['api', 60],
    ]);
    const functions = Template.fromStack(stacks().get(home)!).findResources('AWS::Lambda::Function');
    for (const { Properties } of Object.values(functions))
      expect((Properties as { Layers: unknown[] }).Layers).toHaveLength(1);
  });
});

describe('the section', () => {
  const mistakesOf = (changes: Record<string, unknown>) => {
    const read = readProbes({ ...input, ...changes });
    return 'mistakes' in read ? read.mistakes.map(({ path }) => path).sort() : [];
  };

  test('all mistakes are reported together', () => {
    expect(
      mistakesOf({
        regions: ['Frankfurt', 'us-east-1'],
        from: 'unknown',
        recipients: [],
        minimumFresh: 0,
        colour: 'red',
        targets: [
          { id: 'a', url: 'shop.example.com' },
          { id: 'b', url: 'https://b.example.com/', intervalSeconds: 5 },
          { id: 'c', url: 'https://c.example.com/', intervalSeconds: 65 },
          { id: 'd', url: 'https://d.example.com/', quorum: 3 },
          { id: 'e', url: 'https://e.example.com/', assert: { colour: 'red' } },
          { id: 'f', url: 'https://f.example.com/' },
          { id: 'f', url: 'https://f.example.com/' },
        ],
      }),
    ).toEqual(
      [
        'regions.0',
        'from',
        'recipients',
        'minimumFresh',
        'colour',
        'targets.0.url',
        'targets.1.intervalSeconds',
        'targets.2.intervalSeconds',
        'targets.3.quorum',
        'targets.4.assert.colour',
        'targets.6.id',
      ].sort(),
    );
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['no targets', { targets: [] }, ['targets']],
    ['targets that are no list', { targets: { shop: 1 } }, ['targets']],
    ['a region twice', { regions: ['us-east-1', 'us-east-1'] }, ['regions']],
    ['more fresh regions than there are', { minimumFresh: 4 }, ['minimumFresh']],
    ['none of it', { regions: undefined, targets: undefined }, ['regions', 'targets']],
  ])('refuses %s', (_, changes, paths) => {
    expect(mistakesOf(changes)).toEqual(paths);
  });

  test('one region alone may be, and letters beyond ASCII in an address too', () => {
    expect(mistakesOf({ regions: ['eu-central-1'], targets: [{ id: 'a', url: 'https://bücher.example/ö' }] })).toEqual(
      [],
    );
  });
});
