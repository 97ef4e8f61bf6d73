import type { Hold, Member, Reserve } from '../../ledger/port';

/** How far a launch has come, according to the ledger: no execution is read for that. */
export type Stage =
  | 'numbered'
  | 'named'
  | 'provisioning'
  | 'deploying'
  | 'registered'
  | 'held'
  | 'in-service'
  | 'replacing'
  | 'releasing'
  | 'detached'
  | 'warming'
  | 'warm';

export interface Progress {
  readonly stage: Stage;
  /** In words: `deploying, build #42`. */
  readonly what: string;
}

/** @param hold of the same instance, if it has one. */
export function progressOf(member: Member, hold: Hold | undefined): Progress {
  switch (member.phase) {
    case 'in-service':
    case 'replacing':
    case 'releasing':
    case 'detached':
      return { stage: member.phase, what: words[member.phase] };
    case 'launching':
    case 'completing':
      return hold === undefined || hold.execution !== member.execution ? launchOf(member) : held(hold);
  }
}

const words = {
  'in-service': 'in service',
  replacing: 'its root volume is being replaced',
  releasing: 'is being released',
  detached: 'has left its group and still runs',
} as const;

export function held({ state, error }: Hold): Progress {
  return { stage: 'held', what: `on hold: ${state} failed (${error})` };
}

function launchOf(member: Member): Progress {
  if (member.phase === 'completing') return { stage: 'registered', what: 'is being put in service' };
  if ((member.targetGroups ?? []).length > 0)
    return { stage: 'registered', what: 'waits for its targets to be healthy' };
  const [deploy, provision] = [running(member.builds.deploy), running(member.builds.provision)];
  if (deploy !== undefined) return { stage: 'deploying', what: `is being deployed to${deploy}` };
  if (provision !== undefined) return { stage: 'provisioning', what: `is being provisioned${provision}` };
  if (member.dnsNames !== undefined) return { stage: 'named', what: 'has its name in DNS' };
  return { stage: 'numbered', what: 'has its number' };
}

/** `, build #42` for a build that has begun; `undefined` without a build. */
function running(build: Member['builds'][string] | undefined): string | undefined {
  if (build === undefined) return undefined;
  const number = build.outcome?.number ?? build.trace?.number;
  return number === undefined ? '' : `, build #${number}`;
}

export function progressOfReserve({ phase }: Reserve): Progress {
  return phase === 'warmed'
    ? { stage: 'warm', what: 'waits in the warm pool' }
    : { stage: 'warming', what: 'is being provisioned for the warm pool' };
}
