import type { IncidentObservation } from '../shared/incidents/book';
import { parserOf } from './domain/logs/parser';
import type { Counts, LogItem, LogType, Parser } from './domain/logs/records';
import { typeOfContent } from './domain/logs/source';
import { detection, type DetectionResult, type LogOrigin } from './domain/rules/detector';
import { objectShown, rules } from './domain/rules/findings';
import { onlyFailures, type RuleOptions } from './domain/rules/options';
import type { DetectorState } from './domain/rules/state';
import { unpack, type UnpackLimits, type UnpackResult } from './unpack';

export interface Inspection {
  readonly options: RuleOptions;
  readonly state: DetectorState;
  readonly read: LogOrigin;
  /** `undefined`: by the content. */
  readonly type: LogType | undefined;
  readonly limits?: UnpackLimits;
  /** Whether a log may also be plain text. */
  readonly plain?: boolean;
}

export interface InspectionResult extends DetectionResult {
  readonly type: LogType | undefined;
  readonly counts: Counts;
  readonly unpacked: UnpackResult;
  /** Editors and shells of Windows save text so. Redshift never does, and no record can be read. */
  readonly isUtf16: boolean;
}

const nothing: Counts = { lines: 0, recordLines: 0, records: 0, malformed: 0, skipped: 0 };
/** Bytes by which is seen which log it is, where its name does not say it. */
const sniffed = 16_384;
/** Of a thousand lines, more than one that is none says that something is wrong with the file. */
const tolerated = 0.001;
const utf16 = 'it is text in UTF-16, and logs are in UTF-8: save it as UTF-8, or take the file as Redshift wrote it';

/** Reads a log as a stream and finds what to report. Rejects only if the source does. */
export async function inspect(source: AsyncIterable<Uint8Array>, given: Inspection): Promise<InspectionResult> {
  const detector = detection(given.options, given.state, given.read);
  let isCut = false;
  const see = (item: LogItem) => {
    const seen = isCut ? ofCutLine(item) : item;
    if (seen !== undefined) detector.see(seen);
  };
  let parser: Parser | undefined;
  let type = given.type;
  // What comes before it is clear which log it is: a few bytes of its first line can be all that comes at first.
  let head = Buffer.alloc(0);
  const begin = (isAll: boolean) => {
    type ??= typeOfContent(head.toString('utf8', 0, sniffed), isAll || head.length >= sniffed);
    if (type === undefined) return undefined;
    const begun = parserOf(type, { onlyFailures: onlyFailures(given.options), see });
    begun.push(head);
    return begun;
  };
  const take = (chunk: Buffer): string | undefined => {
    if (parser === undefined) {
      if (head.length >= sniffed) return undefined;
      head = Buffer.concat([head, chunk]);
      parser = begin(false);
      if (parser === undefined) return undefined;
    } else parser.push(chunk);
    const { lines, malformed } = parser.counts;
    // A bomb of newlines, or another kind of file: reading on would find nothing else.
    return malformed > 100_000 && malformed > lines * 0.9
      ? `${malformed} of the first ${lines} lines are malformed`
      : undefined;
  };
  const unpacked = await unpack(source, take, {
    plain: given.plain === true,
    // Most lines of such a log are passed over.
    ahead: onlyFailures(given.options) && (given.type ?? 'connectionlog') === 'connectionlog',
    ...(given.limits !== undefined && { limits: given.limits }),
  });
  // Assigned within `take`, which the compiler does not follow.
  const used = parser ?? begin(true);
  isCut = unpacked.damage !== undefined;
  used?.end();
  const counts = used?.counts ?? nothing;
  const { state, observations } = detector.finish();
  const isUtf16 = ['fffe', 'feff'].includes(head.toString('hex', 0, 2));
  const damage = isUtf16 ? utf16 : (unpacked.damage ?? damageOf(counts, unpacked.raw, type));
  // Lines in this encoding are malformed, and no client has written them.
  const believed = isUtf16 && counts.records === 0 ? [] : observations;
  const all = damage === undefined ? believed : [...believed, damaged(given.read, damage, counts)];
  return { state, observations: all, type, counts, unpacked, isUtf16 };
}

/**
 * An item of the line in which a damaged archive ends. The damage has broken the line, so that no client is accused: the
 * item has no doubt. The columns that the server writes first are believed. `undefined`: the line has too few columns.
 */
function ofCutLine(item: LogItem): LogItem | undefined {
  if (item.kind === 'malformed') return undefined;
  const { doubt, ...rest } = item;
  const isPart = item.record.log === 'connectionlog' && item.trust === 'all';
  return isPart || doubt !== undefined ? { ...rest, trust: item.trust === 'none' ? 'none' : 'server' } : item;
}

/** The same for records that came one by one, as CloudWatch Logs hands them over. */
export function inspectMessages(
  messages: readonly string[],
  given: Pick<Inspection, 'options' | 'state' | 'read'> & { readonly type: LogType },
): InspectionResult {
  const detector = detection(given.options, given.state, given.read);
  const parser = parserOf(given.type, { see: (item) => detector.see(item) });
  let raw = 0;
  for (const message of messages) {
    raw += message.length;
    parser.message(message);
  }
  const { state, observations } = detector.finish();
  return {
    state,
    observations,
    type: given.type,
    counts: parser.counts,
    unpacked: { packed: raw, raw },
    isUtf16: false,
  };
}

function damageOf({ lines, malformed }: Counts, raw: number, type: LogType | undefined): string | undefined {
  if (type === undefined) return raw > 0 ? 'it is none of the three logs' : undefined;
  if (malformed > 0 && malformed > lines * tolerated) return `${malformed} of ${lines} lines are malformed`;
  return undefined;
}

function damaged(
  { cluster, place = cluster, object, at }: LogOrigin,
  damage: string,
  counts: Counts,
): IncidentObservation {
  return {
    ...rules['LOG-DAMAGED'],
    where: cluster,
    key: `LOG-DAMAGED|${place}|${object.slice(0, 600)}`,
    title: `An audit log of ${cluster} is damaged: ${damage}`,
    facts: [
      ['rule', 'LOG-DAMAGED'],
      ['cluster', cluster],
      ...(place === cluster ? [] : ([['region, account', place.slice(cluster.length + 1)]] as const)),
      ['object', objectShown(object)],
      ['damage', damage],
      ['read', `${counts.lines} lines: ${counts.recordLines} in records, ${counts.malformed} malformed`],
    ],
    count: 1,
    firstAt: at,
    lastAt: at,
  };
}
