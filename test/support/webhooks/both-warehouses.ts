import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { createDataApiWarehouse } from '../../../functions/webhooks/adapters/aws/data-api';
import { createPostgresWarehouse } from '../../../functions/webhooks/adapters/postgres/warehouse';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import type { Warehouse } from '../../../functions/webhooks/ports/warehouse';
import { DataApiServer } from '../../../infra/lab/systems/webhooks/data-api-server';
import { createFolderStore } from '../../../infra/lab/systems/webhooks/folder-store';
import { startPostgres, type LocalPostgres } from '../../../infra/lab/systems/webhooks/postgres';
import { localPlace } from '../../../infra/lab/systems/webhooks/station';

export interface BothWarehouses {
  readonly postgres: LocalPostgres;
  readonly store: ObjectStore;
  readonly warehouses: Readonly<Record<'data-api' | 'postgres', Warehouse>>;
  close(): Promise<void>;
}

/** One real PostgreSQL and one store, behind each adapter of the Warehouse port. */
export async function startBothWarehouses(): Promise<BothWarehouses> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-warehouses-'));
  const store = createFolderStore(join(folder, 'store'));
  const postgres = await startPostgres();
  const api = new DataApiServer({ pool: postgres.pool, store });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new RedshiftDataClient({ endpoint: await api.listen(), region: 'eu-central-1', credentials });
  const target = { ClusterIdentifier: 'c', Database: 'd' };
  return {
    postgres,
    store,
    warehouses: {
      'data-api': createDataApiWarehouse({ client, target, place: localPlace }),
      postgres: createPostgresWarehouse({ pool: postgres.pool, store, place: localPlace }),
    },
    close: async () => {
      await api.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
