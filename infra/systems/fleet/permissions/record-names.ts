import { largestIndex } from '../../../../functions/fleet/contracts/settings';
import { fillTemplate } from '../../../../functions/shared/names-and-urls';
import { literal } from './names';
import type { GroupScope } from './scope';

// No larger index is ever given out: a name beyond these would be refused by IAM.
const mostDigits = String(largestIndex).length;
// Stands for a digit until everything else is escaped; no name can have it.
const digit = '\n';

/**
 * The record names that a name pattern can give in a zone, as `StringLike` patterns: `web-??`, `web-???` and
 * `web-????` for `{group}-{index:02}`. Not `web-*`, which would also mean `web-admin` and each host of a group `web-eu`.
 */
export function forwardNames({ name, namePattern }: GroupScope, zoneName: string): string[] {
  const byLength = new Map<number, string>();
  for (let digits = 1; digits <= mostDigits; digits += 1) {
    const rendered = fillTemplate(literal(namePattern), { group: literal(name), index: digit.repeat(digits) });
    // Of the same length, the later one has more places open and covers the earlier one (`web-??` covers `web-0?`).
    byLength.set(rendered.length, rendered);
  }
  return [...byLength.values()].map((rendered) => inZone(rendered, zoneName, '?'));
}

/**
 * The same in one pattern, `web-*`: a managed policy has room for 6,144 characters, a role's inline policies for 10,240.
 * It matches `web-admin`, too, so it is only for operators, whose command never changes a record without Muster's mark.
 */
export function forwardNamesInShort({ name, namePattern }: GroupScope, zoneName: string): string[] {
  return [
    inZone(
      fillTemplate(literal(namePattern), { group: literal(name), index: digit }).replace(/0+\n/, digit),
      zoneName,
      '*',
    ),
  ];
}

function inZone(rendered: string, zoneName: string, place: string): string {
  return `${rendered}.${literal(zoneName)}`.split(digit).map(normalized).join(place);
}

/** The names in a reverse zone: addresses are not known beforehand. */
export function reverseNames(zoneName: string): string[] {
  return [`*.${normalized(literal(zoneName))}`];
}

/**
 * A name as `route53:ChangeResourceRecordSetsNormalizedRecordNames` has it: lower case, other characters in octal, so
 * that a `*` of a name itself is `\052` and never a wildcard. (There is no dot at the end either; our names have none.)
 */
function normalized(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9\-_.]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
