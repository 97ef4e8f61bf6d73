/**
 * A name as Route 53 keeps it: lower case, with the trailing dot, and every character but letters, digits, `-`, `_`
 * and `.` as a backslash and three octal digits (`*` is `\052`).
 */
export function normalizeName(name: string): string {
  const text = name.toLowerCase().replace(/\\[0-7]{3}|[^a-z0-9\-_.]/g, escape);
  return text.endsWith('.') ? text : `${text}.`;
}

function escape(match: string): string {
  if (!match.startsWith('\\') || match.length !== 4) return `\\${match.charCodeAt(0).toString(8).padStart(3, '0')}`;
  // An escape of a character that needs none is the character itself.
  const plain = String.fromCharCode(parseInt(match.slice(1), 8)).toLowerCase();
  return /[a-z0-9\-_]/.test(plain) ? plain : match;
}

/** What names are sorted by: the labels from right to left. `a.example.com.` → `com.example.a.` */
export function sortKey(name: string): string {
  return `${name.slice(0, -1).split('.').reverse().join('.')}.`;
}

export function isInZone(name: string, zoneName: string): boolean {
  return name === zoneName || name.endsWith(`.${zoneName}`);
}

/** Why a name cannot be: RFC 1035's lengths. `undefined`: it can. */
export function nameProblem(name: string): string | undefined {
  const labels = name.slice(0, -1).split('.');
  if (/\\([2-7][0-7]{2}|[0-7]{4})/.test(name)) {
    return `FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with '${name}'`;
  }
  if (name.length > 255) return `DomainNameTooLong (Domain name is too long) encountered with '${name}'`;
  if (labels.some((label) => label === ''))
    return `DomainLabelEmpty (Domain label is empty) encountered with '${name}'`;
  if (labels.some((label) => label.length > 63)) {
    return `DomainLabelTooLong (Domain label is too long) encountered with '${name}'`;
  }
  return undefined;
}
