import type { Lab } from '../../systems/fleet/lab';
import type { LabArguments } from '../options';
import type { Controls } from '../../stay/controls';
import { openLab } from '../../stay/stay';
import type { Narrator } from '../terminal/narrator';
import type { Screen } from '../terminal/screen';

const group = 'web';

/** Serves a page on a lab. @param controls what it has buttons for; none: to look at. @param onUse is called when its link has been used, which it is once. */
export type OpenPage = (
  lab: Lab,
  controls: Controls | undefined,
  onUse: () => void,
) => Promise<{ link(): string; close(): Promise<void> }>;

type StayOptions = Pick<LabArguments, 'instances' | 'speed'> & {
  readonly openPage: OpenPage;
  /** Says what lab it is, below the page's address. */
  readonly sayWhatItIs: () => void;
};

/**
 * A group that scales out, one deploy that fails, and then the commands of its operator (`muster --lab`), until Ctrl-C.
 * Returns the exit code.
 */
export async function stay(
  lab: Lab,
  narrator: Narrator,
  screen: Screen,
  { instances, speed, openPage, sayWhatItIs }: StayOptions,
): Promise<number> {
  const opened = await openLab(lab, speed);
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    const say = () => screen.line(`${screen.style('bold', 'The page')}, for one browser: ${served.link()}`);
    const served = await openPage(lab, opened.controls, () => say());
    say();
    sayWhatItIs();
    const unlucky = `web-${String(Math.min(2, instances)).padStart(2, '0')}`;
    screen.line('It runs until Ctrl-C. In another terminal:');
    screen.line(`  ${screen.style('bold', 'npx muster ls --lab --watch')}      what the instances are doing`);
    screen.line(
      `  ${screen.style('bold', `npx muster show ${unlucky} --lab`)}      why it hangs, once its deploy has failed`,
    );
    screen.line(`  ${screen.style('bold', `npx muster retry ${unlucky} --lab`)}     runs the failed step again`);
    screen.line();
    lab.addGroup(group, { deregistrationDelaySeconds: 15 });
    opened.controls.failNextDeploy(unlucky);
    narrator.say(group, `Auto Scaling group ${group}: desired capacity 0 -> ${instances}`);
    await opened.controls.scale(group, instances);
    await opened.run(ending.signal);
    await served.close();
    return 0;
  } finally {
    await opened.close();
  }
}
