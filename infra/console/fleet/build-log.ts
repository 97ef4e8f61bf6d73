import type { JenkinsSettings } from '../../../functions/fleet/contracts/settings';
import type { BuildRecord } from '../../../functions/fleet/ledger/port';
import { OperationRefused, type InstanceReference } from '../../../functions/fleet/operations';
import type { Io } from '../io';
import { lines, oneLine } from '../render/plain';
import { pauseIn } from '../watch';
import type { World } from '../world';

/** A build that has a console. */
export interface NumberedBuild {
  /** Full name of the job. */
  readonly job: string;
  readonly number: number;
  readonly result?: string;
  readonly settings: JenkinsSettings;
}

/** The build of an instance that says most: one that failed or runs, before one that succeeded; of those the last. */
export async function lastBuild(
  world: Pick<World, 'ledger' | 'settings'>,
  { group, instance }: InstanceReference,
  job?: string,
): Promise<NumberedBuild | undefined> {
  const [member, reserve] = [
    await world.ledger.member(group, instance),
    await world.ledger.findReserve(group, instance),
  ];
  const builds = Object.entries(member?.builds ?? reserve?.builds ?? {});
  const numbered = builds
    .filter(([name]) => job === undefined || job === name)
    .flatMap(([name, record]) => withNumber(name, record));
  const [best] = numbered.sort(
    (left, right) => Number(left.succeeded) - Number(right.succeeded) || right.startedAt.localeCompare(left.startedAt),
  );
  if (best === undefined) return undefined;
  const { jenkins, ...settings } = await world.settings.read(group);
  if (jenkins === undefined) throw new OperationRefused(`group ${group} has no Jenkins in its settings`);
  const fullName = best.job ?? settings[best.name as 'provision' | 'deploy']?.job ?? best.name;
  return {
    job: fullName,
    number: best.number,
    settings: jenkins,
    ...(best.result !== undefined && { result: best.result }),
  };
}

function withNumber(name: string, { trace, outcome, startedAt, job }: BuildRecord) {
  const number = outcome?.number ?? trace?.number;
  if (number === undefined) return [];
  return [{ name, number, startedAt, job, succeeded: outcome?.succeeded === true, result: outcome?.result }];
}

const everyMs = 2_000;

/** Prints a build's console, and what is added to it while it runs. */
export async function followLog(
  io: Io,
  world: Pick<World, 'logs' | 'pause'>,
  build: NumberedBuild,
  { from, follow }: { readonly from: number; readonly follow: boolean },
): Promise<void> {
  let at = from;
  for (let isFirst = true; ; isFirst = false) {
    const { text, next, more } = await world.logs.read(build.settings, build, at);
    // Beside the log: a reader of the log alone wants nothing else in it.
    if (isFirst) io.err.write(`${oneLine(build.job)} #${build.number}, ${oneLine(build.result ?? 'which runs')}\n`);
    if (text !== '') io.out.write(`${lines(text.replace(/\n$/, '')).join('\n')}\n`);
    // What is there already comes in parts; what is still to be written is waited for.
    const isBehind = more && next > at && at >= 0 && text.length > 500_000;
    if (isBehind) {
      at = next;
      continue;
    }
    if (!follow || !more || io.signal.aborted) return;
    at = next;
    await pauseIn(world, io.signal)(everyMs);
  }
}
