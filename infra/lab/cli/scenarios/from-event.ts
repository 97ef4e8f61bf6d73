import { EventRefused, readSignalsFromText, type Signal } from '../../../../functions/fleet/contracts/events';
import type { Launch } from '../../../../functions/fleet/contracts/inputs';
import type { Lab } from '../../systems/fleet/lab';
import { summarizeGroup } from '../group-summary';
import type { Narrator } from '../terminal/narrator';
import type { Screen } from '../terminal/screen';
import { showTable } from '../terminal/table';
import { runUntilSettled } from './run-until-settled';

/**
 * Feeds Muster one message as AWS sends it. The lab first makes the world that the message speaks of: the group, its
 * hook, and the launched instance with the very ids. Returns whether everything went as it should, which for a
 * message that starts nothing means that nothing was started.
 */
export async function fromEvent(lab: Lab, narrator: Narrator, screen: Screen, text: string): Promise<boolean> {
  const launches = readSignalsFromText(text).flatMap((signal: Signal) =>
    signal.kind === 'launch' ? [signal.launch] : [],
  );
  // The lab's own events stay away: what starts the launch is to be the message from the file.
  lab.region.bus.setDelivery({ byDetailType: { 'EC2 Instance-launch Lifecycle Action': { loss: 1 } } });
  for (const launch of launches) reproduce(lab, launch);
  await lab.clock.advance(15_000);

  if (!(await feed(lab, narrator, screen, text))) return false;
  const groups = [...new Set(launches.map((launch) => launch.group))];
  await runUntilSettled(lab, () => true);
  await lab.clock.advance(15_000);
  let well = true;
  for (const group of groups) {
    const rows = await summarizeGroup(lab, group);
    screen.line();
    showTable(rows, screen);
    well &&= rows.every(({ state }) => state === 'InService');
  }
  return well;
}

/** The account that the message speaks of: elsewhere it would be ignored. */
export function homeOf(text: string): { readonly account?: string } {
  const account = /\\?"(?:account|AccountId)\\*": *\\*"(\d{12})\\*"/.exec(text)?.[1];
  return account === undefined ? {} : { account };
}

function reproduce(lab: Lab, { group, instanceId, lifecycle }: Launch): void {
  const known = lab.region.autoScaling.world.groups.some(({ name }) => name === group);
  if (!known) {
    // A name that makes no DNS label would need a pattern of its own; the lab gives it one.
    const label =
      group
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '')
        .slice(0, 40) || 'group';
    lab.addGroup(group, {
      launchHook: lifecycle?.hookName ?? null,
      settings: { names: { pattern: `${label}-{index:02}` } },
    });
  }
  if (lab.region.autoScaling.world.member(instanceId) !== undefined) return;
  const token = lifecycle?.token ?? undefined;
  const tokens = lifecycle === null || token === undefined ? {} : { tokens: { [lifecycle.hookName]: token } };
  lab.region.autoScaling.world.launchInstance(group, { instanceId, ...tokens });
}

async function feed(lab: Lab, narrator: Narrator, screen: Screen, text: string): Promise<boolean> {
  narrator.say('message', 'fed to start-scale-out');
  try {
    const results = await lab.muster.startScaleOut(asMessage(text));
    for (const result of results)
      narrator.say(result.action, 'name' in result ? `${result.name}: ${result.reason}` : result.reason);
    return true;
  } catch (error) {
    if (!(error instanceof EventRefused)) throw error;
    for (const reason of error.message.split('\n')) narrator.say('refused', screen.style('red', reason));
    return false;
  }
}

/** Lambda is given parsed JSON. What is not JSON never gets that far in AWS; here it is refused as the text it is. */
function asMessage(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
