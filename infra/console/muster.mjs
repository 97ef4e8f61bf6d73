#!/usr/bin/env node
// `muster`: installs what is missing, then runs the console (main.ts) with the arguments given.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled } from '../ensure-installed.mjs';

ensureInstalled();
const main = fileURLToPath(new URL('main.ts', import.meta.url));
// By its address, for a command that is run in another folder.
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
// Node 20 works until the SDK drops it; its reminder before every answer does not help.
// Each look-up of a name keeps one of Node's threads until the system's resolver gives up, and there are four otherwise.
const env = { UV_THREADPOOL_SIZE: '64', ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
// As the deployed functions have it (functions/shared/small-heap.ts): a heap takes it only before it is made.
const options = process.argv[2] === 'audit' ? ['--max-semi-space-size=1'] : [];
const child = spawn(process.execPath, [...options, '--import', tsx, main, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env,
});
// Ctrl-C goes to both; the console ends in its own time and way.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
