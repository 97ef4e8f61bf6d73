import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { NamedError } from '../../../functions/shared/named-error';
import { createS3Store } from '../../../functions/webhooks/adapters/aws/s3-store';
import { createSqsQueue } from '../../../functions/webhooks/adapters/aws/sqs-queue';
import type { EventQueue } from '../../../functions/webhooks/ports/queue';
import type { ObjectStore } from '../../../functions/webhooks/ports/objects';
import { createFolderStore } from '../../lab/systems/webhooks/folder-store';
import { toInbox } from '../../lab/systems/webhooks/inbox';
import { explainAws } from '../explain-aws';
import { CannotLook, UsageInvalid } from '../failures';
import type { Io } from '../io';

/** Whose quarantine and archive a command is about. */
export interface Where {
  readonly data?: string;
  readonly bucket?: string;
  readonly queue?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** Mistakes of the user are reported without a stack trace. */
export function told<Given extends unknown[]>(work: (...given: Given) => void | Promise<void>) {
  return async (...given: Given) => {
    try {
      await work(...given);
    } catch (error) {
      if (error instanceof UsageInvalid || error instanceof CannotLook) throw error;
      if (error instanceof NamedError && error.fault === 'operator')
        throw new CannotLook(error.message, { cause: error });
      throw error;
    }
  };
}

/** The same of a command that may ask AWS: no region, no credentials, no such bucket, no permission, no network. */
export function toldOfAws<Given extends unknown[]>(work: (...given: Given) => void | Promise<void>) {
  return told(async (...given: Given) => {
    try {
      await work(...given);
    } catch (error) {
      throw error instanceof NamedError ? error : (explainAws(error, { stack: 'muster' }) ?? error);
    }
  });
}

/** The options that say whose. */
export function placed(command: Command): Command {
  return command
    .option('--data <folder>', 'the folder of `muster webhooks serve`')
    .option('--bucket <name>', "the deployment's bucket")
    .option('--queue <url>', "the deployment's queue")
    .option('--region <name>', 'the region of both, if it is not that of the environment')
    .option('--profile <name>', 'the profile of AWS to use');
}

/** A deployment's bucket, or the folder of one machine. */
export function storeOf(io: Io, { data = 'muster-webhooks', bucket, ...rest }: Where): ObjectStore {
  if (bucket !== undefined) return createS3Store(new S3Client(awsOf(rest)), bucket);
  if (rest.queue !== undefined) throw new UsageInvalid('--queue is of a deployment: give --bucket too');
  const folder = resolve(io.cwd, data, 'store');
  if (!existsSync(folder)) throw new CannotLook(`there is no store in ${data}: give --data, or --bucket`);
  return createFolderStore(folder);
}

/**
 * The same with its queue; on one machine the queue's process takes what is in its inbox.
 *
 * @throws UsageInvalid before anything is changed, where nothing could be sent.
 */
export function storeAndQueueOf(io: Io, given: Where): { readonly store: ObjectStore; readonly queue: EventQueue } {
  const { bucket, queue } = given;
  if (bucket !== undefined && queue === undefined) throw new UsageInvalid('a replay needs --queue beside --bucket');
  const store = storeOf(io, given);
  return { store, queue: queue === undefined ? toInbox(store) : createSqsQueue(new SQSClient(awsOf(given)), queue) };
}

function awsOf({ region, profile }: Where) {
  return { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
}
