import type { Instance } from '@aws-sdk/client-ec2';
import { StepError } from '../../contracts/errors';
import { stepInput, type StepInput, type StepOutput, elapsedSince } from '../../contracts/inputs';
import { decideMainAddress, mainAddress } from '../../domain/dns/addresses';
import {
  type Identity,
  asksForAddress,
  templateValues,
  deploymentTag,
  otherDeployment,
  tagsToWrite,
  wantedTags,
} from '../../domain/identity';
import { requireAddresses, shownAddresses } from '../../resources/addresses';
import { requireInstance } from '../../resources/instance';
import type { Ec2, SettingsStore } from '../../ports/aws';
import type { Ledger } from '../../ledger/port';
import { makeMemberStep, passedInPool, requireReserve, type StepDeps } from '../step';
import { awaitTagsTurn, writeTags } from './write-tags';

interface Deps extends StepDeps {
  settings: SettingsStore;
  ec2: Ec2;
  ledger: Ledger;
  identity: Identity;
}

/** Ensures that the instance has the tags: its index and whose it is, its name, and those of the settings. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep('tag-instance', deps, stepInput, {
    ofMember: async (member, { run, crowd }): Promise<StepOutput> => {
      const waitedMs = elapsedSince(run, deps.clock.now());
      awaitTagsTurn(member, { crowd, waitedMs });
      const settings = await deps.settings.read(member.group);
      const known = mainAddress(member.addresses);
      // An earlier try has looked, and was then throttled. Writing all of them again says the same.
      if (run.retries > 0 && known !== undefined) {
        const wanted = wantedTags(settings, templateValues(member, known), deps.identity);
        return writeTags(deps, member, wanted, { run });
      }
      const instance = await requireOurs(deps, member.instanceId);
      const addresses = noteworthy(instance, asksForAddress(settings), waitedMs);
      // The later steps' templates ask for it, also in a group without DNS.
      if (member.addresses === undefined && addresses !== undefined) await deps.ledger.update(member, { addresses });

      const address = mainAddress(addresses);
      const present = tagsOf(instance);
      const missing = tagsToWrite(wantedTags(settings, templateValues(member, address), deps.identity), present);
      if (Object.keys(missing).length === 0) return { action: 'none', reason: `${member.name} has its tags already` };
      return writeTags(deps, member, missing, { run, present: countOf(present) });
    },
    inPool: (input) => noteAddress(deps, input),
  });

/** The provision job of an instance in a warm pool may ask for its address. It gets its tags when it leaves the pool. */
async function noteAddress(deps: Deps, input: StepInput): Promise<StepOutput> {
  const { ledger, settings } = deps;
  const reserve = await requireReserve(ledger, input);
  if (reserve.addresses !== undefined) return passedInPool;
  const { provision } = await settings.read(reserve.group);
  const waitedMs = elapsedSince(input.run, deps.clock.now());
  const addresses = noteworthy(await requireOurs(deps, reserve.instanceId), asksForAddress({ provision }), waitedMs);
  if (addresses !== undefined) await ledger.saveReserve({ ...reserve, revision: reserve.revision + 1, addresses });
  return passedInPool;
}

/**
 * The instance, before anything is recorded of it: a later try, which finds its address on record, does not look again.
 *
 * @throws StepError `InstanceTaken`: with two that number it, each would take the other's marks for its own.
 */
async function requireOurs({ ec2, identity }: Deps, instanceId: string): Promise<Instance> {
  const instance = await requireInstance(ec2, instanceId);
  const other = otherDeployment(tagsOf(instance), identity);
  if (other === undefined) return instance;
  const todo = `let only one deployment manage its group; once no other one holds it, remove its tag ${deploymentTag}`;
  throw new StepError('InstanceTaken', `${instanceId} is marked as an instance of ${other}: ${todo}`);
}

/**
 * What to record of its addresses; `undefined` while it is not clear which it has.
 *
 * @throws StepError `InstanceNotVisibleYet`, `AddressUnavailable`: where something asks for one.
 */
function noteworthy(instance: Instance, asked: boolean, waitedMs: number): readonly string[] | undefined {
  const decision = decideMainAddress(shownAddresses(instance));
  if (asked) return requireAddresses(decision, { about: instance.InstanceId ?? 'the instance', instance, waitedMs });
  return decision.action === 'use' ? decision.addresses : undefined;
}

function tagsOf({ Tags = [] }: Instance): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** As EC2 counts them. */
function countOf(present: Readonly<Record<string, string>>): number {
  return Object.keys(present).filter((key) => !key.startsWith('aws:')).length;
}
