// 字典与参数, 行政区划 (spec S9.2, S9.3): what the system administrator changes holds for everybody at once.

import type { Page } from '@playwright/test';
import { alive, choose, enter, expect, expectAccessible, fill, fresh, open, shot, test, visit } from '../fixtures';

test.skip(({ isMobile }) => isMobile, '系统管理 is work at a desk');

/** Tries a change of a division and carries it out. */
async function carryOut(page: Page, kind: string): Promise<void> {
  await page.getByRole('button', { name: '试算' }).click();
  await page.getByRole('region', { name: '试算结果' }).getByRole('button', { name: '确认执行' }).click();
  await expect(page.getByRole('status').filter({ hasText: `${kind}：已完成，立即生效` })).toBeVisible();
}

async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page);
  await shot(page, `dictionaries-${name}`);
}

/** The labels that a new record of 人员摸排 offers for 人员类别. */
async function categories(page: Page): Promise<string[]> {
  await choose(page, '人员摸排');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await page.getByRole('dialog', { name: '提示' }).getByRole('button', { name: '确定' }).click();
  const choices = page.getByRole('dialog', { name: /^新增/ }).getByLabel('人员类别', { exact: true }).locator('option');
  await expect(choices.filter({ hasText: '公务员' })).toHaveCount(1);
  const labels = (await choices.allInnerTexts()).map((text) => text.trim());
  await visit(page, '/home');
  return labels;
}

test('an option is added, renamed and ended, and a village chooses accordingly', async ({ page, anotherPerson }) => {
  const village = await anotherPerson();
  await enter(village, '530102010004', '/home');
  await enter(page, 'sys-01', '/home');
  await choose(page, '字典与参数');
  await page.getByRole('navigation', { name: '列表' }).getByRole('link', { name: /^人员类别/ }).click();
  await expect(page.getByRole('heading', { level: 2, name: '人员类别' })).toBeVisible();
  await expect(page.getByText('使用该列表的栏目：')).toContainText('人员摸排·人员类别');
  const adding = page.getByRole('form', { name: '新增选项' });
  const [first, second] = [fresh('驻村工作队员'), fresh('驻村第一书记')];

  // Refused, and what was typed is still there.
  await fill(adding, { 新选项: '公务员' });
  await adding.getByRole('button', { name: '新增' }).click();
  await expect(adding.getByRole('alert')).toHaveText('列表中已有该名称');
  await expect(adding.getByLabel('新选项')).toHaveValue('公务员');
  await look(page, 'refused');

  await fill(adding, { 新选项: first });
  await adding.getByRole('button', { name: '新增' }).click();
  await expect(page.getByRole('status').filter({ hasText: '保存成功，已立即生效' })).toBeVisible();
  const line = page.getByRole('row').filter({ hasText: first });
  await expect(line).toContainText('启用');
  await look(page, 'added');
  expect(await categories(village)).toContain(first);

  await alive(page);
  await line.getByLabel(`编辑 ${first}`).click();
  const renaming = page.getByRole('form', { name: `更名 ${first}` });
  await look(page, 'editing');
  await fill(renaming, { 名称: second });
  await renaming.getByRole('button', { name: '更名' }).click();
  const renamed = page.getByRole('row').filter({ hasText: second });
  await expect(renamed).toBeVisible();
  expect(await categories(village)).toContain(second);

  await alive(page);
  await renamed.getByLabel(`编辑 ${second}`).click();
  await page.getByRole('form', { name: `停用 ${second}` }).getByRole('button', { name: '停用' }).click();
  await expect(renamed).toContainText('已停用');
  const offered = await categories(village);
  expect(offered).not.toContain(second);
  expect(offered).toContain('公务员');
});

test('a parameter that cannot be is refused beside it, one that can holds at once', async ({ page, anotherPerson }) => {
  await enter(page, 'sys-01', '/parameters');
  const group = page.getByRole('listitem').filter({ has: page.getByLabel('QQ群号') });
  const was = await group.getByLabel('QQ群号').inputValue();
  await group.getByLabel('QQ群号').fill('12a');
  await group.getByRole('button', { name: '保存' }).click();
  await expect(group.getByRole('alert')).toBeVisible();
  await expect(group.getByLabel('QQ群号')).toHaveValue('12a');
  await look(page, 'parameter-refused');
  await group.getByLabel('QQ群号').fill('812345678');
  await group.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('status').filter({ hasText: '保存成功，已立即生效' })).toBeVisible();
  const guest = await anotherPerson();
  await visit(guest, '/login');
  await expect(guest.getByText('812345678')).toBeVisible();
  // Others read the number too.
  await alive(page);
  await group.getByLabel('QQ群号').fill(was);
  await group.getByRole('button', { name: '保存' }).click();
  await visit(guest, '/login');
  await expect(guest.getByText(was)).toBeVisible();

  // A county has parameters of its own, and no others.
  const county = await anotherPerson();
  open('530103-zr');
  await enter(county, '530103-zr', '/home');
  await choose(county, '参数');
  await expect(county.getByLabel('QQ群号')).toHaveCount(0);
  await county.getByLabel('自然村注册免确认').selectOption({ label: '是' });
  await county.getByRole('button', { name: '保存' }).click();
  await expect(county.getByRole('status').filter({ hasText: '保存成功，已立即生效' })).toBeVisible();
  await expect(county.getByLabel('自然村注册免确认')).toHaveValue('1');
  await look(county, 'parameter-county');
});

test('a village is renamed after a trial, and its people see the new name', async ({ page, anotherPerson }) => {
  const [code, account] = test.info().retry === 0 ? ['530102001002', '水晶宫居委会'] : ['530102001003', '五华山居委会'];
  const name = `${fresh('试点')}社区居民委员会`;
  await enter(page, 'sys-01', '/home');
  await choose(page, '行政区划');
  await page.getByLabel('名称或代码').fill(code);
  await page.getByRole('button', { name: '查询' }).click();
  await expect(page).toHaveURL(new RegExp(`text=${code}`));
  const table = page.getByRole('region', { name: '行政区划列表' });
  await expect(table.getByRole('row')).toHaveCount(2);
  await look(page, 'divisions-found');
  const before = await table.getByRole('link').innerText();
  await table.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: before })).toBeVisible();
  await page.getByRole('navigation', { name: '调整类型' }).getByRole('link', { name: '更名' }).click();
  const form = page.getByRole('form', { name: '更名' });
  await form.getByRole('button', { name: '试算' }).click();
  await expect(form.getByRole('alert').first()).toBeVisible();
  await look(page, 'division-refused');
  await fill(form, { 新名称: name, 批准文号: '五政复〔2026〕1号' });
  await form.getByRole('button', { name: '试算' }).click();
  const tried = page.getByRole('region', { name: '试算结果' });
  await expect(tried).toContainText(name);
  await look(page, 'division-tried');

  const village = await anotherPerson();
  await enter(village, code, '/home');
  await expect(village.getByRole('navigation', { name: '账户' })).toContainText(account);
  await tried.getByRole('button', { name: '确认执行' }).click();
  await expect(page.getByRole('status').filter({ hasText: '更名：已完成，立即生效' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await visit(village, '/home');
  await expect(village.getByRole('navigation', { name: '账户' })).toContainText('试点');
  await visit(page, '/divisions');
  await expect(page.getByRole('region', { name: '区划调整记录' }).getByRole('row').nth(1)).toContainText('更名');
  await look(page, 'divisions-changed');

  // The former name still finds it.
  await page.getByLabel('名称或代码').fill(before);
  await page.getByRole('button', { name: '查询' }).click();
  await expect(table).toContainText(name);
});

test('an alias that was added by mistake is dropped again', async ({ page }) => {
  await enter(page, 'sys-01', `/divisions/53010300200${1 + test.info().retry}`);
  const kinds = page.getByRole('navigation', { name: '调整类型' });
  await expect(kinds.getByRole('link', { name: '删除别名' })).toHaveCount(0);
  await kinds.getByRole('link', { name: '添加别名' }).click();
  await fill(page, { 别名: '凤凰寨' });
  await carryOut(page, '添加别名');
  await expect(page.getByText('别名：凤凰寨')).toBeVisible();
  await kinds.getByRole('link', { name: '删除别名' }).click();
  await page.getByRole('button', { name: '试算' }).click();
  await expect(page.getByRole('alert')).toHaveText('请选择要删除的别名');
  await page.getByLabel('别名', { exact: true }).selectOption('凤凰寨');
  await look(page, 'division-alias-dropped');
  await carryOut(page, '删除别名');
  await expect(page.getByText('别名：凤凰寨')).toHaveCount(0);
});

test('a village is entered, abolished again, and stays listed with its last day', async ({ page }) => {
  const [called, code] = [`${fresh('云杉')}村`, `5301030022${90 - 10 * test.info().retry}`];
  await enter(page, 'sys-01', '/divisions/530103002');
  const kinds = page.getByRole('navigation', { name: '调整类型' });
  await kinds.getByRole('link', { name: '新增下级区划' }).click();
  await fill(page, { 名称: `${called}村民委员会`, 新代码: code });
  await carryOut(page, '新增下级区划');
  const table = page.getByRole('region', { name: '行政区划列表' });
  const find = async (state: string) => {
    await visit(page, '/divisions');
    await page.getByLabel('名称或代码').fill(called);
    await page.getByLabel('状态', { exact: true }).selectOption(state);
    await page.getByRole('button', { name: '查询' }).click();
    await expect(page).toHaveURL(/text=/);
  };
  await find('已失效');
  await expect(table).toContainText('暂无数据');
  await find('现行');
  await table.getByRole('link', { name: `${called}村民委员会` }).click();
  await kinds.getByRole('link', { name: '撤销' }).click();
  await carryOut(page, '撤销');
  await find('已失效');
  const line = table.getByRole('row').nth(1);
  await expect(line).toContainText(code);
  await expect(line.getByRole('cell').last()).toHaveText(/^\d{4}-\d{2}-\d{2}$/);
  await expect(line.getByRole('link')).toHaveCount(0);
  await look(page, 'divisions-ended');
});

test('villages are merged, moved and split, each after a trial', async ({ page }) => {
  test.setTimeout(240_000);
  await enter(page, 'sys-01', '/divisions/530103002');
  const kinds = page.getByRole('navigation', { name: '调整类型' });
  const heading = (name: string) => page.getByRole('heading', { level: 1, name });
  for (const [name, code] of [['青松村村民委员会', '530103002291'], ['翠柏村村民委员会', '530103002292']]) {
    await visit(page, '/divisions/530103002');
    await kinds.getByRole('link', { name: '新增下级区划' }).click();
    await fill(page, { 名称: name, 新代码: code });
    await carryOut(page, '新增下级区划');
  }
  // What stands beside it is offered by its name.
  await visit(page, '/divisions/530103002292');
  await kinds.getByRole('link', { name: '并入其他区划' }).click();
  await expect(page.locator('#c-targets option[value="530103002291"]')).toHaveCount(1);
  await fill(page, { 并入的区划代码: '530103002292' });
  await page.getByRole('button', { name: '试算' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await fill(page, { 并入的区划代码: '530103002291' });
  await look(page, 'division-merge');
  await carryOut(page, '并入其他区划');
  await visit(page, '/divisions/530103002291');
  await expect(heading('青松村村民委员会')).toBeVisible();
  await kinds.getByRole('link', { name: '拆分' }).click();
  await fill(page, { 新名称: '青松东村村民委员会、青松西村村民委员会' });
  await carryOut(page, '拆分');
  // One of them goes to the next township.
  await visit(page, '/divisions');
  await page.getByLabel('名称或代码').fill('青松西村');
  await page.getByRole('button', { name: '查询' }).click();
  await expect(page).toHaveURL(/text=/);
  const table = page.getByRole('region', { name: '行政区划列表' });
  await table.getByRole('link', { name: '青松西村村民委员会' }).click();
  await kinds.getByRole('link', { name: '调整隶属（变更代码）' }).click();
  await fill(page, { '新的乡镇(街道)代码': '530103003' });
  await carryOut(page, '调整隶属（变更代码）');
  await expect(heading('青松西村村民委员会')).toBeVisible();
  await expect(page).toHaveURL(/divisions\/530103003/);
  await look(page, 'division-moved');
  const changes = page.getByRole('region', { name: '区划调整记录' });
  await visit(page, '/divisions');
  for (const kind of ['并入其他区划', '拆分', '调整隶属（变更代码）']) {
    await expect(changes).toContainText(kind);
  }
});
