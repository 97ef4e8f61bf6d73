import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { statusPage } from '../../../functions/probes/domain/page/html';
import { statusFile, type StatusFile } from '../../../functions/probes/domain/page/status';
import { viewOf } from '../../../functions/probes/domain/judge/view';
import { launchBrowser, testInBrowser } from '../../support/browser/chromium';
import { at, config, Judge, type Sight } from '../../unit/probes/judging';

// The page as its readers have it: without script, on a phone, in both themes; and with names that are longer than any.

function status(): StatusFile {
  const targets = ['shop', 'api'];
  const judge = new Judge(config(['eu-central-1', 'us-east-1', 'ap-southeast-1'], targets));
  const seen = (region: string, minute: number): Sight =>
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

/** The least contrast of any text with the page's ground (WCAG 2: 4.5 is enough for small text), worked out in the page. */
const leastContrast = `(() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map((one) => {
      const share = Number(one) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const written = [...document.querySelectorAll('main *')].filter((one) =>
    [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''),
  );
  return Math.min(...written.map((one) => {
    const ink = light(getComputedStyle(one).color);
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
  }));
})()`;

for (const colorScheme of ['dark', 'light'] as const)
  testInBrowser(`hours old, with a name of markup, in print: ${colorScheme}`, async () => {
    const made = status();
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const old = {
      ...made,
      madeAt: new Date(Date.parse(made.madeAt) + 7_200_000).toISOString(),
      targets: made.targets.map((one, at) => ({
        ...one,
        name: at === 0 ? markup : one.name,
        status: (['down', 'degraded', 'unknown'] as const)[at % 3] ?? 'down',
      })),
    };
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
      await page.setContent(statusPage(old, 'Status'));
      const main = page.getByRole('main');
      expect(await main.innerText()).toMatch(/, 2 h 1 min old when this page was made/);
      expect(await page.getByRole('region', { name: markup }).count()).toBe(1);
      expect(await page.locator('img, main script').count()).toBe(0);
      expect(await page.title()).toBe('Status');
      expect(await page.evaluate(leastContrast)).toBeGreaterThanOrEqual(4.5);
      // By the keyboard to the one thing that can be followed.
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('status.json');
      // Paper is white, and no ground is printed.
      await page.emulateMedia({ media: 'print', colorScheme });
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
      expect(await page.evaluate(leastContrast)).toBeGreaterThanOrEqual(4.5);
    } finally {
      await browser.close();
    }
  });

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
