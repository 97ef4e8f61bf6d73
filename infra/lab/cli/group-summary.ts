import type { BuildRecord } from '../../../functions/fleet/ledger/port';
import type { Lab } from '../systems/fleet/lab';

/** One instance of a group, as the world shows it when everything is over. */
export interface Row {
  readonly index: number | undefined;
  readonly name: string | undefined;
  readonly instanceId: string;
  /** What its name resolves to, asked of DNS and not of the ledger. */
  readonly address: string | undefined;
  /** Auto Scaling's lifecycle state. */
  readonly state: string;
  /** From its launch until it was in service, in milliseconds; `undefined` if it is not. */
  readonly toServiceMs: number | undefined;
  readonly builds: readonly { readonly label: string; readonly url: string }[];
  readonly target: string;
}

/** The instances of a group, as the world shows them. */
export async function summarizeGroup(lab: Lab, groupName: string): Promise<Row[]> {
  const group = lab.region.autoScaling.world.group(groupName);
  const rows = await Promise.all([...group.instances.keys()].map((instanceId) => rowOf(lab, groupName, instanceId)));
  return rows.sort((left, right) => (left.index ?? Infinity) - (right.index ?? Infinity));
}

async function rowOf(lab: Lab, group: string, instanceId: string): Promise<Row> {
  const member = await lab.ledger.member(group, instanceId);
  const instance = lab.region.autoScaling.world.group(group).instances.get(instanceId);
  const began = instance?.arrival?.startedAt.getTime() ?? 0;
  const ended = instance?.arrival?.endedAt?.getTime();
  return {
    index: member?.index,
    name: member?.name,
    instanceId,
    address: member?.fqdn === undefined ? undefined : lab.region.route53.world.resolve(member.fqdn)[0],
    state: instance?.state ?? 'gone',
    toServiceMs: instance?.state === 'InService' && ended !== undefined ? ended - began : undefined,
    builds: Object.values(member?.builds ?? {}).flatMap(buildOf),
    target: await targetHealth(lab, group, instanceId),
  };
}

function buildOf({ outcome }: BuildRecord): { label: string; url: string }[] {
  if (outcome?.url === undefined) return [];
  const job = outcome.message.split(' ')[0] ?? '';
  return [{ label: `${job} #${outcome.number ?? '?'}`, url: outcome.url }];
}

async function targetHealth(lab: Lab, group: string, instanceId: string): Promise<string> {
  const { targetGroups } = await lab.settings.read(group);
  const states = await Promise.all(
    targetGroups.map(async (TargetGroupArn) => {
      const answer = await lab.region.elasticLoadBalancing.api.describeTargetHealth({
        TargetGroupArn,
        Targets: [{ Id: instanceId }],
      });
      return answer.TargetHealthDescriptions?.[0]?.TargetHealth?.State ?? 'unknown';
    }),
  );
  return states.join(', ') || 'none';
}
