import { placeholders, render } from '../../shared/template';
import type { GroupSettings, PlaceholderName } from '../contracts/settings';

/** The name of the instance that holds `index`: `web-03`. */
export function nameOf(settings: GroupSettings, index: number): string {
  return render(settings.names.pattern, { group: settings.group, index });
}

/** The same in DNS, without a dot at the end: `web-03.internal.example.com`; `undefined` for a group without DNS. */
export function fqdnOf(settings: GroupSettings, index: number): string | undefined {
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
