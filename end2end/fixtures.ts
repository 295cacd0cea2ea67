// Every test uses this `test` instead of Playwright's: it fails on anything that a clean page does not do.

import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContext, type Locator, type Page, test as base, expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PASSWORD, addressOf, command } from './server';

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
      return openPage(context);
    });
    for (const context of contexts) await context.close();
  },
});

/** One more page of a browser. Chromium may be putting a page away, or be short of time, and not give one at once. */
export async function openPage(context: BrowserContext): Promise<Page> {
  let page: Page | undefined;
  await expect(async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no page came')), 20_000);
    });
    page = await Promise.race([context.newPage(), late]).finally(() => clearTimeout(timer));
  }).toPass({ timeout: 90_000 });
  return page!;
}

async function watch(context: BrowserContext, address: string, complaints: string[]): Promise<void> {
  const scriptless = test.info().project.use.javaScriptEnabled === false;
  context.on('console', (message) => {
    const text = `console ${message.type()}: ${message.text()}`;
    // Without JavaScript nobody uses what was loaded ahead for it; and 退出 clears the cache, which Chromium reports.
    const expected =
      (scriptless && /was preloaded/.test(text)) ||
      /^console info: Clear-Site-Data header/.test(text);
    if (!expected) complaints.push(text);
  });
  context.on('weberror', (error) => complaints.push(`page error: ${error.error().stack ?? error.error()}`));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== address) complaints.push(`request to another host: ${url}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Aborted is what the browser itself gave up: a download began, or the page was left.
    // Without JavaScript the browser says `csp` of every script that it does not fetch.
    const unwanted = reason === 'csp' && scriptless;
    if (reason !== 'net::ERR_ABORTED' && !unwanted) complaints.push(`request failed: ${reason} ${request.url()}`);
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
  await visit(page, `/login?account=${encodeURIComponent(loginKey)}`);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
  await expect(page.getByRole('heading').first()).toBeVisible();
  await alive(page);
}

/** Begins where somebody has signed in already: the same post as the form's, without looking at the form. */
export async function enter(page: Page, loginKey: string, address: string, password = PASSWORD): Promise<void> {
  const next = encodeURI(address);
  // A page that is open asks for its numbers by itself: for whoever is no longer signed in then, which the console tells.
  if (page.url() !== 'about:blank') await page.goto('about:blank');
  const answer = await page.request.post('/login', {
    form: { account: loginKey, password, next },
    headers: { origin: addressOf(test.info().project.name) },
    maxRedirects: 0,
  });
  expect(answer.headers()['location'], `${loginKey} may sign in`).toBe(next);
  await visit(page, address);
}

/** Makes an account outside the demo county usable, as an operator would. */
export function open(loginKey: string, password = PASSWORD): void {
  command(test.info().project.name, 'account', 'reset', loginKey, '--password', password);
}

/** A first password as the operator hands it out: it must be changed. */
export function firstPassword(loginKey: string): string {
  return command(test.info().project.name, 'account', 'reset', loginKey);
}

/** A name that no earlier try of the test has taken. */
export function fresh(name: string): string {
  return name + '再'.repeat(test.info().retry);
}

/** Waits until the server has got what was typed last: what was there before may be on its way to it as well. */
export async function keeping(page: Page, typed: string): Promise<void> {
  await page.waitForResponse((response) => {
    return response.url().endsWith('/api/keep_draft') && response.ok() && !!response.request().postData()?.includes(typed);
  });
}

/** Goes to an address and waits until the page answers. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await alive(page);
}

/** Waits until the page answers: the server sends it finished, and its buttons work a moment later. */
export async function alive(page: Page): Promise<void> {
  if (test.info().project.use.javaScriptEnabled === false) return;
  await page.locator('html[data-alive]').waitFor({ state: 'attached' });
}

/** Goes through the menu, which a phone opens first. */
export async function choose(page: Page, title: string): Promise<void> {
  const menu = page.getByRole('button', { name: '菜单', exact: true });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: title, exact: true }).click();
  // A page about one village has its name before the title.
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(`(^|\\s)${title}$`) })).toBeVisible();
}

/** Opens what is behind the account's name at the top right (manual 1.4); a phone shows only its picture. */
export async function openAccountMenu(page: Page, name: string): Promise<Locator> {
  const account = page.getByRole('navigation', { name: '账户' });
  await account.locator('summary', { hasText: name }).click();
  return account;
}

/** Fills fields by their labels; a choice is named as the user reads it. */
export async function fill(form: Page | Locator, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) {
    const field = form.getByLabel(label, { exact: true });
    if (await field.evaluate((element) => element instanceof HTMLSelectElement)) {
      await field.selectOption({ label: value });
    } else {
      await field.fill(value);
    }
  }
}

type Upload = { name: string; mimeType: string; buffer: Buffer };
const MEDIA: Record<string, string> = {
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** A real file of the demo data, under another name if one is given. */
export function file(source: string, name = source): Upload {
  const mimeType = MEDIA[source.split('.').pop()!] ?? 'application/octet-stream';
  return { name, mimeType, buffer: readFileSync(resolve(__dirname, '../data/demo', source)) };
}

/** 上传附件 → choose → 我已确认… → 上传, up to the line in the list. */
export async function attach(form: Locator, files: Upload[], expected: string[]): Promise<void> {
  const picker = form.getByLabel('选择文件');
  if (!(await picker.isVisible())) await form.getByRole('button', { name: '上传附件' }).click();
  await picker.setInputFiles(files);
  await form.getByLabel('我已确认附件已去掉红头和盖章').check();
  await form.getByRole('button', { name: '上传', exact: true }).click();
  for (const name of expected) await expect(form.getByRole('button', { name: `下载 ${name}`, exact: true })).toBeVisible();
}

/** What a page says at the top after something was done. */
export function toast(page: Page, text: string | RegExp): Locator {
  return page.getByRole('status').filter({ hasText: text });
}

/** Closes what stays at the top until somebody has read it. */
export async function dismiss(page: Page, text: string): Promise<void> {
  const note = page.getByRole('status').locator('div').filter({ hasText: text });
  await expect(note).toBeVisible();
  await note.getByRole('button', { name: '关闭提示' }).click();
  await expect(note).toHaveCount(0);
}

/** The row of a list that shows the text. */
export function row(page: Page, text: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('cell', { name: text, exact: true }) });
}

/** The page meets the rules of WCAG 2, levels A and AA, that a program can check. */
export async function expectAccessible(page: Page): Promise<void> {
  if (test.info().project.use.javaScriptEnabled === false) return; // axe itself is a script in the page
  // A window that is still fading in has no colours of its own yet; what turns for ever cannot be finished.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    at: nodes.map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.html})`),
  }));
  expect.soft(found, `${page.url()} is accessible`).toEqual([]);
}

/** Keeps a picture of the whole page in shots/<project>/ when SHOTS=1. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== '1') return;
  const path = join(__dirname, 'shots', test.info().project.name, `${name}.png`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
}
