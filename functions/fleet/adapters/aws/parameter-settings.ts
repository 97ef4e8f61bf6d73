import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { isParameterNotFound } from '../../../shared/aws-errors';
import type { Clock } from '../../../shared/clock';
import { StepError } from '../../contracts/errors';
import { parseGroupSettings, SettingsInvalid, type GroupSettings } from '../../contracts/settings';
import type { Settings } from '../../ports/settings';

// Long enough that a thousand launches stay below Parameter Store's 40 reads a second, short enough that an operator
// who has mended a setting and redrives at once is served with what they wrote.
const cacheMs = 10_000;

/** Where the settings of a group stand. @param prefix such as `/muster/groups/`. */
export function settingsParameterName(prefix: string, group: string): string {
  // Parameter names take letters, digits and . - _ /; group names take more than that.
  return (
    prefix + group.replace(/[^0-9A-Za-z.\-_]/g, (character) => `_x${(character.codePointAt(0) ?? 0).toString(16)}_`)
  );
}

/** Settings in SSM Parameter Store, one parameter of JSON for each group. */
export function createParameterSettings(options: { client: SSMClient; prefix: string; clock: Clock }): Settings {
  const { client, prefix, clock } = options;
  const cache = new Map<string, { readAt: number; settings: GroupSettings }>();

  return {
    async read(group) {
      const now = clock.now().getTime();
      const cached = cache.get(group);
      if (cached !== undefined && now - cached.readAt < cacheMs) return cached.settings;
      const name = settingsParameterName(prefix, group);
      const settings = parse(await getParameter(client, name, group), name, group);
      cache.set(group, { readAt: now, settings });
      return settings;
    },
  };
}

async function getParameter(client: SSMClient, name: string, group: string): Promise<string> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if (!isParameterNotFound(error)) throw error;
    throw new StepError('GroupNotManaged', `group ${group} has no settings: there is no parameter ${name}`, {
      cause: error,
    });
  }
}

function parse(text: string, name: string, group: string): GroupSettings {
  try {
    const settings = parseGroupSettings(JSON.parse(text), `parameter ${name}`);
    if (settings.group === group) return settings;
    throw new SettingsInvalid(
      `the settings in parameter ${name} are those of group ${settings.group}, not of ${group}`,
    );
  } catch (error) {
    if (error instanceof SettingsInvalid) throw new StepError('SettingsInvalid', error.message, { cause: error });
    throw new StepError('SettingsInvalid', `the settings in parameter ${name} are not JSON`, { cause: error });
  }
}
