import { isSettingsProblem } from '../../contracts/errors';
import type { GroupSettings } from '../../contracts/settings';
import type { SettingsStore } from '../../ports/aws';
import { outsideHoldings, reachOf, type OutsideHolding } from '../held-outside';
import { notice, problem, type CheckResult } from './finding';
import type { DoctorDeps, InspectedGroup } from './check-inputs';

const nothing = { zones: [], targetGroups: [] };

/** What members hold that the settings as they are now would not give them, and whether it can be taken back. */
export async function checkHeldOutside(
  deps: DoctorDeps,
  { settings, records }: InspectedGroup,
): Promise<CheckResult[]> {
  const { formerly = nothing } = deps;
  const { members } = records;
  const alone = outsideHoldings(members, settings, reachOf([settings], formerly));
  // Resources in the settings of other groups are within reach too. Mostly nothing is out of reach, and they are not
  // read.
  if (!alone.some(({ reach }) => reach === 'beyond')) return alone.map(say);
  return outsideHoldings(members, settings, reachOf([settings, ...(await readAll(deps.settings))], formerly)).map(say);
}

/** The settings without mistakes: the others are findings of their own groups. */
async function readAll(settings: SettingsStore): Promise<GroupSettings[]> {
  const all = await Promise.all(
    (await settings.list()).map((group) =>
      settings.read(group).catch((error: unknown) => {
        if (isSettingsProblem(error)) return undefined;
        throw error;
      }),
    ),
  );
  return all.flatMap((one) => one ?? []);
}

function say({ kind, what, members, reach }: OutsideHolding): CheckResult {
  const names = members.map(({ name }) => name);
  const list = names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  if (kind === 'name')
    return notice(
      'name-outside-pattern',
      `named otherwise than ${what} says: ${list}`,
      'they keep their names until they are replaced, and releases remove those names from DNS; a launch of them that still runs is not admitted under its name: abandon it, and the group launches another one',
    );
  const [code, evidence, key] =
    kind === 'zone'
      ? (['zone-taken-out', `have records in zone ${what}, which is not in the settings: ${list}`, 'zones'] as const)
      : (['target-group-taken-out', `are in ${what}, which is not in the settings: ${list}`, 'targetGroups'] as const);
  if (reach === 'within')
    return notice(code, evidence, 'their releases may clean it up: keep that so until they are replaced');
  const repair = `their releases may not clean it up: name it in fleet.formerly.${key} of infra/config/muster.ts and deploy, until they are replaced`;
  return problem(code, evidence, repair);
}
