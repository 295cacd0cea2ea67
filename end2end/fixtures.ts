// Every test uses this `test` instead of Playwright's: it fails on anything that a clean page does not do.

import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContext, type Page, test as base, expect } from '@playwright/test';
import { join } from 'node:path';
import { PASSWORD, addressOf } from './server';

export { expect, PASSWORD };

type Fixtures = {
  /** Accepts complaints that belong to the test, such as the console line of a refused request. */
  allow: (complaint: RegExp) => void;
  /** The page of one more person: a session of its own, watched like the first. */
  anotherPerson: () => Promise<Page>;
};
type Watch = { over: (context: BrowserContext, address: string) => Promise<void> };

export const test = base.extend<Fixtures & { allowed: RegExp[]; watch: Watch }>({
  baseURL: async ({}, use, info) => use(addressOf(info.project.name)),

  allowed: async ({}, use) => use([]),
  allow: async ({ allowed }, use) => use((complaint) => void allowed.push(complaint)),

  watch: async ({ allowed }, use) => {
    const complaints: string[] = [];
    await use({ over: (context, address) => watch(context, address, complaints) });
    const unexpected = complaints.filter((complaint) => !allowed.some((pattern) => pattern.test(complaint)));
    expect(unexpected, 'the pages stay clean').toEqual([]);
  },

  context: async ({ context, baseURL, watch }, use) => {
    await watch.over(context, baseURL!);
    await use(context);
  },

  anotherPerson: async ({ browser, baseURL, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL });
      contexts.push(context);
      await watch.over(context, baseURL!);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

async function watch(context: BrowserContext, address: string, complaints: string[]): Promise<void> {
  context.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  context.on('weberror', (error) => complaints.push(`page error: ${error.error().stack ?? error.error()}`));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== address) complaints.push(`request to another host: ${url}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Aborted is what the browser itself gave up: a download began, or the page was left.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`request failed: ${reason} ${request.url()}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`response ${response.status()}: ${response.url()}`);
  });
  await context.exposeBinding('reportViolation', (_, text: string) => complaints.push(`CSP violation: ${text}`));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportViolation: (text: string) => void }).reportViolation;
      report(`${event.effectiveDirective} ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`);
    });
  });
}

/** Signs in with an account's login key, such as `530102-zr`. */
export async function signIn(page: Page, loginKey: string, password = PASSWORD): Promise<void> {
  await page.goto(`/login?account=${encodeURIComponent(loginKey)}`);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
  await expect(page.getByRole('heading').first()).toBeVisible();
}

/** The page meets the rules of WCAG 2, levels A and AA, that a program can check. */
export async function expectAccessible(page: Page): Promise<void> {
  if (test.info().project.use.javaScriptEnabled === false) return; // axe itself is a script in the page
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    at: nodes.map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.html})`),
  }));
  expect(found, `${page.url()} is accessible`).toEqual([]);
}

/** Keeps a picture of the whole page in shots/<project>/ when SHOTS=1. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== '1') return;
  const path = join(__dirname, 'shots', test.info().project.name, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
}
