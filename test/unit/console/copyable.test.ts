import { execFileSync } from 'node:child_process';

import { explainAws } from '../../../infra/console/explain-aws';
import { copyable } from '../../../infra/console/fleet/copyable';
import type { FleetOptions } from '../../../infra/console/open-world';
import { worldOfLab } from '../../../infra/console/world-lab';
import type { Lab } from '../../../infra/lab/systems/fleet/lab';
import { muster } from '../../support/console/run';
import { buildsEndAs } from '../../support/failures';
import { launch, withLab } from '../../support/run-lab';

// A command that is shown is copied at three in the morning: it has to reach the deployment that it was shown for.

const group = "web's own";

/** A lab with a failed launch, an open breaker and an instance without a number, in a group whose name a shell would take apart. */
async function onLab(use: (lab: Lab, held: string) => Promise<void>): Promise<void> {
  await withLab({ reachedOver: 'memory' }, async (lab) => {
    lab.addGroup(group, { settings: { names: { pattern: 'web-{index:02}' }, dns: undefined } });
    buildsEndAs(lab, 'deploy', 'SUCCESS', 'FAILURE');
    await launch(lab, 2, group);
    const { members, holds, breaker } = await lab.ledger.records(group);
    const at = lab.clock.now().toISOString();
    await lab.ledger.free(
      members.find(({ phase }) => phase === 'in-service')!,
      'a test',
      at,
    );
    const revision = (breaker?.revision ?? 0) + 1;
    await lab.ledger.saveBreaker({ group, revision, failed: ['a', 'b', 'c'], openedAt: at });
    await use(lab, holds[0]!.name!);
  });
}

/** The commands in a text that was not wrapped: the options, what it is about, and what `log` and `hold` have besides. */
function commandsIn(text: string, program: string): string[] {
  const word = `(?:[^\\s'\\\\]|\\\\.|'[^']*')+`;
  const pattern = new RegExp(
    `(?<![\\w-] )${program} \\w+(?: --lab| --(?:profile|region|stack) ${word})*(?: (?!shows|closes|goes|\\$)${word})?(?: -f| --for 4h)?`,
    'g',
  );
  return text.match(pattern) ?? [];
}

/** As a shell takes it apart. */
function wordsOf(command: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

test.each<[string, string[], Record<string, string>, string]>([
  ['no options', [], {}, 'muster'],
  ['a lab', ['--lab'], {}, 'muster'],
  ['another deployment', ['--profile', 'on call', '--region', 'eu-west-1', '--stack', 'blue'], {}, 'muster'],
  [
    'a stack of the environment, and npx',
    ['--region', 'eu-west-1'],
    { MUSTER_STACK: 'green', npm_command: 'exec' },
    'npx muster',
  ],
  ['another stack than that of the environment', ['--stack', 'muster'], { MUSTER_STACK: 'green' }, 'muster'],
])('commands shown for %s reach the same again', (_, options, env, program) =>
  onLab(async (lab, held) => {
    const world = worldOfLab(lab);
    const asked: FleetOptions[] = [];
    const say = (args: string[]) => muster(args, { world, env, onOpen: (one) => asked.push(one) });
    const where = ({ lab: isLab, profile, region, stack }: FleetOptions) => ({ isLab, profile, region, stack });
    const looks = [['ls'], ['show', held], ['doctor'], ['adopt', group], ['show', group], ['show', 'nothing at all']];
    const shown: string[] = [];
    for (const [command = '', ...args] of looks) {
      const plain = await say([command, ...options, ...args]);
      shown.push(...commandsIn(`${plain.out}${plain.err}`.replace(/\s+/g, ' '), program));
      if (command === 'show') {
        const { out } = await say([command, ...options, ...args, '--json']);
        const { next } = JSON.parse(out) as { next?: { commands: string[] } };
        for (const one of next?.commands ?? []) expect(plain.out).toContain(`$ ${one}\n`);
      }
    }
    const [expected] = asked.map(where);
    const verbs = new Set(shown.map((command) => command.slice(program.length + 1).split(' ')[0]));
    expect([...verbs].sort()).toEqual(['abandon', 'adopt', 'hold', 'log', 'ls', 'resume', 'retry']);
    for (const command of shown) {
      const words = wordsOf(command).slice(program.split(' ').length);
      asked.length = 0;
      const { code, err } = await muster(words, {
        world,
        env,
        input: '',
        onOpen: (one) => asked.push(one),
      });
      expect([command, asked.map(where)]).toEqual([command, [expected]]);
      // It is understood, and means something that is there. Only abandoning asks first, and finds no terminal.
      expect([command, err]).toEqual([
        command,
        words[0] === 'abandon'
          ? expect.stringContaining('--yes')
          : expect.not.stringMatching(/no instance|not managed|error:/),
      ]);
      expect([command, code]).toEqual([command, words[0] === 'abandon' ? 2 : expect.any(Number)]);
    }
  }),
);

test("commands of AWS's own line reach the same account and region, and signing in again is for the same profile", () => {
  const called = { program: 'muster', options: { profile: 'on call', region: 'eu-west-1', stack: 'blue' } };
  expect(
    copyable("aws autoscaling put-lifecycle-hook --auto-scaling-group-name 'a b' --heartbeat-timeout 60", called),
  ).toBe(
    "aws autoscaling put-lifecycle-hook --profile 'on call' --region eu-west-1 --auto-scaling-group-name 'a b' --heartbeat-timeout 60",
  );
  expect(copyable('take them out (aws elbv2 deregister-targets), as muster shows', called)).toBe(
    'take them out (aws elbv2 deregister-targets), as muster shows',
  );
  const expired = Object.assign(new Error('gone'), { name: 'ExpiredTokenException' });
  expect(explainAws(expired, { stack: 'blue', profile: 'on call' })?.message).toBe(
    "the AWS credentials of the profile 'on call' have expired: sign in again (aws sso login --profile 'on call')",
  );
});
