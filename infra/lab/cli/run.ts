import { readFileSync } from 'node:fs';
import { systemClock } from '../../../functions/shared/runtime';
import { NamedError } from '../../../functions/shared/named-error';
import { VirtualClock } from '../kernel/clock';
import { keepLabsHeapSmall } from '../kernel/heap';
import { createLab, type Lab, type RealJenkins } from '../systems/fleet/lab';
import { ArgumentsInvalid, helpText, parseArguments, seedOfRun, type LabArguments } from './options';
import { fromEvent, homeOf } from './scenarios/from-event';
import { scaleOut } from './scenarios/scale-out';
import { Narrator } from './terminal/narrator';
import { wholeStory } from './scenarios/whole-story';
import type { Screen } from './terminal/screen';
import { stay, type OpenPage } from './scenarios/stay';
import { paced } from '../kernel/wall-clock';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the lab is run with. */
export interface LabRun {
  readonly environment: Environment;
  readonly screen: Screen;
  /** Serves the console's page for a lab that stays: the lab itself knows no console. */
  readonly openPage: OpenPage;
}

/** Runs the lab with a command line. Returns the exit code: 1 when something went wrong, 2 for wrong arguments. */
export async function runLab(args: readonly string[], run: LabRun): Promise<number> {
  keepLabsHeapSmall();
  return main(args, run).catch(explain);
}

async function main(args: readonly string[], { environment, screen, openPage }: LabRun): Promise<number> {
  const options = parseArguments(args);
  if (options.help) {
    screen.line(helpText);
    return 0;
  }
  const text = readEvent(options.event);
  const realJenkins = options.jenkins && withCredentials(options.jenkins, environment);
  // A lab that stays is paced by the caller that lets its time pass.
  const isFree = options.stay || options.speed === Number.POSITIVE_INFINITY;
  const clock = new VirtualClock(isFree ? {} : { pace: paced(options.speed) });
  const lab = await createLab({
    clock,
    seed: seedOfRun(options, systemClock.now().getTime()),
    executors: Math.max(20, options.instances),
    ...(realJenkins === undefined ? {} : { jenkins: realJenkins }),
    ...(text === undefined ? {} : { region: homeOf(text) }),
  });
  const sayWhatItIs = () => greet(lab, options, screen);
  const narrator = new Narrator(lab, screen);
  if (options.stay) {
    try {
      return await stay(lab, narrator, screen, { ...options, openPage, sayWhatItIs });
    } finally {
      await lab.close();
    }
  }
  // As fast as it goes leaves a page no time to answer.
  const page = screen.isTerminal && !isFree ? await pageBeside(lab, screen, openPage) : undefined;
  try {
    sayWhatItIs();
    const well =
      text === undefined
        ? await (realJenkins === undefined ? wholeStory : scaleOut)(lab, { narrator, screen }, options.instances)
        : await fromEvent(lab, narrator, screen, text);
    if (options.keep) await keep(lab, screen);
    else sayWhatIsGone(lab, screen, page !== undefined);
    return well ? 0 : 1;
  } finally {
    await page?.close();
    await lab.close();
  }
}

function sayWhatIsGone(lab: Lab, screen: Screen, hadPage: boolean): void {
  if (hasBuilt(lab))
    screen.line("(The links go to the lab's Jenkins, which is gone now: npm start -- --keep leaves it up.)");
  if (hadPage)
    screen.line('(The page is gone with the lab: npm start -- --stay keeps both, with buttons to act on it.)');
}

/** The page on a lab that tells its story: to look at, while it does. */
async function pageBeside(lab: Lab, screen: Screen, openPage: OpenPage): ReturnType<OpenPage> {
  const say = (link: string) => screen.line(`${screen.style('bold', 'The page')}, for one browser: ${link}`);
  const page = await openPage(lab, undefined, () => say(page.link()));
  say(page.link());
  return page;
}

function greet(lab: Lab, { speed, seed }: LabArguments, screen: Screen): void {
  const jenkins = lab.jenkins === undefined ? 'Jenkins is the one at' : 'Jenkins is a stand-in at';
  const pace = speed === Number.POSITIVE_INFINITY ? 'as fast as it goes' : `${speed} times as fast as life`;
  screen.line(
    `${screen.style('bold', 'Muster lab')}: no AWS account is used; ${jenkins} ${lab.jenkinsUrl}; time runs ${pace}; seed ${seed}.`,
  );
  screen.line('The state machines and the functions are those that run in AWS; min:sec are lab time.');
  screen.line();
}

/** Whether the stand-in has builds that a person may want to look at. */
function hasBuilt({ jenkins, jobs }: Lab): boolean {
  return jenkins !== undefined && jenkins.builds(jobs.provision).length > 0;
}

/** Leaves the stand-in up until Ctrl-C. */
function keep(lab: Lab, screen: Screen): Promise<void> {
  if (lab.jenkins === undefined) return Promise.resolve();
  screen.line(`The stand-in Jenkins stays up at ${lab.jenkinsUrl}. Press Ctrl-C to end.`);
  return new Promise((resolve) => process.once('SIGINT', resolve));
}

function readEvent(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ArgumentsInvalid([
      `--event cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}

function withCredentials(jenkins: NonNullable<LabArguments['jenkins']>, environment: Environment): RealJenkins {
  const { JENKINS_USER: user = '', JENKINS_TOKEN: token = '' } = environment;
  const missing = [...(user === '' ? ['JENKINS_USER'] : []), ...(token === '' ? ['JENKINS_TOKEN'] : [])];
  if (missing.length > 0)
    throw new ArgumentsInvalid([`--jenkins takes its credentials from the environment: set ${missing.join(' and ')}`]);
  return { url: jenkins.url, user, token, jobs: { provision: jenkins.provision, deploy: jenkins.deploy } };
}

function explain(error: unknown): number {
  if (error instanceof ArgumentsInvalid) {
    process.stderr.write(`${error.message}\nnpm start -- --help lists the options.\n`);
    return 2;
  }
  const text =
    error instanceof NamedError
      ? `${error.name}: ${error.message}`
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`${text ?? ''}\n`);
  return 1;
}
