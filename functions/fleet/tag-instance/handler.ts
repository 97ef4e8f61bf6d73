import { isInstanceNotFound } from '../../shared/aws-errors';
import { stepInput, type StepInput, type StepOutput } from '../contracts/step';
import { templateValues } from '../domain/names';
import { tagsToWrite, wantedTags } from '../domain/tags';
import { addressOf, notVisibleYet, requireInstance } from '../instances';
import type { Ec2 } from '../ports/ec2';
import type { Ledger } from '../ports/ledger';
import type { Settings } from '../ports/settings';
import { makeMemberStep, passedInPool, requireReserve, type StepDeps } from '../step';

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
    async (member): Promise<StepOutput> => {
      const settings = await deps.settings.read(member.group);
      const instance = await requireInstance(deps.ec2, member.instanceId);
      const address = addressOf(instance);
      // The later steps' templates ask for it, also in a group without DNS.
      if (member.addresses === undefined) await deps.ledger.update(member, { addresses: [address] });

      const present = Object.fromEntries((instance.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
      const missing = tagsToWrite(wantedTags(settings, templateValues(member, address)), present);
      const keys = Object.keys(missing);
      if (keys.length === 0) return { action: 'none', reason: `${member.name} has its tags already` };

      await write(deps.ec2, member.instanceId, missing);
      return { action: 'tagged', reason: `${member.name} has the tags ${keys.join(', ')}` };
    },
    (input) => noteAddress(deps, input),
  );

/** The provision job of an instance in a warm pool may ask for its address. It gets its tags when it leaves the pool. */
async function noteAddress({ ledger, ec2 }: Deps, input: StepInput): Promise<StepOutput> {
  const reserve = await requireReserve(ledger, input);
  if (reserve.addresses === undefined) {
    const address = addressOf(await requireInstance(ec2, reserve.instanceId));
    await ledger.saveReserve({ ...reserve, revision: reserve.revision + 1, addresses: [address] });
  }
  return passedInPool;
}

async function write(ec2: Ec2, instanceId: string, tags: Readonly<Record<string, string>>): Promise<void> {
  try {
    await ec2.createTags({
      Resources: [instanceId],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
  } catch (error) {
    // Shown by one server of EC2 and not known to the next.
    throw isInstanceNotFound(error) ? notVisibleYet(instanceId, error) : error;
  }
}
