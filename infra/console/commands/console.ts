import type { Command } from 'commander';
import { CannotLook, UsageInvalid } from '../failures';
import { fleetCommand, withWorld } from '../fleet/with-world';
import type { FleetOptions } from '../open-world';
import type { Io } from '../io';

/** `muster console`: the same as a page, for a browser on this machine. */
export function register(program: Command, io: Io): void {
  fleetCommand(program, io, 'console', 'serves the console as a web page, on this machine only, until Ctrl-C')
    .option('--port <number>', 'a port of this machine (default: a free one)', '0')
    .action((options: FleetOptions & { port: string }) => {
      const port = portIn(options.port);
      return withWorld(options, io, async (world) => {
        const { servePage } = await import('../page/serve');
        const say = () => io.out.write(`The page of ${world.where}, for one browser: ${served.link()}\n`);
        const served = await servePage(world, port, () => say()).catch((error: unknown) => {
          throw portTaken(error, port) ?? error;
        });
        say();
        await new Promise<void>((resolve) => {
          if (io.signal.aborted) resolve();
          io.signal.addEventListener('abort', () => resolve());
        });
        await served.close();
      });
    });
}

function portTaken(error: unknown, port: number): CannotLook | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return undefined;
  const why = code === 'EACCES' ? 'may not be used by this user' : 'is in use';
  return new CannotLook(`port ${port} of this machine ${why}: choose another --port, or omit it`, { cause: error });
}

function portIn(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageInvalid(`--port takes a number from 0 to 65535, got ${text}`);
  return port;
}
