import { servePage } from '../../infra/console/page/serve';
import { worldOfLab } from '../../infra/console/world-lab';
import { launchBrowser, testInBrowser } from '../support/browser/chromium';
import { buildsEndAs } from '../support/failures';
import { launch, settle, withLab } from '../support/run-lab';

// Failed deploy → read why → retry → in service, as a person does it, by keyboard, in both themes, on a phone.

testInBrowser('the page brings a failed launch into service, without a mouse and without anything from outside', () =>
  withLab({ reachedOver: 'http' }, async (lab) => {
    lab.addGroup('web');
    buildsEndAs(lab, 'deploy', 'FAILURE');
    await launch(lab, 2);
    const served = await servePage(worldOfLab(lab), 0);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 375, height: 700 }, colorScheme: 'dark' });
      const [asked, mistakes] = [new Set<string>(), [] as string[]];
      page.on('request', (request) => asked.add(new URL(request.url()).hostname));
      page.on('console', (message) => message.type() === 'error' && mistakes.push(message.text()));
      page.on('pageerror', (error) => mistakes.push(error.message));
      await page.goto(served.link());
      expect(page.url()).not.toContain('link=');
      // What changes is told to who hears the page, once, and not that a minute has gone by.
      const news = page.locator('#news');
      await page.getByText('live', { exact: true }).waitFor();
      expect(await news.innerText()).toBe('');
      lab.region.autoScaling.world.setDesiredCapacity('web', 3);
      await lab.clock.advance(20_000);
      await page.locator('#news', { hasText: 'web-03' }).waitFor({ state: 'attached' });
      expect(await news.innerText()).toMatch(/^web-03 \S/);
      await page.getByRole('link', { name: /on hold/ }).click();
      await page.getByRole('heading', { name: 'Why it failed' }).waitFor();
      expect(await page.locator('pre').first().innerText()).toContain('Finished: FAILURE');
      // Nothing is cut off at the width of a phone.
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(375);
      await page.getByRole('link', { name: 'Retry' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Retry' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('continues at the step that failed').waitFor();
      await settle(lab);
      await page.getByRole('link', { name: 'Continue' }).click();
      await page.getByText('in service', { exact: true }).waitFor();
      expect([...asked]).toEqual(['127.0.0.1']);
      expect(mistakes).toEqual([]);
      const stored = await page.evaluate(
        'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])',
      );
      expect(stored).toBe('["",{},{}]');
    } finally {
      await browser.close();
      await served.close();
    }
  }),
);
