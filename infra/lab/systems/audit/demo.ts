import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logTypes } from '../../../../functions/audit/domain/logs/records';
import { renderRecord } from '../../../../functions/audit/domain/logs/render';
import { defaultOptions } from '../../../../functions/audit/domain/rules/options';
import { makeHandler } from '../../../../functions/audit/triggers/inspect-log/handler';
import { noMetrics, jsonLogger } from '../../../../functions/shared/runtime';
import { makeHandler as makeWatch } from '../../../../functions/audit/triggers/watch/handler';
import { defaultPolicy } from '../../../../functions/shared/incidents/book';
import { memoryStore } from '../../../../functions/shared/incidents/store';
import { folderObjects, putLog } from './folder-objects';
import { smtpMailer, startMailServer } from './mail-server';
import { trueEvents } from './true-events';

const bucket = 'audit-logs';
const digestLater = 16 * 60_000;

/**
 * From events of a real PostgreSQL to mails that a real SMTP server received. Lambda and S3 are replaced by their ports.
 *
 * @param say prints a line.
 * @returns how many mails were received.
 */
export async function auditDemo(say: (line: string) => void): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'muster-audit-objects-'));
  const mail = await startMailServer();
  try {
    const records = await trueEvents(say);
    let later = 0;
    const clock = { now: () => new Date(Date.now() + later) };
    const deps = {
      store: memoryStore(),
      clock,
      log: jsonLogger(() => undefined),
      system: 'audit',
      mailer: smtpMailer(mail.port, 'muster@example.com', ['security@example.com']),
      objects: folderObjects(root),
      options: defaultOptions,
      policy: { ...defaultPolicy, proofAt: 0 },
    };
    const handler = makeHandler(deps);
    for (const type of logTypes) {
      const lines = records.filter(({ log }) => log === type).map(renderRecord);
      const stamp = clock.now().toISOString().slice(0, 16);
      const key = `AWSLogs/111122223333/redshift/eu-central-1/${stamp.slice(0, 10).replaceAll('-', '/')}/111122223333_redshift_eu-central-1_demo_${type}_${stamp}.gz`;
      await putLog(root, bucket, key, lines);
      const detail = { bucket: { name: bucket }, object: { key } };
      await handler({
        Records: [{ messageId: key, body: JSON.stringify({ 'detail-type': 'Object Created', detail }) }],
      });
      say(`${lines.length} lines of ${type} were read.`);
    }
    later = digestLater;
    await makeWatch({ ...deps, clusters: [], metrics: noMetrics, functionName: 'watch' })();
    say(
      `A quarter of an hour later, by the clock of the demo, the digest was made.\n\n${mail.received.length} mails were received:\n`,
    );
    for (const { subject, messageId, text } of mail.received)
      say(`Subject: ${subject ?? ''}\nMessage-ID: ${messageId ?? ''}\n\n${text ?? ''}\n${'-'.repeat(78)}`);
    return mail.received.length;
  } finally {
    await mail.close();
    await rm(root, { recursive: true, force: true });
  }
}
