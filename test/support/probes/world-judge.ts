import { withRun, withTick } from '../../../functions/probes/domain/judge/deployment';
import { noticesOf, type Notice } from '../../../functions/probes/domain/judge/notices';
import { newJudge, type JudgeConfig, type JudgeState } from '../../../functions/probes/domain/judge/state';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import { epoch, play, type Message, type PlayedWorld, type Span, type World } from './worlds';

/** What people were notified of in a world, against what was so. */
export interface Outcome {
  /** Mails that say that something is or was down while it was not. */
  readonly falseAlarms: number;
  /** Seconds from the begin of each outage, or from when the judge was there again or might write, to the mail about it. */
  readonly found: readonly number[];
  /** Problems of one region that were not named as that, and silences of all that were not told. */
  readonly unnamed: number;
  readonly untold: number;
  /** Mails to people at once that report nothing known, their ends included; and all mails at once. */
  readonly unknowns: number;
  readonly mails: number;
  /** What goes into digests. */
  readonly digested: number;
  /** What was said of `shop` at once while mail was muted. */
  readonly unmuted: number;
}

interface TimedNotice {
  readonly at: number;
  readonly notice: Notice;
}

/** Lets the judge hear a world, message by message and minute by minute. */
export function judge(world: World): Outcome {
  const played = play(world);
  const windows = spansAfter(played.outages, world.maintenance, 900);
  return outcomeOf(played, { world, windows, said: said(played, configOf(world, played, windows), world) });
}

function spansAfter(outages: readonly Span[], after: number | undefined, lasts: number): Span[] {
  return after === undefined ? [] : outages.map(({ from }) => ({ from: from + after, until: from + after + lasts }));
}

function configOf(world: World, { names, targets }: PlayedWorld, windows: readonly Span[]): JudgeConfig {
  const iso = (at: number) => new Date(at * 1000).toISOString();
  const maintenance = windows.map(({ from, until }) => ({ from: iso(from), until: iso(until) }));
  const common = { intervalSeconds: world.interval ?? 60, quorum: undefined };
  return {
    regions: names,
    targets: targets.map((id) => ({ ...common, id, maintenance: id === 'shop' ? maintenance : [] })),
  };
}

/** A batch of the queue is at most so many messages, and is judged oldest slot first. */
const inBatch = 10;

function said({ messages, outages }: PlayedWorld, config: JudgeConfig, world: World): TimedNotice[] {
  let state: JudgeState = newJudge;
  const all: TimedNotice[] = [];
  const tell = (at: number) => {
    const { notices, told } = noticesOf(state, viewOf(state, at, config), config);
    state = { ...state, told };
    all.push(...notices.map((notice) => ({ at, notice })));
  };
  const down = spansAfter(outages, world.judgeDown === undefined ? undefined : 0, world.judgeDown ?? 0);
  const isDown = (at: number) => down.some(({ from, until }) => at >= from && at < until);
  const end = epoch + world.hours * 3600;
  let next = 0;
  for (let now = epoch + 1; now < end; now += 1) {
    if (isDown(now)) continue;
    const batch: Message[] = [];
    for (let one = messages[next]; one !== undefined && one.at <= now && batch.length < inBatch; one = messages[next]) {
      batch.push(one);
      next += 1;
    }
    batch.sort((one, other) => Date.parse(one.report.slot) - Date.parse(other.report.slot));
    for (const { report, queuedAt } of batch) ({ state } = withRun(state, report, { now, queuedAt }, config));
    if (batch.length > 0) tell(now);
    if (now % 60 !== 37) continue;
    state = withTick(state, now, config);
    tell(now);
  }
  return all;
}

function outcomeOf(
  { outages, regional, silences, names }: PlayedWorld,
  {
    world,
    windows,
    said: all,
  }: { readonly world: World; readonly windows: readonly Span[]; readonly said: readonly TimedNotice[] },
): Outcome {
  const paged = all.filter(({ notice }) => notice.pages);
  const ofDown = paged.filter(({ notice }) => 'incident' in notice && notice.incident.kind === 'down');
  const isTrue = ({ notice }: TimedNotice) =>
    'incident' in notice &&
    notice.target === 'shop' &&
    outages.some(({ from, until }) => notice.incident.since < until + 60 && (notice.incident.until ?? Infinity) > from);
  const last = names.at(-1) ?? '';
  const tellsOfLast = (notice: Notice) =>
    (notice.kind === 'region' && notice.region === last && notice.state === 'suspect') ||
    ('incident' in notice && notice.kind === 'opened' && notice.incident.regions.includes(last));
  const isTold = ({ from, until }: Span, about: (notice: Notice) => boolean) =>
    all.some(({ at, notice }) => at >= from && at < until + 300 && about(notice));
  return {
    falseAlarms: ofDown.filter((one) => !isTrue(one)).length,
    found: outages.flatMap(({ from, until }) => {
      // While mail is muted nothing can be told, and nothing is of what is over by then.
      const muted = windows.find((window) => window.from < from + 120 && window.until > from);
      if (muted !== undefined && until < muted.until + 120) return [];
      const begin = Math.max(from + (world.judgeDown ?? 0), muted?.until ?? from);
      const first = ofDown.find(({ at, notice }) => at >= from && notice.kind !== 'closed');
      return [first === undefined ? Infinity : Math.max(0, first.at - begin)];
    }),
    unnamed: regional.filter((span) => !isTold(span, tellsOfLast)).length,
    untold: silences.filter(
      (span) => !isTold(span, (notice) => 'incident' in notice && notice.incident.kind === 'unknown'),
    ).length,
    unknowns: paged.filter(
      ({ notice }) => notice.kind === 'withdrawn' || ('incident' in notice && notice.incident.kind === 'unknown'),
    ).length,
    mails: new Set(paged.map(({ at }) => at)).size,
    digested: new Set(all.filter(({ notice }) => !notice.pages).map(({ at }) => at)).size,
    unmuted: paged.filter(
      ({ at, notice }) =>
        'target' in notice && notice.target === 'shop' && windows.some(({ from, until }) => at >= from && at < until),
    ).length,
  };
}
