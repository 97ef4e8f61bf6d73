import { runLab } from '../lab/cli/run';
import { terminal } from '../lab/cli/terminal/screen';
import { invocationOf, usualStack } from './fleet/copyable';
import { servePage } from './page/serve';
import { worldOfLab } from './world-lab';

// What `npm start` runs: the lab, and for one that stays the console's page on it.
const environment = process.env;
// What its page shows of commands reaches it from another terminal.
const called = invocationOf({ lab: true, stack: usualStack(environment) }, environment);
const screen = terminal(process.stdout, environment.NO_COLOR !== undefined && environment.NO_COLOR !== '');
void runLab(process.argv.slice(2), {
  environment,
  screen,
  openPage: (lab, controls, onUse) => servePage({ ...worldOfLab(lab, controls ?? null), called }, 0, onUse),
}).then((code) => {
  process.exitCode = code;
});
