import type { Command } from 'commander';
import { doctor, type Finding } from '../../../functions/fleet/operations/doctor';
import type { Invocation } from '../invocation';
import { copyable } from '../fleet/copyable';
import { textContextOf } from '../fleet/text-context';
import { fleetCommand, printJson, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import type { TextContext } from '../fleet/groups-text';
import type { Io } from '../io';
import { withPolicy } from '../policies';
import { oneLine, wrapped } from '../render/plain';

/** `muster doctor [GROUP]`: what launches would find out the hard way. */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'doctor [GROUP]', 'finds problems of the groups, and changes nothing').action(
    (group: string | undefined, options: FleetOptions) =>
      withWorld(options, io, async (world) => {
        const findings = (await doctor(world, group)).map((one) => forThem(one, options.stack, world.called));
        if (options.json === true) printJson(io, findings);
        else io.out.write(textOf(findings, textContextOf(io, world)));
        if (findings.some(({ severity }) => severity === 'problem')) io.exit(1);
      }),
  );
}

/** What this person is not allowed to look at is said with the policy that has it, and the repair so that it can be copied. */
function forThem(finding: Finding, stack: string, called: Invocation | undefined): Finding {
  return {
    ...finding,
    evidence: withPolicy(finding.evidence, stack),
    repair: copyable(finding.repair, called),
  };
}

function textOf(findings: readonly Finding[], { paint, width }: TextContext): string {
  const wrong = findings.filter(({ severity }) => severity !== 'fine');
  const limits = findings
    .filter(({ severity }) => severity === 'fine')
    .flatMap(({ evidence }) => wrapped(`  ${oneLine(evidence)}`, width));
  const room = limits.length === 0 ? '' : `\n${paint('bold', 'Limits of Lambda, with room')}\n${limits.join('\n')}\n`;
  return `${wrong.length === 0 ? 'Nothing was found.\n' : wrongText(wrong, { paint, width })}${room}`;
}

function wrongText(findings: readonly Finding[], { paint, width }: Pick<TextContext, 'paint' | 'width'>): string {
  return findings
    .map(({ severity, code, group, evidence, repair }) => {
      const style = severity === 'problem' ? 'red' : 'yellow';
      const lines = [...wrapped(oneLine(evidence), width - 2), ...wrapped(`-> ${oneLine(repair)}`, width - 2)];
      return [
        `${paint(style, severity)}  ${paint('bold', group === '*' ? 'the deployment' : oneLine(group))}  ${code}`,
        ...lines.map((line) => `  ${line}`),
      ].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}
