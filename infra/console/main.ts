import { runProgram } from './program';

// Ctrl-C once asks what runs on to end with what it has; twice ends at once.
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending.signal.aborted) process.exit(130);
    ending.abort();
  });
}
// `muster … | head` closes the pipe early: that is no mistake of anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const io = {
  out: process.stdout,
  err: process.stderr,
  in: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  signal: ending.signal,
};
void runProgram(process.argv.slice(2), io).then((code) => {
  process.exitCode = code;
});
