import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = paths.find((path) => existsSync(path));

/** `test`, or where no browser is installed a test that is skipped and says so. */
export const testInBrowser: typeof test =
  executablePath === undefined
    ? (Object.assign(
        (name: string) => test.skip(`${name} (skipped: no chromium in /usr/bin)`, () => undefined),
        test,
      ) as typeof test)
    : test;

/** A browser that asks nothing of the network but what it is told to open. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
}
