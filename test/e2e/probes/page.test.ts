import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { statusPage } from '../../../functions/probes/domain/page/html';
import { statusFile, type StatusFile } from '../../../functions/probes/domain/page/status';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import { launchBrowser, testInBrowser } from '../../support/browser/chromium';
import { at, config, Judge, type Seen } from '../../unit/probes/judging';

// The page as its readers have it: without script, on a phone, in both themes; and with names that are longer than any.

function status(): StatusFile {
  const targets = ['shop', 'api'];
  const judge = new Judge(config(['eu-central-1', 'us-east-1', 'ap-southeast-1'], targets));
  const seen = (region: string, minute: number): Seen =>
    minute >= 20 && minute < 30 ? 'down' : minute >= 100 && region === 'us-east-1' ? 'none' : 'up';
  judge.minutes(0, 110, seen);
  const now = at(110) + 5;
  const made = statusFile(judge.state, viewOf(judge.state, now, judge.config), {
    shop: 'The shop',
    api: `An API with a name ${'that-does-not-end-'.repeat(10)}`,
  });
  // Ninety days, of which one was bad and some are not known.
  const days = (all: StatusFile['targets'][number]['days']) =>
    all.map((one, place) => (place < 20 || place > 87 ? one : { ...one, uptime: place === 50 ? 0.9 : 1 }));
  return { ...made, targets: made.targets.map((one) => ({ ...one, days: days(one.days) })) };
}

for (const [what, width, colorScheme] of [
  ['a phone, dark', 360, 'dark'],
  ['a desk, light', 1100, 'light'],
] as const)
  testInBrowser(`the status page without script: ${what}`, async () => {
    const html = statusPage(status(), 'Status of everything');
    const server = createServer((__, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: false });
      const asked: string[] = [];
      const mistakes: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      page.on('console', (message) => message.type() === 'error' && mistakes.push(message.text()));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.getByRole('heading', { name: /Status of everything/ }).waitFor();
      await page.getByRole('heading', { name: 'The shop' }).waitFor();
      const charts = page.getByRole('img', { name: /Latency from/ });
      expect(await charts.count()).toBe(6);
      expect(await page.getByRole('img', { name: /Uptime of each of the last 90 days/ }).count()).toBe(2);
      const text = await page.locator('body').innerText();
      for (const words of [
        /up in the \d+ of 90 days that are known/,
        /the connection was refused/,
        /s old when this page was made/,
        /too busy/,
      ])
        expect(text).toMatch(words);
      // Nothing is wider than the screen, and what is drawn can be seen.
      const box = await page.locator('body').boundingBox();
      for (const section of await page.locator('section').all()) {
        const found = await section.boundingBox();
        expect(found!.x + found!.width).toBeLessThanOrEqual(box!.x + box!.width);
      }
      expect(box!.width).toBeLessThanOrEqual(width);
      expect((await charts.first().boundingBox())!.width).toBeGreaterThan(60);
      if (process.env.SCREENSHOTS !== undefined)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/status-${width}.png`, fullPage: true });
      expect(asked.filter((path) => path !== '/favicon.ico')).toEqual(['/']);
      expect(mistakes.filter((one) => !/favicon/.test(one))).toEqual([]);
    } finally {
      await browser.close();
      server.close();
      server.closeAllConnections();
    }
  });
