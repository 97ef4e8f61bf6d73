import type { GroupSettings } from '../../functions/fleet/contracts/settings';
import { storedSettings } from '../../functions/fleet/contracts/stored-settings';
import type { DeploymentRecord } from '../../functions/fleet/contracts/deployment';
import { toItem } from '../../functions/shared/dynamodb/attribute-values';
import * as items from '../../functions/fleet/adapters/aws/dynamodb-ledger/items';
import type {
  Breaker,
  BuildOutcome,
  BuildRecord,
  HistoryEntry,
  Hold,
  Member,
  Observation,
  Reserve,
} from '../../functions/fleet/ledger/port';
import {
  furtherName,
  launchPurpose,
  releasePurpose,
  firstName,
} from '../../functions/fleet/domain/redrive-or-new-attempt';
import { changeComment, ownerText } from '../../functions/fleet/domain/dns/record-sets';
import type { BuildTrace } from '../../functions/fleet/ports/jenkins';

// Everything that is kept, with all that it can have: what is added to one of these types does not compile here without
// an example.

type Complete<T> = { readonly [Name in keyof T]-?: Exclude<T[Name], undefined> };

const group = 'web';
const instanceId = 'i-0123456789abcdef0';
const execution =
  'arn:aws:states:eu-central-1:123456789012:execution:muster-scale-out:web_i-0123456789abcdef0_EC2-AutoScalingGroup';
const at = '2026-11-26T10:00:00.000Z';
const targetGroup = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef';
const url = 'https://jenkins.example.com/job/platform/job/deploy/42/';

const trace: Complete<BuildTrace> = {
  phase: 'finished',
  requestedAt: at,
  postedAt: at,
  firstPossibleNumber: 41,
  newestAtMs: 1_795_687_200_000,
  queueId: '7001',
  number: 42,
  notFoundAt: at,
  refusedSince: at,
  stopAskedAt: at,
};

const outcome: Complete<BuildOutcome> = {
  succeeded: false,
  result: 'FAILURE',
  message: 'deploy #42: FAILURE',
  number: 42,
  url,
  durationMs: 31_000,
};

const build: Complete<BuildRecord> = {
  revision: 3,
  attempt: 1,
  execution,
  redrive: 0,
  correlation: `${execution}/deploy/1`,
  startedAt: at,
  jenkins: 'https://jenkins.example.com',
  job: 'platform/deploy',
  parameter: 'MUSTER_BUILD',
  trace,
  outcome,
};

const member: Complete<Member> = {
  group,
  instanceId,
  index: 1,
  name: 'web-01',
  fqdn: 'web-01.internal.example.com',
  execution,
  phase: 'in-service',
  claimedAt: at,
  inServiceAt: at,
  addresses: ['10.0.16.4', '2001:db8::4'],
  dnsChanges: ['/change/C0123456789ABC'],
  dnsNames: ['Z0123456789ABC/web-01.internal.example.com'],
  dnsBatch: ['/change/C0123456789ABC'],
  targetGroups: [targetGroup],
  targets: [`${targetGroup} 10.0.16.4`],
  registered: [targetGroup],
  completedToken: '87654321-4321-4321-4321-210987654321',
  endingSince: at,
  builds: { deploy: build },
};

const hold: Complete<Hold> = {
  group,
  instanceId,
  revision: 2,
  name: 'web-01',
  execution,
  redrive: 0,
  state: 'Deploy',
  error: 'BuildFailed',
  reason: 'deploy #42: FAILURE\nmake: *** [all] Error 2',
  failedAt: at,
  endsAt: at,
  hookEndsAt: at,
  report: { state: 'sent', at },
};

const reserve: Complete<Reserve> = {
  group,
  instanceId,
  revision: 2,
  execution,
  phase: 'warmed',
  addresses: ['10.0.16.4'],
  completedToken: '87654321-4321-4321-4321-210987654321',
  endingSince: at,
  builds: { provision: build },
};

const breaker: Complete<Breaker> = {
  group,
  revision: 4,
  failed: [instanceId],
  openedAt: at,
  report: { state: 'unsure', at },
};

const observation: Complete<Observation> = { group, key: 'change /change/C0123', revision: 1, at, value: 'INSYNC' };

const history: Complete<HistoryEntry> = {
  group,
  index: 1,
  name: 'web-01',
  instanceId,
  event: 'freed',
  reason: 'scale-in',
  at,
};

const job: Complete<NonNullable<GroupSettings['deploy']>> = {
  job: 'platform/deploy',
  parameters: { HOST: '{address}' },
  correlationParameter: 'MUSTER_BUILD',
  unstable: 'failure',
  queueTimeoutMinutes: 30,
  timeoutMinutes: 30,
  interruptible: true,
};

const settings: Complete<GroupSettings> = {
  group,
  launchHook: 'muster-launch',
  terminateHook: 'muster-terminate',
  names: { pattern: '{group}-{index:02}', start: 1 },
  dns: {
    zoneId: 'Z0123456789ABC',
    zoneName: 'internal.example.com',
    ttlSeconds: 60,
    ipv6: true,
    reverseZone: { zoneId: 'Z0123456789DEF', zoneName: '10.in-addr.arpa' },
  } satisfies Complete<NonNullable<GroupSettings['dns']>>,
  tags: { Role: '{group}' },
  jenkins: {
    url: 'https://jenkins.example.com',
    credentialsSecret: 'muster/jenkins',
    plainHttp: false,
    logLines: 10,
    caCertificate: '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----',
  } satisfies Complete<NonNullable<GroupSettings['jenkins']>>,
  provision: job,
  deploy: job,
  targetGroups: [targetGroup],
  healthTimeoutMinutes: 15,
  holdMinutes: 60,
  breakerAfter: 3,
};

const machine = 'arn:aws:states:eu-central-1:123456789012:stateMachine:muster';
const deployment: Complete<DeploymentRecord> = {
  ledgerTable: 'muster-ledger',
  stateMachineArn: `${machine}-scale-out`,
  releaseArn: `${machine}-release`,
  settingsPrefix: '/muster/groups/',
  formerly: { zones: ['Z0123456789ABC'], targetGroups: [targetGroup] },
  jenkinsUrls: { 'muster/jenkins': ['https://jenkins.example.com'] },
  heartbeats: { '0123456789abcdef': 7200 },
};

const owner = {
  identity: { partition: 'aws', account: '123456789012', region: 'eu-central-1', deployment: 'muster' },
  group,
  instanceId,
};
const launch = launchPurpose({ group, instanceId, origin: 'EC2', destination: 'AutoScalingGroup' });

/** One item of each kind that the ledger's table can have, as DynamoDB keeps it. */
export const ledgerItems = {
  member: items.memberItem(member),
  slot: items.slotItem(member),
  ...Object.fromEntries(items.historyItems(history, 400).map((item, n) => [`history ${n + 1}`, item])),
  hold: { ...toItem(hold), ...items.holdKey(hold) },
  reserve: { ...toItem(reserve), ...items.reserveKey(reserve) },
  breaker: { ...toItem(breaker), ...items.breakerKey(breaker) },
  observation: {
    ...toItem({ ...observation, ...items.observationExpiry(observation, 1) }),
    ...items.observationKey(group, observation.key),
  },
} as const;

/** The parameters of a deployment. */
export const parameters = { settings: storedSettings(settings), deployment };

/** Texts by which things are known again for as long as they last. */
export const texts = {
  'TXT record': ownerText(owner),
  'comment of a change': changeComment('register web-01', owner),
  'execution of a launch': firstName(launch),
  'execution of its next attempt': furtherName(launch, firstName(launch), 'token'),
  'execution of a release': firstName(releasePurpose({ group, instanceId, reason: 'scale-in' })),
};
