import { usualLimits } from '../../../functions/probes/adapters/prober';
import { pauseAfter, pauseSeconds } from '../../../functions/probes/operations/look-run';
import type { Report, LookResult } from '../../../functions/probes/contracts/result';
import type { Random } from '../../../functions/shared/random';
import { randomStream } from '../../../infra/lab/kernel/random';

/** From when until when, in seconds of the world's own time. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What happens besides outages of `shop`, of which there is one every two hours, of two minutes to forty. Seconds. */
export interface World {
  readonly regions: number;
  /** `shop` and others, which are always well. Default 1. */
  readonly targets?: number;
  readonly hours: number;
  readonly seed: number;
  readonly interval?: number;
  /** Share of looks that fail though the target is well. */
  readonly falseShare: number;
  /** The first so many regions reach nothing for a while, now and then. */
  readonly bursts?: { readonly regions: number; readonly every: number; readonly lasts: number };
  /** Share of messages that come later, by up to so many seconds; and of those that never come. */
  readonly late?: { readonly share: number; readonly by: number };
  readonly lost?: number;
  /** What the first so many regions have to say comes all at once, so often. */
  readonly held?: { readonly regions: number; readonly every: number };
  /** A look of the first region takes so long, when it is good. */
  readonly slow?: number;
  /** The clock of the first region is so far ahead: it looks earlier, and dates its messages later. */
  readonly skew?: number;
  /** The judge is down for so long from the begin of each outage on. */
  readonly judgeDown?: number;
  /** From so long after the begin of each outage mail is muted, for a quarter of an hour. */
  readonly maintenance?: number;
  /** Between outages the last region alone finds `shop` down for twenty minutes. */
  readonly regional?: true;
  /** All regions are silent for half an hour between outages. */
  readonly silent?: true;
}

export interface Message {
  readonly at: number;
  readonly queuedAt: number;
  readonly report: Report;
}

export interface PlayedWorld {
  readonly names: readonly string[];
  readonly targets: readonly string[];
  readonly outages: readonly Span[];
  /** Of the last region; of all of them together. */
  readonly regional: readonly Span[];
  readonly silences: readonly Span[];
  /** In the order in which home's queue hands them over. */
  readonly messages: readonly Message[];
}

/** Where the world's time begins: 2026-03-01T00:00:00Z. */
export const epoch = Date.UTC(2026, 2, 1) / 1000;
const iso = (at: number) => new Date(at * 1000).toISOString();
const hour = 3600;
/** A message's way home, the queue that hands a look over, a function that was asleep: at most, in seconds. */
const homeSeconds = 5;
const queueSeconds = 2;
const wakeSeconds = 1;
const ways = [0, usualLimits.connect, usualLimits.firstByte, usualLimits.total].map((ms) => ms / 1000);

const within = (spans: readonly Span[], at: number) => spans.some(({ from, until }) => at >= from && at < until);

/** All that regions tell home in a world: the same for the same seed. */
export function play(world: World): PlayedWorld {
  const random = randomStream('probes world', world.seed);
  const end = epoch + world.hours * hour;
  const names = Array.from({ length: world.regions }, (_, place) => `region-${place}`);
  const targets = ['shop', ...Array.from({ length: (world.targets ?? 1) - 1 }, (_, n) => `other-${n + 1}`)];
  const outages = everyTwoHours(end, random, (from) => ({
    from,
    // Half of them are as short as is to be found.
    until: from + 120 + (random.next() < 0.5 ? 0 : random.next() * 2280),
    way: ways[Math.floor(random.next() * ways.length)] ?? 0,
  }));
  const after = (lasts: number) => outages.map(({ from }) => ({ from: from + 3300, until: from + 3300 + lasts }));
  const truth: Truth = {
    world,
    outages,
    regional: world.regional === true ? after(1200) : [],
    silences: world.silent === true ? after(1800) : [],
    bursts: burstsOf(world, end, random),
  };
  const messages: Message[] = [];
  for (let slot = epoch; slot < end; slot += world.interval ?? 60)
    for (const [place, region] of names.entries())
      messages.push(...told({ place, region, slot, targets }, truth, random));
  messages.sort((one, other) => one.at - other.at);
  return { names, targets, ...truth, messages };
}

interface Truth {
  readonly world: World;
  readonly outages: readonly (Span & { readonly way: number })[];
  readonly regional: readonly Span[];
  readonly silences: readonly Span[];
  readonly bursts: readonly Span[];
}

function everyTwoHours<Of>(end: number, random: Random, make: (from: number) => Of): Of[] {
  const made: Of[] = [];
  for (let from = epoch + hour / 2; from + 1.5 * hour < end; from += 2 * hour)
    made.push(make(from + random.next() * 600));
  return made;
}

function burstsOf({ bursts }: World, end: number, random: Random): Span[] {
  const spans: Span[] = [];
  if (bursts === undefined) return spans;
  for (let at = epoch; at < end;) {
    at += bursts.every * (0.5 + random.next());
    spans.push({ from: at, until: at + bursts.lasts * (0.5 + random.next()) });
  }
  return spans;
}

interface Run {
  readonly place: number;
  readonly region: string;
  readonly slot: number;
  readonly targets: readonly string[];
}

/** What a region sends of a slot: of all targets, then once or twice more of those that are down, as the function does. */
function told({ place, region, slot, targets }: Run, truth: Truth, random: Random): Message[] {
  const { world } = truth;
  const messages: Message[] = [];
  const skew = place === 0 ? (world.skew ?? 0) : 0;
  let begin = slot + random.next() * (queueSeconds + wakeSeconds) - skew;
  let due = targets;
  for (let attempt = 1; attempt <= 1 + pauseSeconds.length && due.length > 0; attempt += 1) {
    const looks = due.map((target) => lookOf({ place, target, begin, attempt }, truth, random));
    const takes = Math.max(...looks.map((look) => look.takes));
    const sent = begin + takes;
    const results = looks.map(({ result }) => result);
    if (!within(truth.silences, sent) && random.next() >= (world.lost ?? 0)) {
      const report = { version: 1 as const, region, slot: iso(slot), sentAt: iso(sent + skew), results };
      messages.push({ at: arrives(sent, place, world, random), queuedAt: Math.floor(sent), report });
    }
    due = results.filter(({ up }) => !up && (world.interval ?? 60) >= 60).map(({ target }) => target);
    begin = sent + (pauseAfter(attempt, takes) ?? 0) + random.next() * queueSeconds;
  }
  return messages;
}

function lookOf(
  { place, target, begin, attempt }: { place: number; target: string; begin: number; attempt: number },
  { world, outages, regional, bursts }: Truth,
  random: Random,
): { readonly result: LookResult; readonly takes: number } {
  const outage = target === 'shop' ? outages.find((one) => within([one], begin)) : undefined;
  const isCut = place < (world.bursts?.regions ?? 0) && within(bursts, begin);
  const isRegional = target === 'shop' && place === world.regions - 1 && within(regional, begin);
  const fails = outage !== undefined || isCut || isRegional || random.next() < world.falseShare;
  const way = ways[Math.floor(random.next() * ways.length)] ?? 0;
  const takes = !fails ? (place === 0 ? (world.slow ?? 0.2) : 0.2) : (outage?.way ?? way);
  const common = { target, phases: {}, totalMicros: Math.round(takes * 1e6), trusted: true, attempts: attempt };
  return { result: fails ? { ...common, up: false, reason: 'conn_timeout' } : { ...common, up: true }, takes };
}

function arrives(sent: number, place: number, { late, held }: World, random: Random): number {
  const usual = sent + random.next() * homeSeconds;
  const at = late !== undefined && random.next() < late.share ? usual + random.next() * late.by : usual;
  return held !== undefined && place < held.regions ? Math.ceil(at / held.every) * held.every : at;
}
