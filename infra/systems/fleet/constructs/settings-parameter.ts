import { Stack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { settingsParameterName } from '../../../../functions/fleet/adapters/aws/parameter-settings';
import type { GroupSettings } from '../../../../functions/fleet/contracts/settings';
import { storedSettings } from '../../../../functions/fleet/contracts/stored-settings';

/** The settings of one group where its steps read them, checked and with defaults filled in. */
export class SettingsParameter extends StringParameter {
  /** @param prefix such as `/muster/groups/` */
  constructor(scope: Construct, id: string, prefix: string, settings: GroupSettings) {
    const text = Stack.of(scope).toJsonString(storedSettings(settings));
    super(scope, id, {
      parameterName: settingsParameterName(prefix, settings.group),
      description: `Settings of group ${settings.group}, deployed from infra/config`,
      stringValue: text,
      // An advanced parameter cannot go back to standard, so a stack that asked for that could not be deployed any more.
      // With this tier, Parameter Store takes standard for what fits and advanced for the rest.
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
  }
}
