import { verdictOf, type Check, type Measurement } from '../measured';
import { rounded } from '../statistics';
import { measureFreshness } from './freshness';
import { measureLoads } from './loads';
import { cpuPerRequest } from './request';
import { measureThroughput } from './throughput';

const batchRows = 10_000;

/** What a request costs, what the server and the load are beside the bare thing in the same run, and how fresh rows are. */
export async function measureWebhooks(): Promise<Measurement> {
  const [small, large] = [await cpuPerRequest(1_000, 10_000), await cpuPerRequest(20_000, 5_000)];
  const http = await measureThroughput(1_000, 4_000, 25);
  const loads = await measureLoads(batchRows, 16);
  const fresh = await measureFreshness(300);
  const checks: Check[] = [
    { of: 'request of 1 KB', what: 'CPU', measured: rounded(small), atMost: 150, unit: 'us' },
    { of: 'request of 20 KB', what: 'CPU', measured: rounded(large), atMost: 200, unit: 'us' },
    // 60 % of its requests a second, and 50 % of its rows.
    {
      of: 'server',
      what: 'time of a bare node:http',
      measured: times(http.bare, http.inMemory),
      atMost: 1.67,
      unit: 'x',
    },
    {
      of: 'load',
      what: 'time of a bare COPY into the same table',
      measured: times(loads.copy, loads.load),
      atMost: 2,
      unit: 'x',
    },
    { of: 'accepted until queryable', what: 'p95', measured: rounded(fresh.p95), atMost: 120, unit: 's' },
  ];
  const row = (what: string, figure: string, of: string) => {
    const mine = checks.filter((check) => check.of === of);
    return { what, figure, ...verdictOf(mine) };
  };
  return {
    title: 'Webhooks',
    checks,
    rows: [
      row('route, verify and enqueue, 1 KB', `${rounded(small)} us`, 'request of 1 KB'),
      row('route, verify and enqueue, 20 KB', `${rounded(large)} us`, 'request of 20 KB'),
      row('bare node:http server', `${rounded(http.bare, 0)} requests/s`, ''),
      row('the application, queue in memory', `${rounded(http.inMemory, 0)} requests/s`, 'server'),
      row('the application, queue on the disk', `${rounded(http.onDisk, 0)} requests/s`, ''),
      row('bare COPY of the rows, same table', `${rounded(loads.copy, 0)} rows/s`, ''),
      row('bare COPY of the rows, no index', `${rounded(loads.plain, 0)} rows/s`, ''),
      row('load: stage, new ones, conflicts, ledger', `${rounded(loads.load, 0)} rows/s`, 'load'),
      row('load of what is in the table already', `${rounded(loads.again, 0)} rows/s`, ''),
      row('from 202 until a query finds it, p50', `${rounded(fresh.p50)} s`, ''),
      row('from 202 until a query finds it, p95', `${rounded(fresh.p95)} s`, 'accepted until queryable'),
    ],
    notes: [
      'CPU is that of the process (all threads) for one request of the application without a socket.',
      'Servers stand in one process of their own, asked in turns by 32 connections of 1 KB requests from this one; the best of 25 rounds each. The queue on the disk has each message synced before the answer.',
      `Loads are of ${batchRows} rows of some 500 bytes into the embedded PostgreSQL, in turns with the COPY; all sixteen batches together. The COPY is of text that is ready, into a table of the same columns and indexes (the target is of that one), and into one without indexes; a load unpacks files and reads JSON as well. Redshift is another machine: its figures are not these.`,
      'Fresh: `muster webhooks serve` with a load each second. On AWS up to 30 s of the queue and up to 60 s of the schedule come before the load.',
    ],
    remark: `Webhooks: the application answers ${rounded((100 * http.inMemory) / http.bare, 0)} % of the requests a second that a bare node:http server does, and a load takes in ${rounded((100 * loads.load) / loads.copy, 0)} % of the rows a second of a bare COPY of the same rows into a table of the same definition, ${rounded((100 * loads.load) / loads.plain, 0)} % of one into a table without indexes.`,
  };
}

function times(bare: number, ours: number): number {
  return rounded(bare / ours, 2);
}
