import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { messageOf } from '../../../../functions/shared/aws-errors';
import { describeMistakes, isObject, recordIn } from '../../../../functions/shared/schema';
import { RoutesInvalid, SecretUnusable } from '../../../../functions/webhooks/contracts/errors';
import { readRoutes, type Route } from '../../../../functions/webhooks/contracts/routes';
import { readSecretValue } from '../../../../functions/webhooks/contracts/secret';
import type { SecretSource } from '../../../../functions/webhooks/ports/secrets';

/** Reads a registry of routes from a JSON file. */
export function routesFrom(file: string): readonly Route[] {
  return routesIn(jsonIn(file), file);
}

/** The routes in what a file holds. */
export function routesIn(given: unknown, file: string): readonly Route[] {
  // What is no list of routes may be the file of secrets, and a mistake quotes the value that it is of.
  if (!looksLikeRoutes(given))
    throw new RoutesInvalid(
      `${file} is no list of routes: [{ "name": …, "path": …, "scheme": …, "secret": …, "table": … }, …]`,
    );
  const read = readRoutes(given);
  if ('routes' in read) return read.routes;
  throw new RoutesInvalid(`the routes in ${file} have mistakes:\n${describeMistakes(read.mistakes)}`);
}

function looksLikeRoutes(given: unknown): boolean {
  return Array.isArray(given) && given.every((one) => isObject(one) && ('name' in one || 'path' in one));
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    // Where it is none, and not what stands there, which the parser quotes.
    const [where = ''] = / at position \d+/.exec(messageOf(cause)) ?? [];
    throw new RoutesInvalid(`${file} is no JSON${where}`);
  }
}

/** Secrets from a JSON file, `{ "name": "secret" or ["old", "new"] }`, read each time: changed while it runs. */
export function secretsFrom(file: string): SecretSource {
  return {
    read: async (name) => {
      const all = recordIn(z.record(z.string(), z.unknown()), readFileSync(file, 'utf8'));
      // Not by what the parser says of it, which may quote it.
      if (all === undefined) throw new SecretUnusable(`${file} is no JSON object`);
      const value = all[name];
      return readSecretValue(typeof value === 'string' ? value : JSON.stringify(value ?? []), name);
    },
  };
}
