import { furtherName, launchPurpose } from '../../../functions/fleet/domain/redrive-or-new-attempt';
import { breakerMessage } from '../../../functions/fleet/outcomes/breaker-message';
import { holdMessage, type HoldMessageInput } from '../../../functions/fleet/outcomes/launch-message';
import { durationText, printable, quoted, shortened, subjectLine } from '../../../functions/shared/notify/message-text';
import { aLaunch } from '../../support/launches';
import { aHold } from '../../support/sightings';
import { failedLaunch } from './world';

const now = new Date('2026-01-01T12:00:00Z');
const arn = failedLaunch.arn;
const nextOf = (name: string) => furtherName(launchPurpose(aLaunch()), name, null);

function message(changes: Partial<HoldMessageInput> = {}) {
  return holdMessage({
    hold: aHold(),
    execution: failedLaunch,
    launch: aLaunch(),
    breakerIsOpen: false,
    mayBeRepeated: false,
    now,
    ...changes,
  });
}

describe('the message about a failed launch', () => {
  test('says what, why, what happens, and what can be done', () => {
    const buildUrl = 'https://jenkins.example.com/job/deploy/1/';
    const hold = aHold({ reason: 'deploy #1 FAILURE after 20 s\nsmoke test: connection refused' });
    expect(message({ hold, buildUrl }).subject).toBe('web-01 is on hold: Deploy failed (BuildFailed)');
    expect(message({ hold, buildUrl }).text).toBe(`web-01 is on hold: Deploy failed (BuildFailed)

Instance:  i-0a1b2c3d of group web
State:     Deploy
Error:     BuildFailed, the build ended without success
Failed at: 2026-01-01T12:00:00Z
Build:     ${buildUrl}
Execution: https://console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/${arn}

Why:
deploy #1 FAILURE after 20 s
smoke test: connection refused

What happens next:
At 2026-01-01T13:00:00Z (in 60 min) it is abandoned: taken out of its target groups and DNS, terminated and replaced.

What you can do (in a clone of Muster; --profile and --region as for the AWS CLI):
  npx muster show web-01            its current step, and how it got there
  npx muster log web-01             the console log of its build
  npx muster retry web-01           runs the failed step again: fix its cause first
  npx muster hold web-01 --for 4h   holds it longer
  npx muster abandon web-01         abandons it now: its group replaces it

Without muster: fix the cause, then choose "Redrive from failure" on the page of the execution, or run
  aws stepfunctions redrive-execution --execution-arn '${arn}' --region eu-central-1
Its number, its name and the builds that have succeeded are kept.

To abandon it without muster: RUNBOOK.md, "Execution failed", shows how to start its release.`);
  });

  const arnOf = (name: string) =>
    `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/${name}/0a1b2c3d4e5f6a7b`;

  test('says that it may serve while it is held if it may be registered, and where', () => {
    expect(message().text).not.toContain('Meanwhile:');
    expect(message({ targetGroups: [] }).text).not.toContain('Meanwhile:');
    expect(message({ targetGroups: [arnOf('web'), arnOf('api')] }).text).toContain(
      'Meanwhile:\nIt may serve traffic while it is held: it may be registered in web, api, and gets requests',
    );
    const many = Array.from({ length: 12 }, (_, index) => arnOf(`tg-${index}`));
    expect(message({ targetGroups: many }).text).toContain('tg-9 and 2 more, and gets requests');
  });

  test.each<[string, Partial<HoldMessageInput>, string]>([
    [
      'stopped',
      { execution: { ...failedLaunch, status: 'ABORTED' } },
      'web-01 is on hold: Deploy was stopped (BuildFailed)',
    ],
    [
      'timed out',
      { execution: { ...failedLaunch, status: 'TIMED_OUT' } },
      'web-01 is on hold: Deploy timed out (BuildFailed)',
    ],
    ['redriven before', { hold: aHold({ redrive: 2 }) }, 'Deploy, after 2 redrives'],
    ['of an unknown error', { hold: aHold({ error: 'Lambda.Unknown' }) }, 'Error:     Lambda.Unknown\n'],
    ['told again', { mayBeRepeated: true }, 'This may be a repetition'],
    ['held without settings', { settingsProblem: 'they have mistakes' }, 'they have mistakes'],
  ])('that was %s says so', (_, changes, expected) => {
    expect(message(changes).text).toContain(expected);
    expect(message().text).not.toContain(expected);
  });

  test.each<[string, Partial<HoldMessageInput>, RegExp]>([
    [
      'the limit of the hook',
      { hold: aHold({ endsAt: '2026-01-01T12:28:00.000Z', hookEndsAt: '2026-01-01T12:30:00.000Z' }) },
      /At 2026-01-01T12:28:00Z \(in 28 min\) it is abandoned.* limit of its lifecycle hook is 2026-01-01T12:30:00Z\./,
    ],
    [
      'a hook that ends later',
      { hold: aHold({ hookEndsAt: '2026-01-03T12:00:00.000Z' }) },
      /terminated and replaced\.\n/,
    ],
    [
      'a hold of no time',
      { hold: aHold({ endsAt: '2026-01-01T12:00:00.000Z' }) },
      /Its hold ended at 2026-01-01T12:00:00Z: it is abandoned/,
    ],
    [
      'an open breaker',
      { breakerIsOpen: true, hold: aHold({ hookEndsAt: '2026-01-03T12:00:00.000Z' }) },
      /breaker of web is open: until it closes, Muster abandons nothing by itself\. It waits until .* 2026-01-03T12:00:00Z \(in 48 h\)/,
    ],
    ['an open breaker, without a hook', { breakerIsOpen: true }, /Muster abandons nothing by itself\. It waits\.\n/],
  ])('says what happens next with %s', (_, changes, expected) => expect(message(changes).text).toMatch(expected));

  test('says that nothing happens where nothing waits', () => {
    const endless = { ...aHold() };
    delete endless.endsAt;
    const { text } = message({ hold: endless });
    expect(text).toContain('Muster does not abandon it, and it stays as it is until you act');
    expect(text).not.toContain('it is abandoned');
  });

  test('tells how to start again what cannot be redriven, under a name of its own', () => {
    const execution = { ...failedLaunch, redrivable: false, redriveObstacle: 'Execution redrivable period exceeded.' };
    const { text } = message({ execution });
    expect(text).toContain('It cannot be redriven (Execution redrivable period exceeded.)');
    expect(text).not.toContain('redrive-execution');
    expect(text).toContain(
      "aws stepfunctions start-execution --state-machine-arn 'arn:aws:states:eu-central-1:123456789012:stateMachine:scale-out' " +
        `--region eu-central-1 --name '${nextOf(execution.name)}' ` +
        `--input "$(aws stepfunctions describe-execution --execution-arn '${arn}' --region eu-central-1 ` +
        `--query input --output text | jq -c '.startedBy = "retry"')"`,
    );
    for (const name of [`${execution.name}_2`, nextOf(execution.name), 'by-hand']) {
      expect(message({ execution: { ...execution, name } }).text).toContain(`--name '${nextOf(name)}'`);
    }
  });

  test.each([
    ['aws-us-gov', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
    ['aws-cn', 'cn-north-1', 'console.amazonaws.cn'],
    ['aws-eusc', 'eusc-de-east-1', 'console.amazonaws-eusc.eu'],
    ['aws-iso', 'us-iso-east-1', 'console.c2shome.ic.gov'],
    ['aws-iso-b', 'us-isob-east-1', 'console.sc2shome.sgov.gov'],
    ['aws-iso-e', 'eu-isoe-west-1', 'console.csphome.adc-e.uk'],
    ['aws-iso-f', 'us-isof-south-1', 'console.csphome.hci.ic.gov'],
  ])('links to the console of partition %s', (partition, region, host) => {
    const there = arn.replace('arn:aws:', `arn:${partition}:`).replace('eu-central-1', region);
    expect(message({ execution: { ...failedLaunch, arn: there }, hold: aHold({ execution: there }) }).text).toContain(
      `https://${host}/states/home?region=${region}#/v2/executions/details/${there}`,
    );
  });

  test('links to no console where it does not know the one of the partition', () => {
    const there = arn.replace('arn:aws:', 'arn:aws-new:');
    const { text } = message({ execution: { ...failedLaunch, arn: there }, hold: aHold({ execution: there }) });
    expect(text).toContain(there);
    expect(text).not.toContain('console.');
  });

  test('fits into what SNS takes, however long and strange its parts are', () => {
    const hold = aHold({
      name: 'wéb-01',
      error: 'E'.repeat(256),
      reason: `first line\n${'\u6f22'.repeat(200_000)}\nlast line \u001b[31mred`,
    });
    const { subject, text } = message({ hold, settingsProblem: '\u6f22'.repeat(100_000) });
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(subject).toMatch(/^w\?b-01 is on hold: Deploy failed \(E+\.\.\.$/);
    expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
    expect(text).toContain('first line');
    expect(text).toContain('last line [31mred');
  });
});

describe('the message about a breaker', () => {
  const open = {
    group: 'web',
    revision: 3,
    failed: ['i-1', 'i-2', 'i-3'],
    openedAt: '2026-01-01T12:00:00.000Z',
  };

  test('says who, what it means and how it closes', () => {
    const { subject, text } = breakerMessage(open, false);
    expect(subject).toBe('breaker of web is open');
    expect(text).toContain('since 2026-01-01T12:00:00Z');
    expect(text).toContain('3 launches in a row have failed, those of\n  i-1\n  i-2\n  i-3\n');
    expect(text).toContain('Muster abandons no instance of web by itself');
    expect(text).toContain('The first launch of web that succeeds closes it');
    expect(text).not.toContain('repetition');
    expect(breakerMessage(open, true).text).toContain('This may be a repetition');
  });
});

describe('text', () => {
  test('in quotes is one word of a shell, whatever it has', () => {
    expect(quoted('a b')).toBe("'a b'");
    expect(quoted("it's $HOME")).toBe("'it'\\''s $HOME'");
  });

  test('as a subject is one line of ASCII', () => {
    expect(subjectLine('a\nb\u00fc')).toBe('a?b?');
    expect(subjectLine('x'.repeat(99))).toBe('x'.repeat(99));
    expect(subjectLine('x'.repeat(100))).toHaveLength(99);
    expect(subjectLine('x'.repeat(101))).toBe(`${'x'.repeat(96)}...`);
  });

  test('keeps its lines and loses its control characters', () => {
    expect(printable('a\r\n\tb\u0007\u0085c\u{1f600}')).toBe('a\n\tbc\u{1f600}');
  });

  test('is shortened in the middle, and never in the middle of a character', () => {
    expect(shortened('12345678', 8)).toBe('12345678');
    expect(shortened('0123456789abcdef', 8)).toBe('01\n[... 8 characters are left out ...]\nabcdef');
    expect(shortened('\u{1f600}'.repeat(50), 9)).not.toMatch(/\p{Surrogate}/u);
  });

  test.each([
    ['2026-01-01T12:01:00Z', 'in 1 min'],
    ['2026-01-01T13:59:00Z', 'in 119 min'],
    ['2026-01-01T14:00:00Z', 'in 2 h'],
    ['2026-01-01T14:05:00Z', 'in 2 h 5 min'],
    ['2026-01-01T11:00:00Z', 'now'],
  ])('%s is %s', (at, expected) => expect(durationText(at, now)).toBe(`${at} (${expected})`));
});
