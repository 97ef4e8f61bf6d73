import type { Instance } from '@aws-sdk/client-ec2';
import { stepInput, type Run, type StepInput, type StepOutput } from '../contracts/step';
import { decideMainAddress, mainAddress } from '../domain/addresses';
import { asksForAddress, templateValues } from '../domain/names';
import { tagsToWrite, wantedTags } from '../domain/tags';
import { requireAddresses, requireInstance, shownAddresses } from '../instances';
import type { Ec2 } from '../ports/ec2';
import type { Ledger, Member } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import { makeMemberStep, passedInPool, requireReserve, type StepDeps } from '../step';
import { nameRefusal } from './refusal';

interface Deps extends StepDeps {
  settings: Settings;
  ec2: Ec2;
  ledger: Ledger;
}

/** Ensures that the instance has the tags: its index, its name, and those of the settings. */
export const makeHandler = (deps: Deps) =>
  makeMemberStep(
    'tag-instance',
    deps,
    stepInput,
    async (member, { run }): Promise<StepOutput> => {
      const settings = await deps.settings.read(member.group);
      const known = mainAddress(member.addresses);
      // An earlier try has looked, and was then told to slow down. Writing all of them again says the same.
      if (run.retries > 0 && known !== undefined) {
        const wanted = wantedTags(settings, templateValues(member, known));
        return tag(deps, member, wanted, run);
      }
      const instance = await requireInstance(deps.ec2, member.instanceId);
      const addresses = noteworthy(instance, asksForAddress(settings));
      // The later steps' templates ask for it, also in a group without DNS.
      if (member.addresses === undefined && addresses !== undefined) await deps.ledger.update(member, { addresses });

      const address = mainAddress(addresses);
      const present = Object.fromEntries((instance.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
      const missing = tagsToWrite(wantedTags(settings, templateValues(member, address)), present);
      if (Object.keys(missing).length === 0) return { action: 'none', reason: `${member.name} has its tags already` };
      return tag(deps, member, missing, run, countOf(present));
    },
    (input) => noteAddress(deps, input),
  );

/** The provision job of an instance in a warm pool may ask for its address. It gets its tags when it leaves the pool. */
async function noteAddress({ ledger, ec2, settings }: Deps, input: StepInput): Promise<StepOutput> {
  const reserve = await requireReserve(ledger, input);
  if (reserve.addresses !== undefined) return passedInPool;
  const { provision } = await settings.read(reserve.group);
  const addresses = noteworthy(await requireInstance(ec2, reserve.instanceId), asksForAddress({ provision }));
  if (addresses !== undefined) await ledger.saveReserve({ ...reserve, revision: reserve.revision + 1, addresses });
  return passedInPool;
}

/**
 * What to record of its addresses; `undefined` while it is not clear which it has.
 *
 * @throws StepError `InstanceNotVisibleYet`, `AddressUnavailable`: where something asks for one.
 */
function noteworthy(instance: Instance, asked: boolean): readonly string[] | undefined {
  const decision = decideMainAddress(shownAddresses(instance));
  if (asked) return requireAddresses(decision, instance.InstanceId ?? 'the instance');
  return decision.action === 'use' ? decision.addresses : undefined;
}

async function tag(
  { ec2, clock }: Deps,
  { instanceId, name }: Member,
  tags: Readonly<Record<string, string>>,
  run: Run,
  present?: number,
): Promise<StepOutput> {
  const wanted = Object.keys(tags);
  try {
    await ec2.createTags({
      Resources: [instanceId],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  } catch (error) {
    throw nameRefusal(error, { instanceId, wanted, present }, run, clock.now());
  }
  return { action: 'tagged', reason: `${name} has the tags ${wanted.join(', ')}` };
}

/** As EC2 counts them. */
function countOf(present: Readonly<Record<string, string>>): number {
  return Object.keys(present).filter((key) => !key.startsWith('aws:')).length;
}
