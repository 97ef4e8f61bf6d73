import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseName } from '../../../functions/fleet/domain/redrive-or-new-attempt';
import { configured, everything, root, synthesize } from './support';

const runbook = readFileSync(join(root, 'RUNBOOK.md'), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
/** As GitHub makes it. */
const anchor = (heading: string) => heading.toLowerCase().replaceAll(' ', '-');

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown;
  readonly TreatMissingData: string;
  readonly MetricName?: string;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}
const alarms = synthesize(everything())
  .ofType('AWS::CloudWatch::Alarm')
  .map(([, { Properties }]) => Properties as unknown as Alarm);
/** `muster / Dead letter: start-scale-out` → `Dead letter` */
const headingOf = ({ AlarmName }: { AlarmName: string }) => AlarmName.replace(/^muster \/ /, '').replace(/: .*$/, '');

/** What people do by themselves: no alarm leads there. */
const done = ['Ledger lost or restored'];

describe('RUNBOOK.md and the alarms', () => {
  test('every alarm has a heading, and every heading an alarm, but for what people do by themselves', () => {
    expect([...new Set([...alarms.map(headingOf), ...done])].sort()).toEqual([...headings].sort());
  });

  test.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    'the text of %s ends in the link to its heading',
    (_, alarm) => {
      expect(alarm.AlarmDescription).toMatch(new RegExp(` What to do: RUNBOOK\\.md#${anchor(headingOf(alarm))}$`));
    },
  );

  test.each(headings)('%s says what it means, what to check, and what to do', (heading) => {
    const section = runbook.split(/^## /m).find((text) => text.startsWith(`${heading}\n`))!;
    const parts = [...section.matchAll(/^### (.+)$/gm)].map(([, part]) => part);
    expect(parts).toEqual(['What it means', 'What to check', 'What to do']);
    expect(section).toMatch(/\baws \w/);
  });

  // The other systems' alarms have shorter sections, in the same order.
  const shorter = runbook.split(/^#### /m).slice(1);
  test('the shorter sections are found', () => {
    expect(shorter.length).toBeGreaterThanOrEqual(20);
  });
  test.each(shorter.map((text) => [text.split('\n')[0]!, text.split(/^# /m)[0]!] as const))(
    '%s says what it means before what to check and what to do',
    (heading, text) => {
      expect(text.slice(heading.length).trim()).toMatch(/^[A-Z`][^*]+\n\n\*\*Check\*\* [^*]+\n\n\*\*Do\*\*: [^*]+$/);
    },
  );

  test('an execution that a person starts has the name by which the reconciler finds it', () => {
    const starts = runbook.match(/aws stepfunctions start-execution[^`]*/g) ?? [];
    expect(starts).toHaveLength(2);
    expect(starts[0]).toContain('+ "_" + .instanceId + "_release-abandoned"');
    expect(starts[1]).toContain('--name "${GROUP}_i-0123456789abcdef0_release-orphan"');
    const release = { group: 'web', instanceId: 'i-0abc', reason: 'abandoned', lifecycle: null } as const;
    expect(releaseName(release)).toBe('web_i-0abc_release-abandoned');
    // A longer group name is cut: to more than this it never is.
    expect(releaseName({ ...release, instanceId: 'i-0123456789abcdef0', group: 'g'.repeat(42) })).toHaveLength(80);
  });

  test('says what its commands need before the first of them', () => {
    const [before = ''] = runbook.split('```sh');
    for (const needed of ['AWS CLI v2', 'GNU', '`jq`', '`bash`']) expect(before).toContain(needed);
  });

  test('where it is read can be configured', () => {
    const text = JSON.stringify(synthesize(configured({ runbook: 'https://wiki.example.com/muster' })).resources);
    expect(text).toContain('https://wiki.example.com/muster#execution-failed');
  });
});

describe('alarms', () => {
  test.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s notifies the topic, and is quiet without data, unless that is what it listens for',
    (_, alarm) => {
      expect(alarm.AlarmActions).toEqual([{ Ref: expect.stringContaining('NotificationsTopic') as string }]);
      const silence = headingOf(alarm) === 'Reconciler silent';
      expect(alarm.TreatMissingData).toBe(silence ? 'breaching' : 'notBreaching');
    },
  );

  test('stand on every dead-letter queue', () => {
    const { ofType } = synthesize(everything());
    const watched = JSON.stringify(alarms.map(({ Dimensions }) => Dimensions));
    for (const [id] of ofType('AWS::SQS::Queue')) expect(watched).toContain(id);
  });

  test('see an execution that fails again after it was redriven', () => {
    const names = alarms.filter((alarm) => headingOf(alarm) === 'Execution failed').map(({ MetricName }) => MetricName);
    expect(new Set(names)).toEqual(new Set(['ExecutionsFailed', 'RedrivenExecutionsFailed']));
  });
});
