// `npm start`: installs what is missing, then runs the lab (infra/console/lab-main.ts) with the arguments given.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../ensure-installed.mjs';

ensureInstalled();
const main = fileURLToPath(new URL('../console/lab-main.ts', import.meta.url));
const lab = spawn(process.execPath, ['--import', 'tsx', main, ...process.argv.slice(2)], { stdio: 'inherit' });
// Who ends this one, a supervisor or `kill`, means the lab. Ctrl-C comes to both of them from the terminal.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => lab.kill(signal));
process.on('SIGINT', () => undefined);
lab.on('exit', (status, signal) => process.exit(signal === null ? status : 1));
