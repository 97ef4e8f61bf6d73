import {
  GetParameterCommand,
  GetParametersByPathCommand,
  type GetParametersByPathCommandOutput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { isParameterNotFound } from '../../../shared/aws-errors';
import type { Clock } from '../../../shared/runtime';
import { StepError } from '../../contracts/errors';
import { SettingsInvalid, type GroupSettings } from '../../contracts/settings';
import { parseStoredSettings } from '../../contracts/stored-settings';
import type { SettingsStore } from '../../ports/aws';
import { answered } from '../../resources/instance';

// Long enough that a thousand launches stay below Parameter Store's 40 reads a second, short enough that an operator
// who has fixed a setting and redrives at once is served with what they wrote.
const cacheMs = 10_000;

// Parameter names take letters, digits and . - _ /; group names take everything printable. A character that a parameter
// cannot have is written as its code: `a/b` as `a_x2f_b`.
const foreign = /[^0-9A-Za-z.\-_]/g;
const foreignOrUnderscore = /[^0-9A-Za-z.-]/g;

/** The name of the parameter with a group's settings. @param prefix such as `/muster/groups/`. */
export function settingsParameterName(prefix: string, group: string): string {
  const name = group.replace(foreign, escaped);
  // A group may be called `a_x2f_b`. Such a name, and no other, has its underscores escaped as well.
  return prefix + (unescaped(name) === group ? name : group.replace(foreignOrUnderscore, escaped));
}

/** The reverse: the group whose settings the parameter has. */
export function groupOfSettingsParameter(prefix: string, name: string): string {
  return unescaped(name.slice(prefix.length));
}

function escaped(character: string): string {
  return `_x${character.charCodeAt(0).toString(16)}_`;
}

function unescaped(name: string): string {
  return name.replace(/_x([0-9a-f]{2,4})_/g, (text, code: string) => {
    const character = String.fromCharCode(Number.parseInt(code, 16));
    // What is never escaped is no escape: `web_x86_blue` and `web_x64_blue` mean what they say.
    return /[0-9A-Za-z.\-\p{Cc}]/u.test(character) ? text : character;
  });
}

/** Settings in SSM Parameter Store, one parameter of JSON for each group. */
export function createParameterSettings(options: { client: SSMClient; prefix: string; clock: Clock }): SettingsStore {
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

    async list() {
      const readAt = clock.now().getTime();
      const parameters = await parametersBelow(client, prefix);
      return parameters.map(({ name, value }) => {
        const group = groupOfSettingsParameter(prefix, name);
        // The values come along: who reads them next need not ask for each. A group whose settings are wrong is a
        // managed one all the same, and what is wrong is said where they are read.
        const settings = unlessWrong(() => parse(value, name, group));
        if (settings !== undefined) cache.set(group, { readAt, settings });
        return group;
      });
    },
  };
}

interface Parameter {
  readonly name: string;
  readonly value: string;
}

function unlessWrong(read: () => GroupSettings): GroupSettings | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof StepError && error.name === 'SettingsInvalid') return undefined;
    throw error;
  }
}

async function parametersBelow(client: SSMClient, prefix: string): Promise<Parameter[]> {
  const parameters: Parameter[] = [];
  let NextToken: string | undefined;
  do {
    // Ten is the most that there can be on a page, and a page can have none although there are more.
    const page: GetParametersByPathCommandOutput = await client.send(
      new GetParametersByPathCommand({ Path: prefix.replace(/\/$/, ''), MaxResults: 10, NextToken }),
    );
    for (const { Name, Value = '' } of answered(page.Parameters, `the settings below ${prefix}`))
      if (Name !== undefined) parameters.push({ name: Name, value: Value });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return parameters;
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
    const settings = parseStoredSettings(JSON.parse(text), `parameter ${name}`);
    if (settings.group === group) return settings;
    throw new SettingsInvalid(
      `the settings in parameter ${name} are those of group ${settings.group}, not of ${group}`,
    );
  } catch (error) {
    if (error instanceof SettingsInvalid) throw new StepError('SettingsInvalid', error.message, { cause: error });
    throw new StepError('SettingsInvalid', `the settings in parameter ${name} are not JSON`, { cause: error });
  }
}
