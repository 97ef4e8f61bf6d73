import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ledgerTable } from '../../../../functions/fleet/ledger/table';

/**
 * The table that knows who holds which number: the one thing here that cannot be made again. So it outlives its
 * stack, and is not deleted before its protection is lifted. README, "Take it away again", says how.
 */
export class LedgerTable extends Construct {
  readonly table: Pick<ITable, 'tableName' | 'tableArn'>;

  /** @param existing the name of an existing table to use: of a deployment that is gone, or restored from a backup. */
  constructor(scope: Construct, id: string, existing?: string) {
    super(scope, id);
    this.table = existing === undefined ? this.#newTable() : Table.fromTableName(this, 'Existing', existing);
  }

  #newTable(): Table {
    return new Table(this, 'Table', {
      partitionKey: { name: ledgerTable.partitionKey, type: AttributeType.STRING },
      sortKey: { name: ledgerTable.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: ledgerTable.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
