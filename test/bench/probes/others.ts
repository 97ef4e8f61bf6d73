import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isThere } from './processes';

const run = promisify(execFile);

/** Milliseconds of each phase, as far as it knows them. */
export type PhaseTimes = Readonly<Partial<Record<'lookup' | 'connect' | 'tls' | 'firstByte' | 'total', number>>>;

/** Another program that tells how long each phase of a look took. */
export interface Other {
  readonly name: string;
  readonly look: (url: string) => Promise<PhaseTimes>;
  readonly end: () => void;
}

/** `curl -w`; `undefined` on a machine without it. */
export function curl(ca: string): Other | undefined {
  if (!isThere('curl')) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, ca);
  const names = ['namelookup', 'connect', 'appconnect', 'pretransfer', 'starttransfer', 'total'];
  const format = names.map((name) => `%{time_${name}}`).join(' ');
  return {
    name: 'curl -w',
    look: async (url) => {
      const { stdout } = await run('curl', [
        '-s',
        '-4',
        '--http1.1',
        '--cacert',
        file,
        '-o',
        '/dev/null',
        '-w',
        format,
        url,
      ]);
      const [lookup = 0, connect = 0, tls = 0, ready = 0, first = 0, total = 0] = stdout
        .split(' ')
        .map((text) => Number(text) * 1000);
      return {
        lookup,
        connect: connect - lookup,
        ...(tls > 0 && { tls: tls - connect }),
        firstByte: first - ready,
        total,
      };
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Prometheus' blackbox_exporter, as Debian packs it; `undefined` on a machine without it. */
export async function blackbox(ca: string): Promise<Other | undefined> {
  if (!isThere('prometheus-blackbox-exporter')) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  writeFileSync(join(folder, 'ca.pem'), ca);
  const module = {
    prober: 'http',
    timeout: '5s',
    http: { preferred_ip_protocol: 'ip4', tls_config: { ca_file: join(folder, 'ca.pem') } },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'blackbox.yml'), JSON.stringify({ modules: { http: module } }));
  const port = await freePort();
  const child = spawn(
    'prometheus-blackbox-exporter',
    [`--config.file=${join(folder, 'blackbox.yml')}`, `--web.listen-address=127.0.0.1:${port}`],
    { stdio: 'ignore', env: { ...process.env, GODEBUG: 'netdns=cgo' } },
  );
  const end = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  await listening(port, child).catch((error: unknown) => {
    end();
    throw error;
  });
  return {
    name: 'blackbox_exporter',
    look: async (url) => {
      const answer = await fetch(`http://127.0.0.1:${port}/probe?module=http&target=${encodeURIComponent(url)}`);
      return phasesIn(await answer.text());
    },
    end,
  };
}

function phasesIn(metrics: string): PhaseTimes {
  const of = (phase: string) => {
    const found = new RegExp(`^probe_http_duration_seconds\\{phase="${phase}"\\} (\\S+)$`, 'm').exec(metrics);
    return Number(found?.[1] ?? NaN) * 1000;
  };
  if (!/^probe_success 1$/m.test(metrics)) throw new Error(`blackbox_exporter finds the target down:\n${metrics}`);
  const tls = of('tls');
  return { lookup: of('resolve'), connect: of('connect'), ...(tls > 0 && { tls }), firstByte: of('processing') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    if (child.exitCode !== null) throw new Error(`blackbox_exporter ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) return;
    await wait(50);
  }
  throw new Error('blackbox_exporter does not answer');
}
