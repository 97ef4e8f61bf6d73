import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { readLog, type ReadLog } from '../../../functions/audit/adapters/read-log';
import type { Finding } from '../../../functions/audit/contracts/finding';
import { isAtLeast, severityOf, usualThresholds, type Thresholds } from '../../../functions/audit/contracts/rules';
import { detect, draftOf } from '../../../functions/audit/domain/detector';
import { logFile } from '../../../functions/audit/domain/file-name';
import { shown } from '../../../functions/audit/domain/redact';
import { Summary } from '../../../functions/audit/domain/summary';
import { messageOf } from '../error-parts';
import { CannotLook } from '../failures';
import { isColored, widthOf, type ExitCode, type Io } from '../io';
import { painter, type Paint, type Style } from '../render/paint';
import { oneLine } from '../render/plain';
import { tableLines } from '../render/table';
import { moment } from '../render/time';

export interface InspectOptions {
  readonly json: boolean;
  readonly thresholds: Partial<Thresholds>;
}

interface Inspected {
  readonly file: string;
  readonly read: ReadLog;
}

/** A share of lines that are no records, from which on a log counts as damaged. */
const damagedShare = 0.001;

/** Reads logs in the order in which they were written, tells what the rules find, and returns the exit code. */
export async function inspect(
  io: Io,
  given: readonly string[],
  { json, thresholds }: InspectOptions,
): Promise<ExitCode> {
  const rules = { ...usualThresholds, ...thresholds };
  const [draft, summary, inspected] = [draftOf(undefined), new Summary(), [] as Inspected[]];
  const files = inOrder((await Promise.all(given.map((one) => filesIn(io, one)))).flat());
  for (const [at, file] of files.entries()) {
    progress(io, `${at + 1} of ${files.length}: ${oneLine(file)}`);
    const named = logFile(file);
    const source = { cluster: named?.cluster ?? 'unknown', object: file };
    const stream = file === '-' ? Readable.from(io.in) : createReadStream(file);
    const read = await readLog(
      stream,
      (records) => {
        for (const record of records) for (const found of detect(draft, record, source, rules)) summary.add(found);
      },
      { type: named?.type },
    );
    inspected.push({ file, read });
    for (const found of damageOf(file, source.cluster, read)) summary.add(found);
  }
  progress(io, '');
  const incidents = summary.incidents();
  io.out.write(json ? asJson(incidents, inspected) : asText(io, incidents, inspected));
  return incidents.some(({ rule }) => isAtLeast(rule, 'medium')) ? 1 : 0;
}

/** @throws CannotLook */
async function filesIn(io: Io, given: string): Promise<string[]> {
  if (given === '-') return ['-'];
  const path = resolve(io.cwd, given);
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries: Dirent[] = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((one) => one.isFile() && logFile(one.name) !== undefined)
      .map((one) => join(one.parentPath, one.name));
  } catch (error) {
    throw new CannotLook(`${given} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** As they were written: a session is known before what was done in it, of logs of one minute connections come first. */
function inOrder(files: readonly string[]): string[] {
  const order = ['connectionlog', 'userlog', 'useractivitylog'];
  const keyOf = (file: string) => {
    const named = logFile(file);
    return named === undefined ? '' : `${named.written} ${order.indexOf(named.type)}`;
  };
  return [...files].sort((left, right) => keyOf(left).localeCompare(keyOf(right)));
}

function damageOf(object: string, cluster: string, { damage, counts }: ReadLog): Finding[] {
  const share = counts.lines === 0 ? 0 : counts.malformed / counts.lines;
  const what =
    damage ?? (share > damagedShare ? `${counts.malformed} of ${counts.lines} lines are no records` : undefined);
  if (what === undefined) return [];
  const evidence = { object, line: 0, raw: '' };
  return [{ rule: 'LOG-DAMAGED', cluster, entity: object, count: 1, firstAt: 0, lastAt: 0, summary: what, evidence }];
}

function progress({ err }: Io, text: string): void {
  if (err.isTTY === true) err.write(`\r\u001b[K${text.slice(0, 70)}`);
}

function asJson(incidents: readonly Finding[], inspected: readonly Inspected[]): string {
  const time = (at: number) => (at === 0 ? undefined : new Date(at).toISOString());
  const findings = incidents.map(({ firstAt, lastAt, summary, actor, from, evidence, entity, ...rest }) => ({
    ...rest,
    severity: severityOf(rest.rule),
    entity: shown(entity),
    summary: shown(summary),
    ...(actor !== undefined && { actor: shown(actor) }),
    ...(from !== undefined && { from: shown(from) }),
    firstAt: time(firstAt),
    lastAt: time(lastAt),
    evidence: { ...evidence, raw: shown(evidence.raw, 1_000) },
  }));
  const files = inspected.map(({ file, read }) => ({ file, ...read }));
  return `${JSON.stringify({ findings, files }, undefined, 2)}\n`;
}

const styles: Readonly<Record<string, Style>> = { critical: 'red', high: 'red', medium: 'yellow', low: 'dim' };

function asText(io: Io, incidents: readonly Finding[], inspected: readonly Inspected[]): string {
  const paint = painter(isColored(io));
  const lines = inspected.reduce((sum, { read }) => sum + read.counts.lines, 0);
  const malformed = inspected.reduce((sum, { read }) => sum + read.counts.malformed, 0);
  const end = `${inspected.length} file${inspected.length === 1 ? '' : 's'}, ${lines} lines, ${malformed} of them no records`;
  if (incidents.length === 0) return `Nothing was found: ${end}.\n`;
  const rows = incidents.map((finding) => rowOf(finding, paint));
  return `${tableLines(rows, widthOf(io)).join('\n')}\n\n${incidents.length} incidents in ${end}.\n`;
}

function rowOf(finding: Finding, paint: Paint) {
  const { rule, count, lastAt, summary, actor, evidence, unverified } = finding;
  const severity = severityOf(rule);
  const named = logFile(evidence.object);
  const file = named === undefined ? (evidence.object.split('/').at(-1) ?? '') : `${named.type} ${named.written}`;
  const who = actor === undefined ? '' : `, by ${shown(actor)}`;
  return [
    { text: severity, paint: (text: string) => paint(styles[severity] ?? 'dim', text) },
    { text: rule },
    { text: count === 1 ? '' : `${count}x` },
    { text: `${shown(summary)}${who}${unverified === true ? ' (unverified)' : ''}` },
    { text: lastAt === 0 ? '' : moment(new Date(lastAt).toISOString()), paint: (text: string) => paint('dim', text) },
    { text: `${oneLine(file)}:${evidence.line}`, paint: (text: string) => paint('dim', text) },
  ];
}
