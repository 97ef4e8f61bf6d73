import { recordIn } from '../../../../functions/shared/schema';
import * as z from '../../../../functions/shared/schema';
import { labJobs } from './jobs';
import type { Build } from '../../jenkins';
import type { Muster } from './deploy-muster';
import type { Region } from '../../region';

/** What Jenkins tells the region's instances, of whichever deployment they are. */
export function startDeployedApps(region: Region) {
  return (build: Build): void => {
    // The application is on the instance once it is deployed; it answers its health check from then on.
    const instance = build.parameters.INSTANCE;
    if (build.job !== labJobs.deploy || build.result !== 'SUCCESS' || instance === undefined) return;
    if (region.ec2.world.find(instance) !== undefined) region.ec2.world.setAppState(instance, 'healthy');
  };
}

/** What a real Jenkins deployed to does not exist: its application is started in the lab when the deploy step is done. */
export function startAppsAfterDeploy({ engine }: Muster, region: Region): void {
  engine.on('history', ({ executionArn, event }) => {
    if (event.type !== 'TaskStateExited' || event.stateExitedEventDetails?.name !== 'Deploy') return;
    const { input } = engine.describeExecution({ executionArn });
    const launch = recordIn(z.object({ instanceId: z.string() }), input ?? '');
    const { instanceId = '' } = launch ?? {};
    if (region.ec2.world.find(instanceId) !== undefined) region.ec2.world.setAppState(instanceId, 'healthy');
  });
}
