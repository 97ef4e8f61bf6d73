import type { Violation } from './world/observe';

/** How many lines before a violation are shown. */
const mostLines = 60;

/**
 * What led to a violation, out of a world's whole journal: what was done and what broke, and of everything else what
 * names whom the violation names.
 */
export function storyOf(lines: readonly string[], { what }: Violation, most = mostLines): string[] {
  const subjects = [...new Set(what.match(/i-[0-9a-f]{17}/g) ?? [])];
  const told = lines.filter((line) => isTold(line, subjects)).map(shortened);
  return told.length <= most ? told : [`… (${told.length - most} lines before)`, ...told.slice(-most)];
}

// Reads, polls and what they are made of: they are in the journal for its hash, and tell a reader nothing.
const silent =
  /^\S+ (log|ended .* well$|call (settings|ledger\.(member|members|records|hold|reserve|breaker|heldIndexes)|\w+\.(describe|list|get|record))|history \S+ .*"type":"Task(Scheduled|Started|Succeeded|StateExited))/;

function isTold(line: string, subjects: readonly string[]): boolean {
  if (/^\S+ action /.test(line)) return true;
  if (silent.test(line)) return false;
  return subjects.length === 0 ? /^\S+ (fault|event)/.test(line) : subjects.some((subject) => line.includes(subject));
}

function shortened(line: string): string {
  const plain = line
    .replaceAll(/arn:aws:[\w-]+:[\w-]*:\d*:/g, '')
    .replace(/^(\S+) history (\S+) .*"type":"(\w+)".*$/, (text, at: string, name: string, type: string) => {
      const state = /EventDetails":\{"name":"([^"]+)"/.exec(text)?.[1];
      const error = /"error":"([^"]+)"/.exec(text)?.[1];
      return [at, 'history', name, type, state, error].filter((part) => part !== undefined).join(' ');
    })
    .replace(/^(\S+) event .*"detail-type":"([^"]+)".*$/, (text, at: string, type: string) => {
      const status = /"status":"(\w+)"/.exec(text)?.[1];
      const name = /"name":"([^"]+)"/.exec(text)?.[1];
      return [at, 'event', type, name, status].filter((part) => part !== undefined).join(' ');
    });
  return plain.length > 240 ? `${plain.slice(0, 239)}…` : plain;
}
