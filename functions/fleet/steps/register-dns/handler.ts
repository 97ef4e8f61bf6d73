import { union } from '../../../shared/lists';
import { StepError } from '../../contracts/errors';
import { elapsedSince, stepInput, type StepInput, type StepOutput } from '../../contracts/inputs';
import { isDoneTogether } from '../../crowd/size';
import { takeTurnOfAll } from '../../crowd/turns';
import type { Identity } from '../../domain/identity';
import type { Ec2, Route53, SettingsStore } from '../../ports/aws';
import type { Ledger, Member } from '../../ledger/port';
import { makeMemberStep, passedInPool, type StepDeps } from '../step';
import { createNamesTogether } from './batch';
import {
  ensureName,
  explainDenial,
  isOfToday,
  knownAddresses,
  recordedName,
  readAddresses,
  wantedNames,
  withoutPtr,
  type NameSettings,
  type PlacedName,
} from './names';

export interface RegisterDnsOutput extends StepOutput {
  /** Ids of the changes to wait for, one for each zone. */
  readonly changes: readonly string[];
}

interface Deps extends StepDeps {
  settings: SettingsStore;
  ec2: Ec2;
  route53: Route53;
  ledger: Ledger;
  identity: Identity;
}

/**
 * Ensures that the instance's name, and with a reverse zone its address, is in DNS and marked as this instance's.
 *
 * A zone takes one change at a time, and Route 53 ten calls a second. So in a crowd one launch makes the changes of all
 * that wait, and the others find them made.
 */
export const makeHandler = (deps: Deps) =>
  makeMemberStep('register-dns', deps, stepInput, {
    ofMember: async (member, input): Promise<RegisterDnsOutput> => {
      const settings = await deps.settings.read(member.group);
      const { dns } = settings;
      if (dns === undefined)
        return { action: 'passed', reason: `${member.group} has no DNS in its settings`, changes: [] };

      const known = knownAddresses(member, dns);
      const waitedMs = elapsedSince(input.run, deps.clock.now());
      const addresses = known ?? (await readAddresses(deps.ec2, member.instanceId, dns, waitedMs));
      const names = wantedNames(member, dns, addresses, deps.identity);
      const dnsNames = union(member.dnsNames, names.map(recordedName));
      // Recorded before the change, so that the release knows the names even if this run dies or the settings change.
      const isWider = dnsNames.length !== member.dnsNames?.length;
      // Another launch made the names for it that it had on record then: what has come into the settings since is not
      // there.
      const stale = isWider && member.dnsBatch !== undefined ? { dnsBatch: [] } : {};
      if (known === undefined || isWider) await deps.ledger.update(member, { dnsNames, addresses, ...stale });
      // A name of other settings may be refused, and a batch is refused as a whole: that one goes by itself.
      const named = { ...settings, dns };
      const { changes, reason } = isOfToday(member, named)
        ? ((await madeTogether(deps, { ...member, dnsNames, addresses, ...stale }, named, input)) ??
          (await madeAlone(deps, { ...member, ...stale }, names)))
        : await madeAlone(deps, member, names).catch((error: unknown) => {
            throw explainDenial(error, member, named);
          });
      await deps.ledger.update(member, { dnsChanges: changes });
      return { action: 'registered', reason: `${reason}${withoutPtr(dns, addresses)}`, changes };
    },
    inPool: () => ({ ...passedInPool, changes: [] }),
  });

type NameChanges = Pick<RegisterDnsOutput, 'changes' | 'reason'>;

/**
 * What this launch, or another one for it, has put into DNS with others; `undefined` if it is to be done alone.
 *
 * @throws StepError `TurnAwaited` while another launch does it.
 */
async function madeTogether(
  deps: Deps,
  member: Member,
  settings: NameSettings,
  input: StepInput,
): Promise<NameChanges | undefined> {
  // A member with changes of its own is not part of any batch.
  if (member.dnsChanges !== undefined) return undefined;
  const { group, name, dnsBatch } = member;
  if (dnsBatch !== undefined) return dnsBatch.length === 0 ? undefined : made(name, dnsBatch);
  if (!isDoneTogether(input)) return undefined;
  if (!(await takeTurnOfAll(deps, { group, what: 'dns', crowd: input.crowd }))) {
    throw new StepError('TurnAwaited', `the names of ${group} that are missing are put into DNS together`);
  }
  const changes = await createNamesTogether(deps, member, settings);
  return changes && made(name, changes);
}

function made(name: string, changes: readonly string[]): NameChanges {
  return { changes, reason: `${name} was free, and was put into DNS together with others` };
}

async function madeAlone(deps: Deps, member: Member, names: readonly PlacedName[]): Promise<NameChanges> {
  const changes: string[] = [];
  const reasons: string[] = [];
  const refused = member.dnsBatch?.length === 0;
  const forget = () => deps.ledger.update(member, { dnsChanges: [] });
  for (const [position, name] of names.entries()) {
    const change = member.dnsChanges?.[position];
    const { id, reason } = await ensureName(deps, name, { change, refused, forget });
    changes.push(id);
    reasons.push(reason);
  }
  return { changes, reason: reasons.join('; ') };
}
