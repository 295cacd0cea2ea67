// A natural village on a cheap phone (manual chapter 8): it scans the code of its village, registers, signs in, fills its
// topics, and loses nothing when the network goes. Its village confirms it and sees the sums.

import type { Page } from '@playwright/test';
import { enter, expect, test } from '../fixtures';

const VILLAGE = '530102010004';
const WECHAT =
  'Mozilla/5.0 (Linux; Android 9; Redmi 6A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 ' +
  'Mobile Safari/537.36 MicroMessenger/8.0.40';

test.use({ userAgent: WECHAT, viewport: { width: 390, height: 844 } });

/** What the QR code of the village holds, read by the village itself. */
async function code(anotherPerson: () => Promise<Page>): Promise<string> {
  const village = await anotherPerson();
  await enter(village, VILLAGE, '/codes');
  const link = village.getByRole('link', { name: '三多社区 二维码' }).or(village.getByRole('link', { name: '放大 三多社区 二维码' }));
  await expect(link).toBeVisible();
  const answer = await village.request.post('/api/registration_codes', {
    data: { query: { page: 1, size: 20, text: '', sort: '', filters: {}, region: null, own_level: false } },
    headers: { origin: new URL(village.url()).origin },
  });
  const { lines } = await answer.json();
  return new URL(lines[0].address).pathname;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function register(page: Page, door: string, name: string): Promise<void> {
  await page.goto(door);
  await button(page, '账号注册').click();
  await page.getByLabel('登录名称').fill(name);
  await page.getByLabel('手机号码').fill('13812345678');
  await button(page, '注册').click();
  await expect(page.getByText('注册成功。默认登录密码为 yngb2021')).toBeVisible();
}

async function settle(page: Page, door: string, name: string): Promise<void> {
  await register(page, door, name);
  await page.getByLabel('密码', { exact: true }).fill('yngb2021');
  await button(page, '登录').click();
  await expect(page.getByText('首次登录，请先修改密码。')).toBeVisible();
  await page.getByLabel('新密码').fill('Huajiao-2026');
  await page.getByLabel('确认密码').fill('Huajiao-2026');
  await button(page, '保存').click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

const numbers: Record<string, string> = {
  户数: '5',
  户籍人口: '20',
  常住人口: '15',
  '年龄构成(18岁以下)': '4',
  '年龄构成(18-60岁)': '10',
  '年龄构成(60岁以上)': '6',
};

async function fillYear(page: Page, year: string, changes: Record<string, string> = {}): Promise<void> {
  await page.getByLabel('年份').selectOption(year);
  for (const [label, text] of Object.entries({ ...numbers, ...changes })) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
}

async function openPopulation(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^人口状况/ }).click();
  await page.getByRole('dialog', { name: '人口状况 填报内容' }).getByRole('link', { name: /2016-2020各年人口情况/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: '2016-2020各年人口情况' })).toBeVisible();
}

test('it registers, is told what is wrong, fills, corrects, deletes and signs out', { tag: '@noscript' }, async ({ page, anotherPerson }, info) => {
  const door = await code(anotherPerson);
  await page.goto(door);
  await button(page, '账号注册').click();
  await page.getByLabel('登录名称').fill('三多村委会');
  await page.getByLabel('手机号码').fill('12565847089');
  await button(page, '注册').click();
  await expect(page.getByRole('alert').filter({ hasText: '不能填' }).first()).toBeVisible();
  await expect(page.getByText('请输入正确的 11 位手机号码')).toBeVisible();
  await expect(page.getByLabel('登录名称')).toHaveValue('三多村委会');

  const name = `花交${info.project.name === 'phone' ? '上' : info.project.name === 'desktop' ? '下' : '中'}村`;
  await settle(page, door, name);
  await expect(page.getByText('待行政村确认')).toBeVisible();
  await openPopulation(page);
  await button(page, '登记').click();
  await expect(page.getByText('所属行政村')).toBeVisible();
  await fillYear(page, '2020', { 户数: '25' });
  await button(page, '保存').click();
  await expect(page.getByText('户数不能多于户籍人口（20 人）')).toBeVisible();
  await expect(page.getByLabel('常住人口', { exact: true })).toHaveValue('15');
  await page.getByLabel('户数', { exact: true }).fill('5');
  await button(page, '保存').click();
  await expect(page.getByText('保存成功')).toBeVisible();

  // Touching the record anywhere opens it (manual 8.5).
  await page.getByText('户籍人口').click();
  await expect(page.getByRole('heading', { level: 1, name: /^编辑/ })).toBeVisible();
  await page.getByLabel('常住人口', { exact: true }).fill('16');
  await button(page, '保存').click();
  await expect(page.getByText('保存成功')).toBeVisible();
  await expect(page.getByText('16', { exact: true })).toBeVisible();
  await page.getByText('户籍人口').click();
  await button(page, '删除').click();
  await expect(page.getByText(/^确定删除/)).toBeVisible();
  await button(page, '确定').click();
  await expect(page.getByText('删除成功')).toBeVisible();
  await expect(page.getByText('暂无数据')).toBeVisible();
  await button(page, '返回').click();
  await expect(page.getByRole('dialog', { name: '人口状况 填报内容' })).toBeVisible();
  await button(page, '取消').click();
  await button(page, '退出').click();
  await expect(button(page, '账号登录')).toBeVisible();
});

test('what it fills counts once its village has confirmed it', async ({ page, anotherPerson }, info) => {
  const door = await code(anotherPerson);
  const name = `新登${info.project.name === 'phone' ? '上' : '下'}村`;
  await settle(page, door, name);
  await page.goto('/m/population?open=new');
  await fillYear(page, '2020');
  await button(page, '保存').click();
  await expect(page.getByText('保存成功')).toBeVisible();

  const village = await anotherPerson();
  await enter(village, VILLAGE, `/desk/natural_villages?text=${name}`);
  await expect(village.getByText('待确认', { exact: true }).last()).toBeVisible();
  await village.getByRole('link', { name, exact: true }).click();
  await village.getByRole('dialog').getByRole('button', { name: '确认', exact: true }).click();
  await village.getByRole('dialog').getByRole('button', { name: '确定', exact: true }).click();
  await expect(village.getByText('正常', { exact: true }).last()).toBeVisible();
  await page.goto('/m');
  await expect(page.getByText('待行政村确认')).toBeHidden();
});

test('the network goes: what is saved waits on the phone and is sent once', async ({ page, context, anotherPerson, allow }, info) => {
  allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|Failed to load resource/);
  const door = await code(anotherPerson);
  await settle(page, door, `离线${info.project.name === 'phone' ? '上' : '下'}村`);
  await page.goto('/m');
  await expect
    .poll(() => page.evaluate(async () => !!(await (await caches.open('phone-pages-1')).match('/phone-fetched'))), { timeout: 30_000 })
    .toBe(true);

  await context.setOffline(true);
  await openPopulation(page);
  for (const year of ['2019', '2020']) {
    await button(page, '登记').click();
    await expect(page.locator('html')).toHaveAttribute('data-alive', '');
    await fillYear(page, year);
    await button(page, '保存').click();
    await expect(page.getByText(year === '2019' ? '有 1 条内容待提交' : '有 2 条内容待提交')).toBeVisible();
  }
  await context.setOffline(false);
  await expect(page.getByText('2 条内容已提交')).toBeVisible();
  await page.goto('/m/population');
  await expect(page.locator('.record-card')).toHaveCount(2);
});

test('a phone that dies keeps what was typed, and so does the next phone', async ({ page, context, anotherPerson }, info) => {
  const door = await code(anotherPerson);
  const name = `断电${info.project.name === 'phone' ? '上' : '下'}村`;
  await settle(page, door, name);
  await page.goto('/m/population?open=new');
  await expect(page.locator('html')).toHaveAttribute('data-alive', '');
  await page.getByLabel('户籍人口', { exact: true }).fill('321');
  await page.close();

  const again = await context.newPage();
  await again.goto('/m/population?open=new');
  await expect(again.getByLabel('户籍人口', { exact: true })).toHaveValue('321');
  await expect(again.getByText('已恢复上次未保存的内容')).toBeVisible();

  // The server has it too, by the account: a second phone goes on.
  const kept = again.waitForResponse((response) => response.url().endsWith('/api/keep_draft') && response.ok());
  await again.getByLabel('常住人口', { exact: true }).fill('300');
  await kept;
  const other = await anotherPerson();
  await other.goto(door);
  await button(other, '账号登录').click();
  await other.getByLabel('登录名称').selectOption({ label: name });
  await other.getByLabel('密码', { exact: true }).fill('Huajiao-2026');
  await button(other, '登录').click();
  await expect(other.getByRole('heading', { level: 1, name })).toBeVisible();
  await other.goto('/m/population?open=new');
  await expect(other.getByLabel('户籍人口', { exact: true })).toHaveValue('321');
  await expect(other.getByLabel('常住人口', { exact: true })).toHaveValue('300');
});

