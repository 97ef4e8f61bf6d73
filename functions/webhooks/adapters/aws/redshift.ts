import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { awsClient } from '../../../shared/aws-client';
import { parseEnvironment } from '../../../shared/environment';
import type { Warehouse } from '../../ports/warehouse';
import { createDataApiWarehouse } from './data-api';

/** What the functions that talk to the warehouse read from the environment. */
export const warehouseEnvironment = ['WAREHOUSE', 'DATABASE', 'SCHEMA', 'BUCKET', 'COPY_ROLE', 'HORIZON_DAYS'] as const;

/** `WAREHOUSE` is `cluster:NAME` or `workgroup:NAME`. With a cluster the function logs in as its role (`IAMR:…`). */
export function createWarehouse(env: Readonly<Record<string, string | undefined>>): Warehouse {
  const given = parseEnvironment(env, warehouseEnvironment);
  const [kind, name = ''] = given.WAREHOUSE.split(':');
  const Database = given.DATABASE;
  return createDataApiWarehouse({
    client: new RedshiftDataClient(awsClient(env)),
    target: kind === 'cluster' ? { ClusterIdentifier: name, Database } : { WorkgroupName: name, Database },
    place: {
      schema: given.SCHEMA,
      bucket: given.BUCKET,
      copyRole: given.COPY_ROLE,
      horizonDays: Number(given.HORIZON_DAYS),
    },
  });
}
