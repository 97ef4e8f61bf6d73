import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { systemClock, jsonLogger } from '../../../../functions/shared/runtime';
import { createDataApiWarehouse } from '../../../../functions/webhooks/adapters/aws/data-api';
import { createFolderStore } from './folder-store';
import { runLoad } from './loader';
import { routesFrom } from './routes-file';
import { localPlace } from './station';

// A loader in a process of its own, so that it can be killed: loads every table once, with AWS's own client against
// the endpoint that it is given. Arguments: store, file of routes, endpoint.
const [storeFolder = '', routesFile = '', endpoint = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const routes = routesFrom(routesFile);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new RedshiftDataClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  const warehouse = createDataApiWarehouse({
    client,
    target: { WorkgroupName: 'local', Database: 'local' },
    place: localPlace,
  });
  const log = jsonLogger((line) => void process.stdout.write(`${line}\n`));
  const metrics = { count: () => undefined, duration: () => undefined };
  const store = createFolderStore(storeFolder);
  let failed = false;
  for (const table of new Set(routes.map((route) => route.table))) {
    const deps = { store, warehouse, routes, bucket: localPlace.bucket, clock: systemClock, log, metrics };
    const end = await runLoad(deps, table, { speed: 20 });
    if (end.status !== 'SUCCEEDED') {
      failed = true;
      log.error('the load has ended', { table, ...end });
    }
  }
  process.exitCode = failed ? 1 : 0;
}

void main();
