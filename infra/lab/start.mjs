// `npm start`: installs what is missing, then runs the lab (infra/console/lab-main.ts) with the arguments given.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../ensure-installed.mjs';
import { intoOneFile, readableStacks } from '../one-file.cjs';

ensureInstalled();
const root = fileURLToPath(new URL('../..', import.meta.url));
const { file, remove } = await intoOneFile(`${root}/infra/console/lab-main.ts`, root);
const lab = spawn(process.execPath, [readableStacks, file, ...process.argv.slice(2)], { stdio: 'inherit' });
// Who ends this one, a supervisor or `kill`, means the lab. Ctrl-C comes to both of them from the terminal.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => lab.kill(signal));
process.on('SIGINT', () => undefined);
lab.on('exit', (status, signal) => {
  remove();
  process.exit(signal === null ? status : 1);
});
