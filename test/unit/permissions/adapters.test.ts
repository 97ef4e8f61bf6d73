import { createAutoScaling } from '../../../functions/fleet/adapters/aws/auto-scaling';
import { createDynamoDbLedger } from '../../../functions/fleet/adapters/aws/dynamodb-ledger';
import { memberItem } from '../../../functions/fleet/adapters/aws/dynamodb-ledger/items';
import { createEc2 } from '../../../functions/fleet/adapters/aws/ec2';
import { createElasticLoadBalancing } from '../../../functions/fleet/adapters/aws/elastic-load-balancing';
import { createParameterSettings } from '../../../functions/fleet/adapters/aws/parameter-settings';
import { createRoute53 } from '../../../functions/fleet/adapters/aws/route53';
import { createSecretCredentials } from '../../../functions/fleet/adapters/aws/secret-credentials';
import { createStepFunctions } from '../../../functions/fleet/adapters/aws/step-functions';
import { memberOf } from '../../../functions/fleet/ledger/rules';
import type { Ledger } from '../../../functions/fleet/ledger/port';
import { exampleWorld } from '../../support/permissions/example-scope';
import { iamActions } from '../../support/permissions/iam-actions';
import { describeRequest, type IamRequest } from '../../support/permissions/request';
import { recording, requestsFor } from '../../support/permissions/sent';

// The lab has fakes behind the ports; in AWS it is the adapters that call. So what `iam-actions` says of each port's
// method is held against what its adapter really sends.

const world = exampleWorld();
type Entries = Readonly<Record<string, (input: object, on: typeof world) => IamRequest[]>>;

describe.each([
  ['autoScaling', 'autoscaling', createAutoScaling],
  ['ec2', 'ec2', createEc2],
  ['elasticLoadBalancing', 'elasticloadbalancing', createElasticLoadBalancing],
  ['route53', 'route53', createRoute53],
  ['stepFunctions', 'states', createStepFunctions],
] as const)('%s', (port, prefix, create) => {
  const { client, sent } = recording();
  const adapter = create(client) as unknown as Record<string, (input: object) => Promise<unknown>>;

  test.each(Object.entries(iamActions[port] as unknown as Entries))('%s', async (method, entry) => {
    sent.length = 0;
    await adapter[method]!({ Resources: ['i-1'] });
    const commands = sent.map(({ name }) => `${prefix}:${name.replace(/Command$/, '')}`);
    expect(entry({ Resources: ['i-1'] }, world).map(({ action }) => action)).toEqual(commands);
  });
});

describe('the ledger', () => {
  const claim = {
    ...{ group: 'web', instanceId: 'i-1', index: 1, name: 'web-01' },
    ...{ execution: 'an execution', at: '2026-01-01T00:00:00.000Z' },
  };
  const record = { revision: 1, attempt: 1, execution: 'x', redrive: 0, correlation: 'x', startedAt: claim.at };
  const { ledger } = iamActions;

  test.each<[keyof Ledger, (ledger: Ledger) => Promise<unknown>, IamRequest[]]>([
    ['member', (it) => it.member('web', 'i-1'), ledger.member('web', world)],
    ['members', (it) => it.members('web'), ledger.members('web', world)],
    ['heldIndexes', (it) => it.heldIndexes('web'), ledger.heldIndexes('web', world)],
    ['slots', (it) => it.slots('web'), ledger.slots('web', world)],
    ['history', (it) => it.history('web'), ledger.history('web', world)],
    ['claim', (it) => it.claim(claim), ledger.claim(claim, world)],
    ['update', (it) => it.update(claim, { phase: 'completing' }), ledger.update(claim, world)],
    ['saveBuild', (it) => it.saveBuild(claim, 'deploy', record), ledger.saveBuild(claim, world)],
    ['free', (it) => it.free(claim, 'a test', claim.at), ledger.free(claim, world)],
  ])('%s', async (_, call, expected) => {
    const { client, sent } = recording({
      GetItemCommand: { Item: memberItem(memberOf(claim)) },
      QueryCommand: { Items: [] },
    });
    await call(createDynamoDbLedger({ client, tableName: 'muster-ledger' }));
    const asked = requestsFor(sent, (name) => world.tableArn.replace(/[^/]+$/, name)).map(describeRequest);
    expect([...new Set(asked)].sort()).toEqual(expected.map(describeRequest).sort());
  });
});

test('the settings are read by the name that the permissions have', async () => {
  const { client, sent } = recording();
  const clock = { now: () => new Date('2026-01-01T00:00:00.000Z') };
  const settings = createParameterSettings({ client, prefix: world.settingsPrefix, clock });
  await expect(settings.read('web')).rejects.toMatchObject({ name: 'SettingsInvalid' });
  expect(sent).toEqual([{ name: 'GetParameterCommand', input: { Name: '/muster/groups/web' } }]);
  expect(iamActions.settings.read('web', world)).toMatchObject([
    { action: 'ssm:GetParameter', resource: expect.stringMatching(/:parameter\/muster\/groups\/web$/) as string },
  ]);
});

test('the credentials are read as one secret', async () => {
  const { client, sent } = recording({ GetSecretValueCommand: { SecretString: '{"user":"u","token":"t"}' } });
  const url = 'https://jenkins.example.com';
  await createSecretCredentials(client, 'jenkins', { url, allowed: [url] })(false);
  expect(sent).toEqual([{ name: 'GetSecretValueCommand', input: { SecretId: 'jenkins' } }]);
});
