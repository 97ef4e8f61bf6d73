import type { Command } from 'commander';
import {
  adopt,
  planAdoption,
  type AdoptionPlan,
  type SkippedInstance,
} from '../../../functions/fleet/operations/adopt';
import { quotedIfOdd } from '../../../functions/shared/notify/message-text';
import { confirm } from '../confirm';
import type { Invocation } from '../invocation';
import { copyable } from '../fleet/copyable';
import { adoptedText, planText } from '../fleet/adoption-text';
import { textContextOf } from '../fleet/text-context';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import type { Io } from '../io';
import { oneLine } from '../render/plain';
import { pauseIn } from '../watch';
import type { World } from '../world';

type AdoptOptions = FleetOptions & { apply?: boolean; yes?: boolean };

/** `muster adopt GROUP [--apply]`: members of the instances of a group that already runs. */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'adopt <GROUP>', 'gives numbers and names to instances that existed before Muster')
    .addHelpText(
      'after',
      [
        '\nWithout --apply it shows the plan, and changes nothing. An instance keeps the number that it has (tag',
        'muster:index, its own DNS name, a Name that the pattern gives); the others get the lowest free ones, in the order',
        'of their launches. It can be stopped and run again at any time. Ends with 1 when something is refused or unfinished.',
      ].join('\n'),
    )
    .option('--apply', 'applies the plan')
    .option('-y, --yes', 'with --apply: does not ask for confirmation')
    .action((group: string, options: AdoptOptions) =>
      withWorld(options, io, (world) => run(io, world, group, options)),
    );
}

async function run(io: Io, world: World, group: string, options: AdoptOptions): Promise<void> {
  const plan = forThem((await planAdoption(world, group)).plan, world.called);
  const page = textContextOf(io, world);
  if (options.apply !== true) {
    if (options.json === true) printJson(io, plan);
    else io.out.write(planText(plan, page) + hint(plan, world.called));
    if (plan.refused.length > 0) io.exit(1);
    return;
  }
  if (options.json !== true) io.out.write(planText(plan, page));
  const count = plan.adopt.length;
  const question = `Adopt ${count} of ${group} in ${world.where}? Their tags and DNS names are written as shown.`;
  if (count > 0 && !(await confirm(io, question, options))) {
    io.err.write('Nothing was done.\n');
    io.exit(1);
    return;
  }
  const apply = adopt({ ...world, pause: pauseIn(world, io.signal) }, group, ({ name, instanceId }) =>
    io.err.write(`${name} is ${instanceId}\n`),
  );
  const done = forThem(await apply, world.called);
  if (options.json === true) printJson(io, done);
  else io.out.write(`\n${adoptedText(done, plan, page)}`);
  if (done.refused.length + done.unfinished.length > 0) io.exit(1);
}

/** For those that are left alone, the commands that can be copied. */
function forThem<Told extends Pick<AdoptionPlan, 'refused' | 'passing'>>(
  told: Told,
  called: Invocation | undefined,
): Told {
  const copied = (all: readonly SkippedInstance[]) => all.map((one) => ({ ...one, why: copyable(one.why, called) }));
  return { ...told, refused: copied(told.refused), passing: copied(told.passing) };
}

function hint({ adopt: planned, group }: AdoptionPlan, called: Invocation | undefined): string {
  if (planned.length === 0) return '';
  const command = copyable(`muster adopt ${quotedIfOdd(oneLine(group))}`, called);
  return `\nNothing was changed yet. To apply: ${command} --apply\n`;
}
