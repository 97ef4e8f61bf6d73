import { createJenkins } from '../../../functions/fleet/adapters/jenkins';
import { inProcess } from '../../../infra/lab/jenkins';
import { driveBuild } from '../../support/drive-build';
import { deploy, Lab } from '../lab-jenkins/lab';

describe('a Jenkins that comes back with less than it had', () => {
  it.each(['restart', 'crash'] as const)('has lost the build after a %s, and it is not built again', async (how) => {
    const lab = new Lab({ jobs: [{ ...deploy, behaviour: { durationMs: 60_000 } }] });
    const transport = inProcess((asked) => lab.jenkins.handle(asked));
    const credentials = { user: 'svc', token: 'a-token' };
    const client = createJenkins({ url: 'http://ci.example.com', credentials, clock: lab.clock, transport });
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      if (pauses === 3) lab.jenkins[how]({ downForMs: 20_000, losesBuilds: 'freestyle', losesQueue: true });
      // another's request takes the queue id that ours had
      if (pauses === 9) lab.trigger('another');
      await lab.clock.advance(6_000);
    };
    const request = { job: deploy.name, parameters: {}, correlation: { parameter: 'ID', value: 'ours' } };
    const { status } = await driveBuild(client, request, { pause });
    expect(status.state).toBe('lost');
    expect(lab.jenkins.builds(deploy.name).filter(({ parameters }) => parameters.ID === 'ours')).toEqual([]);
  });
});
