import { placeholders, render } from '../../shared/template';
import { largestIndex, type GroupSettings, type PlaceholderName } from '../contracts/settings';

/** The name of the instance that holds `index`: `web-03`. */
export function nameOf(settings: Pick<GroupSettings, 'group' | 'names'>, index: number): string {
  return render(settings.names.pattern, { group: settings.group, index });
}

/**
 * The other way round: the index whose name it is, or `undefined` for a name that the pattern does not give.
 * `web-03` of `{group}-{index:02}` is 3; `web-3` is none.
 */
export function indexIn(settings: GroupSettings, name: string): number | undefined {
  const [before = '', after = ''] = settings.names.pattern
    .split(/\{index(?::0\d)?\}/)
    .map((part) => render(part, { group: settings.group }));
  if (!name.startsWith(before) || !name.endsWith(after)) return undefined;
  const digits = name.slice(before.length, name.length - after.length);
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const index = Number(digits);
  return index <= largestIndex && nameOf(settings, index) === name ? index : undefined;
}

/** The same in DNS, without a dot at the end: `web-03.internal.example.com`; `undefined` for a group without DNS. */
export function fqdnOf(settings: Pick<GroupSettings, 'group' | 'names' | 'dns'>, index: number): string | undefined {
  return settings.dns && `${nameOf(settings, index)}.${settings.dns.zoneName}`;
}

/** Whether any template of these settings has `{address}` in it. */
export function asksForAddress({
  tags = {},
  provision,
  deploy,
}: Partial<Pick<GroupSettings, 'tags' | 'provision' | 'deploy'>>): boolean {
  const templates = [tags, provision?.parameters ?? {}, deploy?.parameters ?? {}].flatMap((all) => Object.values(all));
  return templates.some((template) => placeholders(template).includes('address'));
}

/** What templates of tags and job parameters are filled in with. */
export function templateValues(
  member: { group: string; index: number; name: string; fqdn?: string; instanceId: string },
  address: string | undefined,
): Record<PlaceholderName, string | number | undefined> {
  const { group, index, name, fqdn, instanceId } = member;
  return { group, index, name, fqdn, instanceId, address };
}
