import type { JenkinsSettings } from '../contracts/settings';

/** A part of a build's log. */
export interface LogPart {
  /** Printable text: what Jenkins hides in a log for its own page, and control characters, are taken out. */
  readonly text: string;
  /** Where the next part begins, in bytes of the log as Jenkins has it. */
  readonly next: number;
  /** Whether the build still writes. */
  readonly more: boolean;
}

/** The console logs of builds: asked by operators only. */
export interface BuildLogs {
  /**
   * The log of a build from a byte on, at most a megabyte of it.
   *
   * @param from below 0: so many bytes before the end.
   * @throws StepError `JenkinsUnavailable`, `JenkinsMisconfigured`: it cannot be read, and why.
   */
  read(
    settings: JenkinsSettings,
    build: { readonly job: string; readonly number: number },
    from: number,
  ): Promise<LogPart>;
}
