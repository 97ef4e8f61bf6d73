import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { WebhooksInput } from '../../../infra/systems/webhooks/config';
import { webhookFunctions } from '../../../infra/systems/webhooks/functions';
import { compare, describeFinding } from '../../support/permissions/compare';
import { listOf, type StatementJson } from '../../support/permissions/request';
import { Deployment } from '../../support/webhooks/aws/deployment';
import { exampleSection } from '../../support/webhooks/stack';

// What the deployed functions and the state machine ask of IAM on every way that they take, against what the template
// gives them: what is missing would be refused, what is never asked for is too much.

const hmac = {
  scheme: { kind: 'hmac' as const, header: 'x-signature' },
  eventId: { from: 'body' as const, pointer: '/id' },
};
const routesOf = (...names: string[]) =>
  names.map((name) => ({
    ...{ name, path: `/hooks/${name}`, secret: `webhooks/${name}`, table: `t_${name}`, bodyLimitBytes: 3_000_000 },
    ...hmac,
    columns: { bad: { type: 'boolean' as const, from: '/bad' } },
  }));
const section: WebhooksInput = { ...exampleSection, routes: routesOf('one', 'two', 'three') };
/** A load is followed with the role that has submitted it: to another one the Data API shows no such statement. */
const roles = [...Object.keys(webhookFunctions).filter((name) => name !== 'follow-load'), 'load-batch'];

let deployment: Deployment;
async function play(given: WebhooksInput): Promise<Deployment> {
  const there = await new Deployment(given).start();
  for (const name of ['one', 'two', 'three']) there.secrets.secrets.set(`webhooks/${name}`, '["old", "key"]');
  const post = async (route: string, event: object | string) => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const signature = createHmac('sha256', 'key').update(body).digest('hex');
    const answer = await there.post(`/hooks/${route}`, { 'x-signature': signature }, body);
    expect(answer.statusCode).toBe(202);
  };
  // Small, longer than a text column, longer than a message, no JSON at all, short and long, and two that the warehouse refuses.
  const events = [
    { id: 'a' },
    { id: 'b', long: 'x'.repeat(70_000) },
    { id: 'c', long: 'x'.repeat(950_000) },
    'no JSON',
    'x'.repeat(950_000),
  ];
  for (const event of events) await post('one', event);
  for (const event of [{ id: 'd', bad: true }, { id: 'e', bad: true, long: 'x'.repeat(70_000) }, { id: 'f' }])
    await post('one', event);
  for (const route of ['two', 'three']) await post(route, { id: route });
  await there.stage();
  expect(there.sqs.messages.size).toBe(0);
  // A plan whose file another load has taken, and a file that nothing can read.
  const manifest = { entries: [{ url: 's3://b/pending/t_two/20260101T000000000Z-1-ab.gz', mandatory: true }] };
  there.s3.objects.set(`plans/t_two/${'0'.repeat(32)}.json`, Buffer.from(JSON.stringify(manifest)));
  there.s3.objects.set('pending/t_three/20260101T000000000Z-1-cd.gz', gzipSync('{"bad":true'));
  await there.call('start-loads');
  expect(there.executions.executions.map(({ input }) => input).sort()).toEqual(
    ['one', 'three', 'two'].map((name) => `{"table":"t_${name}"}`),
  );
  for (const table of ['t_one', 't_two', 't_three']) {
    expect({ table, ...(await there.load(table)) }).toEqual({ table, status: 'SUCCEEDED' });
  }
  // Once more for a batch that is done: what is gone must be told from what may not be seen.
  const again = { table: 't_one', batch: 'a'.repeat(32), run: { execution: 'x', redrives: 0, enteredAt: 'x' } };
  expect(await there.call('archive-batch', again)).toMatchObject({ action: 'passed' });
  expect(await there.call('split-batch', { ...again, reason: 'x' })).toMatchObject({ action: 'stale' });
  return there;
}

const findings = (role: string, statements: readonly StatementJson[] = deployment.statements.get(role) ?? []) =>
  compare(role, statements, deployment.asked.get(role) ?? []).map(describeFinding);

describe.each([
  ['a workgroup', section],
  ['a cluster', { ...section, warehouse: { cluster: 'dwh', database: 'events' } }],
])('with %s', (_, given) => {
  beforeAll(async () => {
    deployment = await play(given);
  }, 60_000);
  afterAll(() => deployment.stop());

  test('what was posted has come where it belongs, through the policies alone', () => {
    expect([...deployment.warehouse.loaded.values()].flat().sort()).toEqual(['a', 'b', 'c', 'f', 'three', 'two']);
    const keys = [...deployment.s3.objects.keys()];
    expect(keys.filter((key) => key.startsWith('quarantine/'))).toHaveLength(4);
    expect(keys.filter((key) => key.startsWith('quarantine-bodies/'))).toHaveLength(2);
    expect(keys.filter((key) => key.startsWith('quarantine-files/'))).toHaveLength(1);
    expect(keys.filter((key) => /^(pending|plans)\//.test(key))).toEqual([]);
  });

  test.each(roles)('%s has the permissions that it needs, and no other', (role) => {
    expect(deployment.asked.get(role)?.length).toBeGreaterThan(0);
    expect(findings(role)).toEqual([]);
  });

  test('a load is followed with the role that has submitted it', () => {
    expect(deployment.roles.get('follow-load')).toBe('submit-load');
    const refused = [...deployment.s3.objects].flatMap(([key, body]) =>
      key.startsWith('quarantine/') ? [(JSON.parse(body.toString('utf8')) as { detail: string }).detail] : [],
    );
    expect(refused).toContainEqual(expect.stringContaining('sys_load_error_detail'));
  });

  test('no other role was seen', () => {
    expect([...deployment.asked.keys()].sort()).toEqual([...roles].sort());
    expect([...deployment.statements.keys()].sort()).toEqual([...roles].sort());
  });

  test.each(roles)('%s without one of its permissions lacks exactly that, and with another has too much', (role) => {
    const statements = deployment.statements.get(role) ?? [];
    for (const removed of statements.flatMap(({ Sid, Action }) => listOf(Action).map((action) => ({ Sid, action })))) {
      const left = statements.flatMap((one) => {
        const Action = listOf(one.Action).filter((action) => one.Sid !== removed.Sid || action !== removed.action);
        return Action.length === 0 ? [] : [{ ...one, Action }];
      });
      const found = findings(role, left);
      expect(found.length).toBeGreaterThan(0);
      for (const one of found) expect(one).toContain(`missing permission ${removed.action}`);
    }
    const more: StatementJson = { Sid: 'More', Effect: 'Allow', Action: 'sqs:PurgeQueue', Resource: '*' };
    expect(findings(role, [...statements, more])).toEqual([`${role}: unused permission sqs:PurgeQueue: More, on *`]);
  });
});
