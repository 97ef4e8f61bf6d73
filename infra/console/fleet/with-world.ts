import { Option, type Command } from 'commander';
import { OperationRefused } from '../../../functions/fleet/operations';
import { StepError } from '../../../functions/fleet/contracts/errors';
import { messageOf, nameOf } from '../../../functions/shared/aws-errors';
import { explainAws } from '../explain-aws';
import { CannotLook, UsageInvalid } from '../failures';
import type { Io } from '../io';
import type { FleetOptions } from '../open-world';
import { oneLine } from '../render/plain';
import type { World } from '../world';
import { invocationOf, copyable, usualStack } from './copyable';

/** Adds a command about the fleet, with the options that all of them have. */
export function fleetCommand(program: Command, { env }: Pick<Io, 'env'>, usage: string, does: string): Command {
  return program
    .command(usage)
    .description(does)
    .option('--lab', 'the lab that runs on this machine (npm start -- --stay), instead of AWS')
    .option('--profile <name>', 'profile of the AWS CLI (default: AWS_PROFILE)')
    .option('--region <name>', 'region of AWS (default: AWS_REGION, or the region of the profile)')
    .addOption(
      new Option('--stack <name>', 'name of the deployment, as in infra/config/muster.ts').default(
        usualStack(env),
        'MUSTER_STACK, or muster',
      ),
    )
    .option('--json', 'as JSON, for scripts');
}

async function openWorld(options: FleetOptions, { env }: Pick<Io, 'env'>): Promise<World> {
  const { lab, profile, region, stack } = options;
  if (lab === true) {
    if (profile !== undefined || region !== undefined)
      throw new UsageInvalid('--lab is on this machine: it takes no --profile and no --region');
    return (await import('../world-lab')).worldOfRunningLab();
  }
  const { worldOfAws } = await import('../world-aws');
  const where = region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (where !== undefined && where !== '' && !/^[a-z]+(-[a-z]+)+-\d+$/.test(where))
    throw new UsageInvalid(`'${where}' is no region of AWS: say one such as eu-central-1`);
  return worldOfAws({
    stackName: stack,
    ...(where !== undefined && { region: where }),
    ...(profile !== undefined && { profile }),
    ...(env.MUSTER_AWS_ENDPOINT !== undefined && { endpoint: env.MUSTER_AWS_ENDPOINT }),
  });
}

/**
 * Runs a command in the world that is asked for, and says in one sentence why it cannot be done: exit code 1 where
 * Muster refuses, 3 where it could not be looked at.
 */
export async function withWorld(options: FleetOptions, io: Io, act: (world: World) => Promise<void>): Promise<void> {
  const called = invocationOf(options, io.env);
  try {
    await act({ ...(await (io.openWorld ?? openWorld)(options, io)), called });
  } catch (error) {
    if (error instanceof UsageInvalid) throw error;
    const isRefused = error instanceof OperationRefused || nameOf(error) === 'OperationRefused';
    const cannot = isRefused ? undefined : cannotLook(error, options, io);
    if (!isRefused && cannot === undefined) throw error;
    const message = oneLine(copyable(messageOf(cannot ?? error), called));
    if (options.json === true) printJson(io, { error: isRefused ? 'OperationRefused' : 'CannotLook', message });
    else io.err.write(`${message}\n`);
    io.exit(isRefused ? 1 : 3);
  }
}

function cannotLook(
  error: unknown,
  { stack, profile }: FleetOptions,
  { env }: Pick<Io, 'env'>,
): CannotLook | undefined {
  if (error instanceof CannotLook) return error;
  if (nameOf(error) === 'LabGone') return new CannotLook(messageOf(error), { cause: error });
  const explained = explainAws(error, { stack, profile: profile ?? env.AWS_PROFILE });
  if (explained !== undefined || !(error instanceof StepError)) return explained;
  return new CannotLook(`${error.name}: ${error.message}`, { cause: error });
}

/** A whole answer as JSON, on one line for each call: `jq` reads it, and so does a log. */
export function printJson(io: Pick<Io, 'out'>, value: unknown): void {
  io.out.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
