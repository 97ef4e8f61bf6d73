import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DetectorState } from '../../../functions/audit/domain/rules/state';
import { emptyState } from '../../../functions/audit/domain/rules/state';
import { defaultOptions, rulesOfSessions } from '../../../functions/audit/domain/rules/options';
import { logTypes, type LogType } from '../../../functions/audit/domain/logs/records';
import { sourceOfKey } from '../../../functions/audit/domain/logs/source';
import { inspect, type InspectionResult } from '../../../functions/audit/inspect';
import { keepHeapSmall } from '../../../functions/shared/small-heap';
import { systemClock } from '../../../functions/shared/runtime';
import type { IncidentObservation } from '../../../functions/shared/incidents/book';
import { momentText } from '../../../functions/shared/notify/moment-text';
import { compareSeverity } from '../../../functions/shared/notify/letter';
import { safeText } from '../../../functions/shared/notify/safe-text';
import { CannotLook, UsageInvalid } from '../failures';
import { widthOf, type Io } from '../io';
import { tableLines } from '../render/table';
import { piecesOf } from './pieces';

export interface InspectOptions {
  readonly json?: boolean;
  readonly type?: string;
  /** Of connectionlog only failed logins. */
  readonly failures?: boolean;
}

interface Log {
  readonly path: string;
  readonly type: LogType | undefined;
  readonly cluster: string;
  /** Found in a folder; neither its name nor `--type` says that it is a log. */
  readonly isAny: boolean;
}

/** As shells say it of a program that Ctrl-C has ended. */
const interrupted = 130;

// Sessions before accounts before statements: who did it is known then.
const order = (type: LogType | undefined) => (type === undefined ? logTypes.length : logTypes.indexOf(type));

/** Reads logs on this machine and prints what is found. @throws UsageInvalid, CannotLook */
export async function inspectFiles(files: readonly string[], options: InspectOptions, io: Io): Promise<void> {
  keepHeapSmall();
  const type = typeIn(options.type);
  // A file that is named twice, or that a folder has too, has happened once.
  const expanded = (await Promise.all(files.map((file) => expand(file, io.cwd)))).flat();
  const named = new Set(expanded.flatMap(({ path, isNamed }) => (isNamed ? [path] : [])));
  const logs = [...new Set(expanded.map(({ path }) => path))].map((path): Log => {
    const source = sourceOfKey(path);
    const known = type ?? source?.type;
    const isAny = known === undefined && !named.has(path);
    return { path, type: known, cluster: source?.cluster ?? 'an unknown cluster', isAny };
  });
  logs.sort((a, b) => order(a.type) - order(b.type) || a.path.localeCompare(b.path));
  const states = new Map<string, DetectorState>();
  const found = new Map<string, IncidentObservation>();
  const skipped: string[] = [];
  const total = { files: 0, lines: 0, records: 0, malformed: 0, bytes: 0 };
  const isInterrupted = () => io.signal.aborted;
  for (const { path, type: known, cluster, isAny } of logs) {
    if (isInterrupted()) break;
    const read = { cluster, object: path, at: systemClock.now().getTime() };
    const state = states.get(cluster) ?? emptyState();
    const result = await inspect(opened(path, io, total), {
      options: options.failures === true ? { ...defaultOptions, disabled: rulesOfSessions } : defaultOptions,
      state,
      read,
      type: known,
      plain: true,
    }).catch((cause: unknown) => {
      throw new CannotLook(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    });
    // A file that was not read to its end looks as if it were cut off.
    if (isInterrupted()) break;
    if (isAny && isAnother(path, result)) {
      skipped.push(path);
      continue;
    }
    states.set(cluster, result.state);
    total.files += 1;
    total.lines += result.counts.lines;
    total.records += result.counts.records;
    total.malformed += result.counts.malformed;
    for (const one of result.observations) found.set(one.key, together(found.get(one.key), one));
  }
  if (io.err.isTTY === true) io.err.write('\r\u001b[K');
  if (logs.length === 0) throw new CannotLook(`no file in ${files.map((file) => safeText(file)).join(', ')}`);
  const all = [...found.values()].sort((a, b) => compareSeverity(b.severity, a.severity) || a.firstAt - b.firstAt);
  const unread = logs.length - total.files - skipped.length;
  print(all, { total, skipped, unread }, options, io);
  if (unread > 0) io.exit(interrupted);
  else io.exit(all.some(({ severity }) => compareSeverity(severity, 'medium') >= 0) ? 1 : 0);
}

function typeIn(text: string | undefined): LogType | undefined {
  const type = logTypes.find((one) => one === text);
  if (text !== undefined && type === undefined)
    throw new UsageInvalid(`--type takes ${logTypes.join(', ')}, got ${text}`);
  return type;
}

interface LogFile {
  readonly path: string;
  /** By itself, not found in a folder. */
  readonly isNamed: boolean;
}

/**
 * Whether what lies in a folder beside logs is none of them: a README, what a desktop leaves there. What could have been
 * a log, an archive that cannot be read and text in another encoding, is damaged.
 */
function isAnother(path: string, { type, unpacked, isUtf16 }: InspectionResult): boolean {
  if (type !== undefined || isUtf16) return false;
  const isUnpacked = unpacked.damage === undefined && unpacked.packed !== unpacked.raw;
  return isUnpacked || !/\.gz$/i.test(path);
}

async function expand(file: string, cwd: string): Promise<LogFile[]> {
  if (file === '-') return [{ path: '-', isNamed: true }];
  const path = resolve(cwd, file);
  const given = await stat(path).catch((cause: unknown) => {
    throw new CannotLook(`no such file or folder: ${file}`, { cause });
  });
  if (!given.isDirectory()) return [{ path, isNamed: true }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      // A link that leads to a file is a file; one that leads nowhere, or to a folder, is none.
      const isLinked = entry.isSymbolicLink() && (await stat(path).catch(() => undefined))?.isFile() === true;
      return entry.isFile() || isLinked ? [{ path, isNamed: false }] : [];
    }),
  );
  return found.flat();
}

async function* opened(path: string, io: Io, total: { bytes: number }): AsyncGenerator<Uint8Array> {
  let shown = total.bytes;
  for await (const chunk of path === '-' ? io.in : piecesOf(path)) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    total.bytes += bytes.length;
    if (io.err.isTTY === true && total.bytes - shown > 8 << 20) {
      shown = total.bytes;
      io.err.write(`\r${Math.round(total.bytes / 2 ** 20)} MB read\u001b[K`);
    }
    if (io.signal.aborted) return;
    yield bytes;
  }
}

function together(known: IncidentObservation | undefined, one: IncidentObservation): IncidentObservation {
  if (known === undefined) return one;
  return {
    ...one,
    count: known.count + one.count,
    ...((known.atLeast ?? one.atLeast) && { atLeast: true }),
    firstAt: Math.min(known.firstAt, one.firstAt),
    lastAt: Math.max(known.lastAt, one.lastAt),
  };
}

interface Reading {
  readonly total: Readonly<Record<string, number>>;
  readonly skipped: readonly string[];
  /** So many files were not read when it was interrupted. */
  readonly unread: number;
}

function print(
  all: readonly IncidentObservation[],
  { total, skipped, unread }: Reading,
  { json }: InspectOptions,
  { out, err, ...io }: Io,
): void {
  if (json === true) {
    const findings = all.map(({ key, severity, title, count, atLeast, firstAt, lastAt, facts }) => ({
      rule: key.split('|')[0],
      severity,
      title: safeText(title),
      count,
      ...(atLeast && { atLeast }),
      first: new Date(firstAt).toISOString(),
      last: new Date(lastAt).toISOString(),
      facts: Object.fromEntries(facts.map(([label, value]) => [label, safeText(value, 1000)])),
    }));
    const names = skipped.map((path) => safeText(path, 1000));
    const text = JSON.stringify({ findings, read: total, skipped: names, ...(unread > 0 && { unread }) }, undefined, 2);
    out.write(`${text}\n`);
    return;
  }
  // In a file or a pipe nothing is clipped: whose address it is stands at the end.
  const width = out.isTTY === true ? widthOf({ out, ...io }) : Infinity;
  if (all.length > 0) out.write(`${linesOf(all, width).join('\n')}\n`);
  const found = counted(all.length, 'finding');
  const more = all.length === 0 ? '' : '; --json shows the lines, and who did it';
  const { files = 0, lines = 0, malformed = 0 } = total;
  if (skipped.length > 0) err.write(`skipped, no audit log: ${listed(skipped)}\n`);
  err.write(`${counted(files, 'file')}, ${counted(lines, 'line')}, ${malformed} malformed: ${found}${more}\n`);
  if (unread > 0) err.write(`interrupted: ${counted(unread, 'file')} not read to the end\n`);
}

/** Beside the other columns a title needs so much. */
const wide = 100;

/** A line for each finding; where the terminal is narrow its title stands below it. */
function linesOf(all: readonly IncidentObservation[], width: number): string[] {
  const isOne = new Set(all.map(({ where }) => where)).size === 1;
  const rows = all.map(({ key, severity, title, where = '', count, atLeast, lastAt, facts }) => ({
    columns: [severity, key.split('|')[0] ?? '', `${atLeast ? '≥ ' : ''}${count}×`, momentText(lastAt)],
    title: safeText(`${isOne || title.includes(where) ? '' : `${where}: `}${title}${ofFile(key, facts)}`),
  }));
  const cells = (texts: readonly string[]) => texts.map((text) => ({ text }));
  if (width >= wide)
    return tableLines(
      rows.map(({ columns, title }) => cells([...columns, title])),
      width,
    );
  const heads = tableLines(
    rows.map(({ columns }) => cells(columns)),
    Infinity,
  );
  return rows.flatMap(({ title }, at) => [heads[at] ?? '', ...tableLines([cells([' ', title])], width)]);
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

const mostNamed = 5;

function listed(paths: readonly string[]): string {
  const names = paths.slice(0, mostNamed).map((path) => safeText(path));
  const more = paths.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
}

/** Of several files, which one is damaged. */
function ofFile(key: string, facts: IncidentObservation['facts']): string {
  const file = facts.find(([label]) => label === 'object')?.[1];
  return key.startsWith('LOG-DAMAGED|') && file !== undefined ? ` (${file})` : '';
}
