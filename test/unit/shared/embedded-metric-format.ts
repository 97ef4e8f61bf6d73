/**
 * What is wrong with a line by the specification of CloudWatch's embedded metric format ("Specification: Embedded
 * metric format", CloudWatch User Guide): its JSON schema, and what the text adds about the target members.
 */
export function mistakesInEmf(line: string): string[] {
  const root = JSON.parse(line) as Record<string, unknown>;
  const metadata = root._aws as { Timestamp?: unknown; CloudWatchMetrics?: unknown[] } | undefined;
  if (metadata === undefined) return ['no _aws'];
  const found = Number.isInteger(metadata.Timestamp) ? [] : ['Timestamp is milliseconds since the epoch'];
  if (!Array.isArray(metadata.CloudWatchMetrics)) return [...found, 'CloudWatchMetrics is an array'];
  return [...found, ...metadata.CloudWatchMetrics.flatMap((directive) => mistakesInDirective(directive, root))];
}

interface Directive {
  Namespace?: unknown;
  Dimensions?: unknown[];
  Metrics?: { Name?: unknown; Unit?: unknown }[];
}

function mistakesInDirective(directive: unknown, root: Record<string, unknown>): string[] {
  const { Namespace, Dimensions = [], Metrics = [], ...others } = directive as Directive;
  const found = Object.keys(others).map((name) => `unknown member ${name}`);
  if (!isText(Namespace, 1024)) found.push('Namespace has 1 to 1024 characters');
  if (Dimensions.length === 0) found.push('there is a dimension set');
  for (const set of Dimensions) {
    if (!Array.isArray(set) || set.length > 30) found.push('a dimension set is an array of at most 30 names');
    for (const name of set as string[]) {
      if (!isText(name, 250)) found.push('a dimension name has 1 to 250 characters');
      if (!isText(root[name], 1024)) found.push(`dimension ${name} has a value of 1 to 1024 characters`);
    }
  }
  if (Metrics.length === 0 || Metrics.length > 100) found.push('1 to 100 metrics');
  for (const { Name, Unit } of Metrics) {
    if (!isText(Name, 1024)) found.push('a metric name has 1 to 1024 characters');
    else if (!Number.isFinite(root[Name])) found.push(`${Name} has a number`);
    if (!units.includes(String(Unit))) found.push(`no unit ${String(Unit)}`);
  }
  return found;
}

const units = ['Seconds', 'Microseconds', 'Milliseconds', 'Bytes', 'Kilobytes', 'Percent', 'Count', 'None'];

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longest;
}
