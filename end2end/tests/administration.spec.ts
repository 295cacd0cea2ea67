// 系统管理 (spec S9.1, S9.5–S9.7): accounts in bulk, the three administrators, the log, complaints and their answers.

import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import {
  alive,
  choose,
  enter,
  expect,
  expectAccessible,
  fill,
  fresh,
  openAccountMenu,
  row,
  shot,
  signIn,
  test,
  visit,
} from '../fixtures';
import { cells } from '../workbook';

test.skip(({ isMobile }) => isMobile, '系统管理 is work at a desk');

/** A township outside the demo county: nobody has signed in there yet. */
const TOWNSHIP = '530103001';
const NEW_PASSWORD = 'Terrace-1988';

async function rows(download: Promise<Download>): Promise<string[][]> {
  return cells(await readFile(await (await download).path()));
}

async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page);
  await shot(page, `administration-${name}`);
}

/** 确定 in the question that a button asks. */
async function agree(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
}

test('first passwords in bulk, the first sign-in, and 停用 that ends it', async ({ page, anotherPerson, allow }) => {
  test.setTimeout(360_000);
  // Whoever is signed out in the middle may just be asking for the numbers of the menu.
  allow(/status of 401/);
  await enter(page, 'sys-01', '/home');
  await choose(page, '账号管理');
  await look(page, 'accounts');
  await visit(page, `/accounts/missing?region=${TOWNSHIP}`);
  await expect(page.getByText(/^范围：.*拓东街道/)).toBeVisible();
  await look(page, 'missing');
  await expect(page.getByLabel(/同时为 \d+ 个从未登录的账号/)).toBeChecked();
  await page.getByRole('button', { name: '重新生成初始密码' }).click();
  const link = page.getByRole('button', { name: '下载账号及初始密码' });
  await expect(link).toBeVisible();
  await look(page, 'made');
  const address = await link.getAttribute('href');
  const downloading = page.waitForEvent('download');
  await link.click();
  const table = await rows(downloading);
  expect(table[1]).toEqual(['序号', '所属区划', '账号种类', '账号名称', '登录名', '一次性初始密码']);
  const village = table.find((line) => line[2] === '行政村账号')!;
  // Once, and no second time.
  await page.goto(address!);
  await expect(page.getByRole('alert')).toContainText('该文件已被下载或已过期');

  const [, , , name, key, first] = village;
  const person = await anotherPerson();
  await signIn(person, key, first);
  await expect(person).toHaveURL(/\/password$/);
  await fill(person, {
    原密码: first,
    新密码: NEW_PASSWORD,
    确认新密码: NEW_PASSWORD,
    使用人姓名: '张三',
    使用人电话: '13812348000',
  });
  await person.getByRole('button', { name: '保存' }).click();
  await expect(person.getByRole('heading', { level: 1, name })).toBeVisible();
  await alive(person);

  await visit(page, `/accounts?text=${key}`);
  const line = row(page, key);
  await expect(line).toContainText('138****8000');
  await expect(line).toContainText('启用');
  await line.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('本次登录')).toHaveCount(0);
  await look(page, 'account');
  await page.getByRole('button', { name: '停用' }).click();
  await expect(page.getByRole('dialog', { name: '停用' })).toContainText(`“${name}”`);
  await agree(page);
  await expect(page.getByText('账号已停用，已登录的会话已全部结束')).toBeVisible();
  await person.goto('/home');
  await expect(person).toHaveURL(/\/login\?next=/);
  await alive(page);
  await page.getByRole('button', { name: '启用' }).click();
  await agree(page);
  await expect(page.getByText('账号已启用')).toBeVisible();
});

test('a county makes the account of a village below it', async ({ page }) => {
  await enter(page, '530102-zr', '/home');
  await choose(page, '账号管理');
  await page.getByRole('button', { name: '新增', exact: true }).click();
  await expect(page.getByText('请先选择所属区划')).toBeVisible();
  await visit(page, '/accounts/new?region=530102001001');
  await expect(page.getByLabel('账号种类')).toHaveText('行政村账号');
  const key = `530102001001-8${test.info().retry || ''}`;
  await fill(page, { 账号名称: '翠湖西路居委会（三号）', 登录名: key });
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('status').filter({ hasText: '一次性密码' })).toContainText(key);
  await look(page, 'made-by-county');
  // Not for itself, and not for the neighbour.
  await visit(page, '/accounts/new?region=530102');
  await expect(page.getByText('请先选择所属区划')).toBeVisible();
  await visit(page, '/accounts/new?region=530103');
  await expect(page.getByLabel('账号名称')).toHaveCount(0);
});

test('an account of its own, and a password that is shown once', async ({ page, anotherPerson }) => {
  await enter(page, 'sys-01', '/accounts/new?region=530102001001');
  await fill(page, { 账号名称: '翠湖西路居委会（二号）', 登录名: '530102001001' });
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('该登录名已被使用')).toBeVisible();
  await expect(page.getByLabel('账号名称')).toHaveValue('翠湖西路居委会（二号）');
  await look(page, 'new');
  const key = `530102001001-9${test.info().retry || ''}`;
  await page.getByLabel('登录名').fill(key);
  await page.getByRole('button', { name: '保存' }).click();
  const told = page.getByRole('status').filter({ hasText: '一次性密码' });
  await expect(told).toContainText(key);
  const first = /密码：([0-9A-Za-z-]{19})/.exec(await told.innerText())![1];
  await look(page, 'told');
  const place = page.url();
  await page.reload();
  await expect(page.getByText('一次性密码')).toHaveCount(0);

  // The county above it gives it another one; the first is dead then.
  const county = await anotherPerson();
  await enter(county, '530102-zr', new URL(place).pathname);
  await county.getByRole('button', { name: '重置密码' }).click();
  await agree(county);
  await expect(county.getByRole('status').filter({ hasText: '一次性密码' })).toBeVisible();
  const person = await anotherPerson();
  await visit(person, `/login?account=${key}`);
  await person.getByLabel('密码', { exact: true }).fill(first);
  await person.getByRole('button', { name: '登录', exact: true }).click();
  await expect(person.getByRole('alert')).toBeVisible();
});

test('the audit administrator reads the log and takes it out; the security administrator sees who may do what', async ({
  page,
  anotherPerson,
}) => {
  await enter(page, 'aud-01', '/home');
  const menu = page.getByRole('navigation', { name: '菜单' }).getByRole('link');
  await expect(menu).toHaveText(['首页', '日志']);
  await choose(page, '日志');
  await expect(page.getByRole('row').filter({ hasText: /审计管理员 在 .* 已登录/ }).first()).toBeVisible();
  await look(page, 'log-sign-ins');
  await page.getByRole('navigation', { name: '标签页' }).getByRole('link', { name: '操作日志' }).click();
  await expect(page.getByRole('combobox', { name: '操作' })).toBeVisible();
  const change = page.getByRole('row').filter({ hasText: '变更内容' }).first();
  await change.getByText('变更内容').click();
  await look(page, 'log-operations');
  await page.getByRole('button', { name: '较早' }).click();
  await expect(page).toHaveURL(/before=/);
  await alive(page);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出' }).click();
  const table = await rows(downloading);
  expect(table[0][0]).toMatch(/^审计管理员（aud-01）于 .* 导出/);
  expect(table[1].slice(0, 4)).toEqual(['时间', '账号', '使用人', '操作']);
  expect(table.length).toBeGreaterThan(20);
  await visit(page, '/logs?tab=exports');
  await expect(page.getByRole('row').filter({ hasText: /审计管理员 在 .* 已导出：操作日志 \d+ 条/ }).first()).toBeVisible();
  await look(page, 'log-exports');

  // Who changed this: from one line to all lines about its record.
  await visit(page, '/logs?tab=operations');
  const about = page.getByRole('region', { name: '日志列表' }).getByRole('row');
  const number = about.getByRole('link').first();
  const record = (await number.getAttribute('title'))!;
  const end = await number.innerText();
  expect(record.endsWith(end)).toBe(true);
  await number.click();
  await expect(page.getByRole('searchbox', { name: '关键字' })).toHaveValue(record);
  await expect(about.filter({ has: page.getByRole('link', { name: end }) })).not.toHaveCount(0);
  await expect(about.filter({ hasNot: page.getByRole('link', { name: end }) })).toHaveCount(1);
  await look(page, 'log-record');
  await visit(page, '/logs?tab=operations&form=accounts');
  await expect(page.getByRole('combobox', { name: '对象' })).toHaveValue('accounts');

  const security = await anotherPerson();
  await enter(security, 'sec-01', '/rights');
  await expect(security.getByRole('row', { name: /名单报审/ }).first()).toBeVisible();
  await expect(security.getByRole('row', { name: /^台账信息/ })).toContainText('✔');
  await look(security, 'rights');
  await visit(security, '/logs');
  await expect(security.getByRole('navigation', { name: '标签页' }).getByRole('link')).toHaveText([
    '登录日志',
    '敏感信息查看日志',
  ]);
  await visit(security, '/logs?tab=operations');
  await expect(security.getByText('没有找到该内容')).toBeVisible();
});

test('a complaint and its answer', async ({ page, anotherPerson }) => {
  await enter(page, '530102010004', '/desk/training');
  const account = await openAccountMenu(page, '三多居委会');
  await account.getByRole('link', { name: '投诉建议' }).click();
  await expect(page.getByRole('heading', { name: '投诉建议' })).toBeVisible();
  await alive(page);
  const said = fresh('培训附件传不上去');
  await fill(page, { 内容: `${said}，请帮忙看看`, 联系方式: '13812348000' });
  await page.getByRole('button', { name: '提交' }).click();
  await expect(page.getByText('提交成功，感谢您的意见。')).toBeVisible();
  const own = page.getByRole('listitem').filter({ hasText: said });
  await expect(own.getByText('待处理')).toBeVisible();
  await look(page, 'complaint');

  const county = await anotherPerson();
  await enter(county, '530102-zr', '/desk/complaints');
  const line = county.getByRole('row').filter({ hasText: said });
  await expect(line).toContainText('138****8000');
  await expect(line).toContainText('/desk/training');
  await look(county, 'complaints');
  await line.getByRole('link', { name: '查看' }).click();
  await county.getByRole('dialog').getByRole('link', { name: '答复' }).or(county.getByRole('dialog').getByRole('button', { name: '答复' })).first().click();
  await county.getByLabel('回复').fill('已处理，请重新上传');
  await look(county, 'answer');
  await county.getByRole('dialog').getByRole('button', { name: /答复|确定/ }).last().click();
  await expect(line).toContainText('已答复');

  await visit(page, '/complaints');
  await expect(own.getByText('已处理，请重新上传')).toBeVisible();
  await look(page, 'answered');
});

test('an announcement stands on the portal, and those whom it is for read it', async ({ page, anotherPerson }) => {
  await visit(page, '/');
  await page.getByText('关于做好规划成果上报工作的公告').click();
  await expect(page.getByText('去掉红头和盖章后上传')).toBeVisible();
  await expect(page.getByText('昆明市填报培训安排')).toHaveCount(0);
  await look(page, 'portal');
  const system = await anotherPerson();
  await enter(system, 'sys-01', '/desk/announcements');
  await expect(system.getByRole('row').filter({ hasText: '昆明市填报培训安排' })).toBeVisible();
  await look(system, 'announcements');
});

test('who shares an account, and where it is signed in', async ({ page, anotherPerson }) => {
  await enter(page, '530102010002', '/profile');
  await fill(page, { 姓名: '李四', 电话: '13987654321' });
  await page.getByRole('button', { name: '增加使用人' }).click();
  await expect(page.getByText('保存成功')).toBeVisible();
  await look(page, 'profile');
  await page.getByRole('button', { name: '由 李四 使用' }).click();
  await expect(page.getByRole('row').filter({ hasText: '李四' }).getByText('本次使用人')).toBeVisible();

  // Who has left is removed; then signing in asks no more who it is.
  const users = page.locator('section').filter({ hasText: '多人共用账号' });
  await users.getByRole('button', { name: /^由 .+ 使用$/ }).click();
  await expect(page.getByRole('row').filter({ hasText: '李四' }).getByText('本次使用人')).toHaveCount(0);
  await alive(page);
  await users.getByRole('button', { name: '移除 李四' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect(page.getByRole('row').filter({ hasText: '李四' })).toHaveCount(0);
  const again = await anotherPerson();
  await enter(again, '530102010002', '/home');
});
