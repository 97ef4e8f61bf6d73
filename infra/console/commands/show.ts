import type { Command } from 'commander';
import { find } from '../../../functions/fleet/operations/find';
import { show, type InstanceView } from '../../../functions/fleet/operations/show';
import { copyable } from '../fleet/copyable';
import { instanceText } from '../fleet/instance-text';
import { textContextOf } from '../fleet/text-context';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import type { Io } from '../io';
import { withPolicy } from '../policies';
import { watch } from '../watch';

/** `muster show NAME|INSTANCE|EXECUTION` */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'show <NAME>', 'shows one instance: its current step, what happens next, its timeline')
    .addHelpText('after', '\nNAME is a name (web-03, web/web-03), an instance id, a DNS name or an execution.')
    .option('-w, --watch', 'repeats every two seconds, until Ctrl-C')
    .action((name: string, options: FleetOptions & { watch?: boolean }) =>
      withWorld(options, io, async (world) => {
        const who = await find(world, name);
        const look = async (): Promise<InstanceView> => {
          const view = await show(world, who);
          const commands = view.next.commands.map((command) => copyable(command, world.called));
          const gaps = view.gaps.map((gap) => withPolicy(gap, options.stack));
          return { ...view, next: { ...view.next, commands }, gaps };
        };
        if (options.watch === true)
          return watch(io, world, async () => instanceText(await look(), textContextOf(io, world)));
        const view = await look();
        if (options.json === true) printJson(io, view);
        else io.out.write(instanceText(view, textContextOf(io, world)));
        if (view.hold !== undefined) io.exit(1);
        else if (view.gaps.length > 0) io.exit(3);
      }),
    );
}
