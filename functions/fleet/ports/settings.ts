import type { GroupSettings } from '../contracts/settings';

/** Where the settings of the managed groups are read. */
export interface Settings {
  /**
   * The settings of one group as they are now.
   *
   * @throws StepError `GroupNotManaged`: there are none. `SettingsInvalid`: there are, with mistakes; the message
   *   lists all of them.
   */
  read(group: string): Promise<GroupSettings>;

  /** The names of all groups that have settings, right or wrong ones. */
  list(): Promise<string[]>;
}
