import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import {
  releaseInput,
  releaseSchema,
  launchSchema,
  buildInput,
  claimInput,
  dnsInput,
  stepInput,
} from '../../functions/fleet/contracts/inputs';
import { ledgerItems, parameters, texts } from './complete';
import { record, type Recording } from './record';

export const machines = ['scale-out', 'release', 'webhooks/load-batch'] as const;
type Machine = (typeof machines)[number];

/** What a version leaves behind in an account. */
export interface Golden extends Recording {
  readonly ledger: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly parameters: { readonly settings: unknown; readonly deployment: unknown };
  readonly texts: Readonly<Record<string, string>>;
  /** What each input can be, as JSON schema. */
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly definitions: Readonly<Record<Machine, string>>;
}

const schemas = { launchSchema, releaseSchema, claimInput, stepInput, buildInput, dnsInput, releaseInput };
export const parts = ['inputs', 'executions', 'ledger', 'parameters', 'texts', 'schemas'] as const;
export const folderOf = (version: number) => join(__dirname, String(version));
export const fileOf = (machine: Machine) => `${machine.replace('/', '-')}.asl.json`;

/** That of the code as it stands. */
export async function today(): Promise<Golden> {
  return {
    ...(await record()),
    ledger: ledgerItems,
    parameters,
    texts,
    // As an input has it, before defaults are filled in.
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]),
    ),
    definitions: definitionsOfToday(),
  };
}

export function definitionsOfToday(): Golden['definitions'] {
  return definitions((machine) =>
    join(__dirname, '../../statemachines', `${machine.includes('/') ? machine : `fleet/${machine}`}.asl.json`),
  );
}

function definitions(fileOf: (machine: Machine) => string): Golden['definitions'] {
  const read = machines.map((machine) => [machine, readFileSync(fileOf(machine), 'utf8')]);
  return Object.fromEntries(read) as Golden['definitions'];
}

/** Those that are kept, oldest first. */
export function keptVersions(): number[] {
  return readdirSync(__dirname)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}

export function readVersion(version: number): Golden {
  const folder = folderOf(version);
  const read = parts.map((part) => [part, JSON.parse(readFileSync(join(folder, `${part}.json`), 'utf8')) as unknown]);
  return {
    ...(Object.fromEntries(read) as Omit<Golden, 'definitions'>),
    definitions: definitions((machine) => join(folder, fileOf(machine))),
  };
}
