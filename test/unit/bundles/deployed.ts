import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamoDbLedger } from '../../../functions/fleet/adapters/aws/dynamodb-ledger';
import type { GroupSettingsInput } from '../../../functions/fleet/contracts/settings';
import type { Ledger } from '../../../functions/fleet/ledger/port';
import { bundleFunctions } from '../../../infra/bundling';
import { lambdaEnvironment } from '../../bench/lambda-environment';
import { startLedgerDatabase, type LedgerDatabase } from '../../support/dynamodb/ledger-table';
import { aLaunch } from '../../support/launches';
import { startCannedAws, type CannedAws } from './canned-aws';
import { invoke, type InvocationResult } from './invoke';

export const launch = aLaunch();
export const run = {
  execution: 'arn:aws:states:eu-central-1:123456789012:execution:scale-out:web-1',
  redrives: 0,
  enteredAt: '2026-11-23T06:00:00.000Z',
  redrivenAt: null,
};

/** EC2's answer about the instance of `launch`. @param tags items of its tag set. */
export const describedInstance = (tags = ''): string =>
  `<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>${launch.instanceId}</instanceId>
  <instanceState><code>16</code><name>running</name></instanceState><privateIpAddress>10.0.0.7</privateIpAddress>
  <tagSet>${tags}</tagSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`;

/**
 * The bundles as they are deployed, before servers on this machine: DynamoDB's protocol with an empty ledger for each
 * test, and every other service of AWS with answers that the test prepares.
 */
export class DeployedFunctions {
  #folder = '';
  #database!: LedgerDatabase;
  #table = '';
  aws!: CannedAws;
  ledger!: Ledger;

  async start(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'muster-calls-'));
    const starting = [startCannedAws(), startLedgerDatabase(), bundleFunctions(this.#folder)] as const;
    [this.aws, this.#database] = await Promise.all(starting);
  }

  async reset(): Promise<void> {
    this.aws.reset();
    this.#table = await this.#database.createTable();
    this.ledger = createDynamoDbLedger({ client: this.#database.client, tableName: this.#table });
  }

  async stop(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    await Promise.all([this.aws.stop(), this.#database.stop()]);
  }

  /** Invokes a function with a step's input, or with what else is given. */
  call(name: string, more: Record<string, unknown> = {}): Promise<InvocationResult> {
    const environment = {
      ...lambdaEnvironment(this.aws.endpoint),
      AWS_ENDPOINT_URL_DYNAMODB: this.#database.endpoint,
      LEDGER_TABLE: this.#table,
    };
    return invoke(join(this.#folder, name, 'index.mjs'), { launch, run, ...more }, environment);
  }

  /** The instance of `launch` holds index 3. */
  async claimed(): Promise<void> {
    const { group, instanceId } = launch;
    const who = { group, instanceId, index: 3, name: 'web-03', fqdn: 'web-03.internal.example.com' };
    await this.ledger.claim({ ...who, execution: run.execution, at: run.enteredAt });
  }

  settings(more: Partial<GroupSettingsInput>): void {
    const Value = JSON.stringify({ group: 'web', ...more });
    this.aws.on('GetParameter', { body: JSON.stringify({ Parameter: { Value } }) });
  }
}
