import { stepInput, type Run, type StepInput, type StepOutput } from '../contracts/step';
import { templateValues } from '../domain/names';
import { tagsToWrite, wantedTags } from '../domain/tags';
import { addressOf, requireInstance } from '../instances';
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
      const [known] = member.addresses ?? [];
      // An earlier try has looked, and was then told to slow down. Writing all of them again says the same.
      if (run.retries > 0 && known !== undefined) {
        const wanted = wantedTags(settings, templateValues(member, known));
        return tag(deps, member, wanted, run);
      }
      const instance = await requireInstance(deps.ec2, member.instanceId);
      const address = addressOf(instance);
      // The later steps' templates ask for it, also in a group without DNS.
      if (member.addresses === undefined) await deps.ledger.update(member, { addresses: [address] });

      const present = Object.fromEntries((instance.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
      const missing = tagsToWrite(wantedTags(settings, templateValues(member, address)), present);
      if (Object.keys(missing).length === 0) return { action: 'none', reason: `${member.name} has its tags already` };
      return tag(deps, member, missing, run, countOf(present));
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
