import type { App, Stack } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Mistake } from '../../functions/shared/schema';

/**
 * What adopters write for each system: one optional section each. A system adds its own in its
 * `config.ts`:
 *
 *     declare module '../system' {
 *       interface Sections { readonly audit?: AuditInput }
 *     }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the systems
export interface Sections {}

/** What all systems of a deployment have in common. */
export interface Common {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  /** Mail addresses that are notified of alarms. */
  readonly notify: readonly string[];
  /** Whether Amazon Q Developer in chat applications (AWS Chatbot) reads the notifications. */
  readonly chat: boolean;
  /** Where RUNBOOK.md can be read; alarms append a heading. */
  readonly runbook: string;
  readonly logRetention: RetentionDays;
}

/** Where a system is put, and with which code. */
export interface SystemDeps {
  readonly app: App;
  readonly common: Common;
  /** The bundle of a function, by its name with the system before it: `audit-inspect-log`; of the fleet, `claim-index`. */
  readonly codeOf: (name: string) => Code;
}

/** A section without mistakes, or all of them; paths begin at the section. */
export type SectionResult<Section> = { readonly section: Section } | { readonly mistakes: readonly Mistake[] };

/** A system that can stand in the configuration. One that does not stand there creates nothing. */
export interface System<Section = unknown> {
  /** Of its section, its folders and its functions: `audit`. */
  readonly name: string;
  /** Checks the section and fills in defaults. */
  readonly read: (given: unknown, common: Pick<Common, 'account' | 'region'>) => SectionResult<Section>;
  /** Makes its stacks. */
  readonly deploy: (place: SystemDeps, section: Section) => readonly Stack[];
}

/** Ties a system's parts together by the type of its section, which nothing outside of it needs to know. */
export function defineSystem<Section>(system: System<Section>): System {
  return {
    ...system,
    deploy: (place, section) => system.deploy(place, section as Section),
  };
}
