import type { Command } from 'commander';
import type { Io } from '../io';

/** `muster audit inspect FILE…`, `muster audit demo`. */
export function register(program: Command, io: Io): void {
  const audit = program.command('audit').description("reads Redshift's audit logs: failed logins, changed accounts");
  audit
    .command('inspect <FILE...>')
    .description(
      'reads logs (gz or plain), or all of a folder, or - for standard input; exit 1 for findings of medium or more',
    )
    .option('--json', 'findings as JSON')
    .option('--type <log>', 'connectionlog, userlog or useractivitylog, where neither name nor content says it')
    .option('--failures', 'only failed logins, which is several times faster')
    .action(async (files: string[], options: { json?: boolean; type?: string; failures?: boolean }) => {
      const { inspectFiles } = await import('../audit/inspect-files');
      await inspectFiles(files, options, io);
    });
  audit
    .command('demo')
    .description('true failed logins and role changes of a real PostgreSQL, as logs, to mails of a real SMTP server')
    .action(async () => {
      const { auditDemo } = await import('../../lab/systems/audit/demo');
      const mails = await auditDemo((line) => void io.out.write(`${line}\n`));
      if (mails === 0) io.exit(1);
    });
}
