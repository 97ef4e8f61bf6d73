import { GetParametersByPathCommand, type Parameter, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../../shared/runtime';
import { describeMistakes } from '../../../shared/schema';
import { RoutesInvalid } from '../../contracts/errors';
import { readRoutes, type Route } from '../../contracts/routes';
import type { RouteSource } from '../../ports/routes';

const keptMs = 5 * 60_000;

/** The RouteSource port on Parameter Store: one parameter for each route, read again after five minutes. */
export function createRouteParameters(options: {
  client: Pick<SSMClient, 'send'>;
  /** `/muster/webhooks/` */
  path: string;
  clock: Clock;
}): RouteSource {
  const { client, path, clock } = options;
  let kept: { readonly at: number; readonly routes: readonly Route[] } | undefined;
  const readNow = async () => {
    const routes = routesIn(await readAll(client, path));
    kept = { at: clock.now().getTime(), routes };
    return routes;
  };
  return {
    read: async () => {
      const now = clock.now().getTime();
      if (kept !== undefined && now - kept.at < keptMs) return kept.routes;
      try {
        return await readNow();
      } catch (error) {
        // The routes of before are better than none.
        if (kept === undefined) throw error;
        return kept.routes;
      }
    },
    readAgain: readNow,
  };
}

async function readAll(client: Pick<SSMClient, 'send'>, Path: string): Promise<Parameter[]> {
  const found: Parameter[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetParametersByPathCommand({ Path, ...(NextToken !== undefined && { NextToken }) }),
    );
    found.push(...(page.Parameters ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function routesIn(parameters: readonly Parameter[]): readonly Route[] {
  const given = parameters.map(({ Value }) => JSON.parse(Value ?? 'null') as unknown);
  const read = readRoutes(given);
  if ('routes' in read) return read.routes;
  throw new RoutesInvalid(`the routes have mistakes:\n${describeMistakes(read.mistakes)}`);
}
