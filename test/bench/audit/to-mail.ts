import { gzipSync } from 'node:zlib';
import { renderRecord } from '../../../functions/audit/domain/logs/render';
import { defaultOptions } from '../../../functions/audit/domain/rules/options';
import { makeHandler } from '../../../functions/audit/triggers/inspect-log/handler';
import { systemClock, jsonLogger } from '../../../functions/shared/runtime';
import { defaultPolicy } from '../../../functions/shared/incidents/book';
import { memoryStore } from '../../../functions/shared/incidents/store';
import { smtpMailer, startMailServer } from '../../../infra/lab/systems/audit/mail-server';

/** How long it takes from a message of the queue to its mail at a real SMTP server, ms, so many times in turn. */
export async function eventToMail(count: number): Promise<number[]> {
  const mail = await startMailServer();
  try {
    const took: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const handler = makeHandler({
        store: memoryStore(),
        clock: systemClock,
        log: jsonLogger(() => undefined),
        system: 'audit',
        mailer: smtpMailer(mail.port, 'muster@example.com', ['security@example.com']),
        objects: { open: async () => ({ etag: 'e', body: [log()] as unknown as AsyncIterable<Uint8Array> }) },
        options: defaultOptions,
        policy: defaultPolicy,
      });
      const key = '111122223333_redshift_eu-central-1_bench_userlog_2026-11-26T08:00.gz';
      const body = JSON.stringify({ bucket: 'b', key });
      const before = process.hrtime.bigint();
      await handler({ Records: [{ messageId: 'm', body }] });
      took.push(Number(process.hrtime.bigint() - before) / 1e6);
    }
    if (mail.received.length !== count) throw new Error(`${mail.received.length} mails of ${count}`);
    return took.sort((a, b) => a - b);
  } finally {
    await mail.close();
  }
}

/** 200 accounts that are changed: some 20 KB. */
function log(): Buffer {
  const lines = Array.from({ length: 200 }, (_, userId) =>
    renderRecord({
      log: 'userlog',
      userId,
      user: `user_${userId}`,
      oldUser: '',
      action: 'alter',
      createDb: false,
      superuser: false,
      catalog: false,
      validUntil: '9223372036854775807',
      pid: userId,
      xid: userId,
      at: Date.now(),
    }),
  );
  return gzipSync(`${lines.join('\n')}\n`);
}
