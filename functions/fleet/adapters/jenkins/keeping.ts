import type { BuildStatus } from '../../ports/jenkins';
import type { Answer, Session } from './http';
import type { Job } from './models';
import type { JobPlace } from './urls';

/** As many as Jenkins lists, and more than a crowd of launches starts while one of them is not looked at. */
const enough = 100;

/**
 * How many builds a job keeps: `undefined` when it discards none by number, 0 when it has a discarder whose number
 * cannot be read (config.xml takes Job/ExtendedRead, or the discarder is a plugin's). What goes wrong here is no
 * reason not to build.
 */
export async function readKeeps(session: Session, place: JobPlace, job: Job): Promise<number | undefined> {
  if (!job.discards) return undefined;
  const url = `${place.url}/config.xml`;
  const outcome = await session.send({ method: 'GET', url, accept: 'application/xml', limit: 1024 * 1024 });
  return outcome.kind === 'answer' && outcome.status === 200 ? keepsIn(outcome) : 0;
}

function keepsIn({ body }: Answer): number | undefined {
  const number = /<numToKeep>\s*(-?\d+)\s*<\/numToKeep>/.exec(body.toString('utf8'))?.[1];
  if (number === undefined) return 0;
  return Number(number) > 0 ? Number(number) : undefined; // -1: only by age, or only artifacts
}

/** What is wrong when a build that starts now would be one more than are kept: its result may go as it ends. */
export function mistakesInKeeping(keeps: number | undefined, { running }: Job): string[] {
  if (!keeps || running < keeps) return [];
  return [
    `it keeps ${keeps} builds and ${running} are going on, so a result may be discarded before it is seen: ` +
      `set its build discarder to keep at least ${Math.max(enough, 2 * (running + 1))}`,
  ];
}

function cautionOn(keeps: number | undefined): string | undefined {
  if (keeps === undefined || keeps >= enough) return undefined;
  return keeps > 0
    ? `the job keeps only ${keeps} builds, and discards a result when newer builds have come: let it keep at least ${enough}`
    : `the job discards old builds, how many it keeps is not shown without Job/ExtendedRead: let it keep at least ${enough}`;
}

/** A state with what is said along with it when the build's record may be discarded too early. */
export function cautioned(status: BuildStatus, keeps: number | undefined): BuildStatus {
  const caution = cautionOn(keeps);
  // a build that has ended is no occasion to speak of a number that is not known
  if (caution === undefined || (keeps === 0 && status.state === 'finished')) return status;
  return { ...status, caution };
}
