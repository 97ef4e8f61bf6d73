import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Stack } from 'aws-cdk-lib';
import { dynamoDbStore } from '../../../functions/shared/incidents/dynamodb-store';
import type { DocumentStore } from '../../../functions/shared/incidents/store';
import { bundleFunctions, functionsOf } from '../../../infra/bundling';
import { clientOf, createTable } from '../../support/dynamodb/ledger-table';
import { startDynamoDb, type DynamoDb } from '../../support/dynamodb/start-dynamodb';
import { DeployedTemplate } from '../../support/infra/deployed-template';
import { region } from '../../support/infra/place';
import { AwsServer, type Service } from '../../support/aws-services/server';
import { invoke, type InvocationResult } from './invoke';

/**
 * A system's bundles as they are deployed, each with the environment that its stack gives it, before servers on this
 * machine: the services that a test gives, and DynamoDB with an empty table for each test.
 */
export class DeployedSystem {
  readonly aws: AwsServer;
  readonly #system: string;
  readonly #templates: readonly DeployedTemplate[];
  #folder = '';
  #dynamoDb!: DynamoDb;
  #client!: DynamoDBClient;
  #table = '';
  #tables = 0;

  /** @param stacks those that have the system's functions. */
  constructor(system: string, stacks: readonly Stack[], services: readonly Service[]) {
    this.#system = system;
    this.#templates = stacks.map((stack) => new DeployedTemplate(stack));
    this.aws = new AwsServer(services);
  }

  /** The faults that its next requests meet. */
  get dynamoDb(): Pick<DynamoDb, 'meet' | 'requests'> {
    return this.#dynamoDb;
  }

  /** What the functions keep in the table. */
  get store(): DocumentStore {
    return dynamoDbStore({ client: this.#client, tableName: this.#table });
  }

  get functions(): string[] {
    return functionsOf(this.#system).map((name) => name.slice(this.#system.length + 1));
  }

  async start(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), `muster-calls-${this.#system}-`));
    const bundling = bundleFunctions(this.#folder, functionsOf(this.#system));
    [this.#dynamoDb] = await Promise.all([startDynamoDb(), this.aws.start(), bundling]);
    this.#client = clientOf(this.#dynamoDb);
  }

  async reset(): Promise<void> {
    this.aws.reset();
    this.#dynamoDb.forgetFaults();
    this.#table = await createTable(this.#client, `state-${(this.#tables += 1)}`, ['pk']);
  }

  async stop(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#client.destroy();
    await Promise.all([this.aws.stop(), this.#dynamoDb.stop()]);
  }

  /** @throws TypeError where no stack has the function */
  environmentOf(name: string): Record<string, string> {
    for (const template of this.#templates) {
      const found = template.environmentOf(name);
      if (found !== undefined) return found;
    }
    throw new TypeError(`no stack has the function ${name}`);
  }

  /** Calls a function as Lambda does. @param more instead of what the stack and Lambda put into its environment. */
  call(name: string, event: unknown, more: Record<string, string> = {}): Promise<InvocationResult> {
    const given = this.environmentOf(name);
    const environment = {
      ...given,
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_ACCESS_KEY_ID: name,
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL: this.aws.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: this.#dynamoDb.endpoint,
      ...(given.STATE_TABLE !== undefined && { STATE_TABLE: this.#table }),
      ...more,
    };
    const file = join(this.#folder, `${this.#system}-${name}`, 'index.mjs');
    return invoke(file, event, environment);
  }
}
