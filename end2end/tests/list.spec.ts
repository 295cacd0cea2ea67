// The list page (spec 4.1, ux 4–10), looked at by the county and the village over 组织发动 and 培训学习 of the demo data.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { alive, enter, expect, row, test, visit } from '../fixtures';
import { cells, sheetXml } from '../workbook';

const query = (page: Page) => page.getByRole('search', { name: '查询' });
const choice = (page: Page, name: string) => query(page).getByRole('combobox', { name, exact: true });
const total = (page: Page, count: number) =>
  expect(page.getByRole('navigation', { name: '分页' })).toContainText(`共 ${count} 条`);
const lines = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('checkbox', { name: /^选择第/ }) });
const count = async (page: Page) =>
  Number(/共 (\d+) 条/.exec(await page.getByRole('navigation', { name: '分页' }).innerText())![1]);
const column = async (page: Page, title: string) => {
  const heads = await page.getByRole('columnheader').allInnerTexts();
  const at = heads.findIndex((head) => head.replace(/[↑↓]/, '').trim() === title);
  return lines(page).evaluateAll((all, at) => all.map((line) => line.children[at].textContent!.trim()), at);
};

test('the query bar narrows the list, and the address says so', async ({ page, isMobile }) => {
  await enter(page, '530102-zr', '/desk/mobilization');
  // A phone has no room for what is fixed anyway.
  if (!isMobile) await expect(choice(page, '县(市、区)'), 'the own county is fixed').toBeDisabled();
  const text = query(page).getByRole('searchbox', { name: '关键字' });
  await text.fill('广播');
  await text.press('Enter');
  await expect(page).toHaveURL(/text=/);
  await expect(row(page, '农村广播喇叭巡回宣传')).toBeVisible();
  await expect(row(page, '三多居委会党员大会')).toHaveCount(0);

  await text.fill('');
  await choice(page, '组织形式').selectOption('主题党日活动');
  await choice(page, '组织方式').selectOption('自行组织');
  await query(page).getByRole('button', { name: '查询' }).click();
  await expect(row(page, '“我为家乡献一策”主题党日活动')).toBeVisible();
  expect(new Set(await column(page, '组织形式'))).toEqual(new Set(['主题党日活动']));

  await page.reload();
  await alive(page);
  await expect(choice(page, '组织形式').locator('option:checked')).toHaveText('主题党日活动');
  expect(new Set(await column(page, '组织形式'))).toEqual(new Set(['主题党日活动']));

  await choice(page, '组织方式').selectOption('参与');
  await query(page).getByRole('button', { name: '查询' }).click();
  await expect(page.getByText('暂无数据')).toBeVisible();
  await total(page, 0);
  await query(page).getByRole('button', { name: '清除关键字' }).click();
  await expect(page).toHaveURL(/\/desk\/mobilization$/);
  await expect(lines(page)).toHaveCount(20);
});

test('清除关键字 empties the bar', async ({ page }) => {
  await enter(page, '530102-zr', '/desk/mobilization');
  await query(page).getByRole('searchbox', { name: '关键字' }).fill('会');
  await choice(page, '组织形式').selectOption('动员部署会');
  await choice(page, '组织方式').selectOption('参与');
  await query(page).getByRole('button', { name: '查询' }).click();
  await expect(page).toHaveURL(/participation=join/);
  await query(page).getByRole('button', { name: '清除关键字' }).click();
  await expect(lines(page)).toHaveCount(20);
  await expect(query(page).getByRole('searchbox', { name: '关键字' })).toHaveValue('');
  await expect(choice(page, '组织形式')).toHaveValue('');
  await expect(choice(page, '组织方式')).toHaveValue('');
});

test('what is typed while the answer is on its way stays in the bar', async ({ page }) => {
  await enter(page, '530102-zr', '/desk/mobilization');
  const text = query(page).getByRole('searchbox', { name: '关键字' });
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/desk_page', async (route) => {
    await asked;
    await route.continue();
  });
  await text.fill('广播');
  await text.press('Enter');
  await expect(page).toHaveURL(/text=[^&]+$/);
  await text.fill('公开信');
  await choice(page, '组织形式').selectOption('广播喇叭宣传');
  answer();
  await expect(lines(page)).not.toHaveCount(20);
  await expect(text).toHaveValue('公开信');
  await expect(choice(page, '组织形式').locator('option:checked')).toHaveText('广播喇叭宣传');
  await page.unroute('**/api/desk_page');

  // Whoever asks for something else, or for nothing any more, does not find it again.
  await query(page).getByRole('button', { name: '清除关键字' }).click();
  await expect(lines(page)).toHaveCount(20);
  await expect(text).toHaveValue('');
  await text.fill('没有查询');
  await query(page).getByRole('button', { name: '清除关键字' }).click();
  await expect(text).toHaveValue('');
});

test('back and forward go through the queries, and the bar goes with them', async ({ page }) => {
  await enter(page, '530102-zr', '/desk/mobilization');
  const text = query(page).getByRole('searchbox', { name: '关键字' });
  await text.fill('公开信');
  await text.press('Enter');
  await expect(page).toHaveURL(/text=/);
  // The answer draws the bar anew: Enter would go to one that is no longer there.
  await expect(lines(page)).not.toHaveCount(20);
  await text.fill('广播');
  await text.press('Enter');
  await expect(row(page, '农村广播喇叭巡回宣传')).toBeVisible();
  await expect(text, 'whoever asked types on').toBeFocused();
  await page.goBack();
  await expect(row(page, '农村广播喇叭巡回宣传')).toHaveCount(0);
  await expect(text, 'the bar says what the list shows').toHaveValue('公开信');
  await page.goBack();
  await expect(text).toHaveValue('');
  await expect(lines(page)).toHaveCount(20);
  await page.goForward();
  await expect(text).toHaveValue('公开信');
});

test('the cascade goes down level by level', async ({ page }) => {
  await enter(page, '530100-zr', '/desk/mobilization');
  await expect(choice(page, '乡镇(街道)').locator('option')).toHaveCount(1);
  await choice(page, '县(市、区)').selectOption('五华区');
  await expect(choice(page, '乡镇(街道)').locator('option', { hasText: '西翥街道' })).toHaveCount(1);
  await choice(page, '乡镇(街道)').selectOption('西翥街道');
  await choice(page, '行政村(社区)').selectOption('三多社区');
  await expect(row(page, '三多居委会党员大会')).toBeVisible();
  await expect.poll(async () => new Set(await column(page, '行政村(社区)'))).toEqual(new Set(['三多社区']));
  await total(page, 4);
  await choice(page, '乡镇(街道)').selectOption('红云街道');
  await expect(row(page, '红云街道党员大会'), 'the village of another township is dropped').toBeVisible();
  await expect(choice(page, '行政村(社区)')).toHaveValue('');
  await choice(page, '县(市、区)').selectOption('盘龙区');
  await expect(page.getByText('暂无数据')).toBeVisible();
});

test('a heading sorts up, down and not at all', async ({ page }) => {
  await enter(page, '530102-zr', '/desk/training?township=530102010');
  const heading = page.getByRole('columnheader', { name: '培训日期' });
  const newestFirst = await column(page, '培训名称');
  await heading.getByRole('link').click();
  await expect(heading).toHaveAttribute('aria-sort', 'ascending');
  const up = await column(page, '培训日期');
  expect(up).toEqual([...up].sort());
  await heading.getByRole('link').click();
  await expect(heading).toHaveAttribute('aria-sort', 'descending');
  const down = await column(page, '培训日期');
  expect(down).toEqual([...down].sort().reverse());
  await heading.getByRole('link').click();
  await expect(heading).not.toHaveAttribute('aria-sort', /./);
  await expect.poll(() => column(page, '培训名称')).toEqual(newestFirst);

  await page.getByRole('columnheader', { name: '培训人数' }).getByRole('link').click();
  await expect(page.getByRole('columnheader', { name: '培训人数' })).toHaveAttribute('aria-sort', 'ascending');
  const numbers = (await column(page, '培训人数')).map(Number);
  expect(numbers, 'numbers sort as numbers').toEqual([...numbers].sort((one, other) => one - other));
});

test('pages, their size and the running number', async ({ page }) => {
  await enter(page, '530102-zr', '/desk/mobilization?township=530102010');
  const pages = page.getByRole('navigation', { name: '分页' });
  const all = await count(page);
  expect(all).toBeGreaterThan(20);
  await expect(lines(page)).toHaveCount(20);
  expect(await column(page, '序号')).toEqual(Array.from({ length: 20 }, (_, at) => `${at + 1}`));
  const firstPage = await column(page, '工作事项');
  await pages.getByRole('link', { name: '下一页' }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(lines(page).first().getByRole('cell', { name: '21', exact: true })).toBeVisible();
  const secondPage = await column(page, '工作事项');
  expect(secondPage.filter((title) => firstPage.includes(title)), 'nothing twice').toEqual([]);
  await page.goBack();
  await expect.poll(async () => (await column(page, '序号'))[0]).toBe('1');

  await pages.getByRole('combobox', { name: '每页条数' }).selectOption('50 条/页');
  await expect(page).toHaveURL(/size=50/);
  await expect(lines(page)).toHaveCount(Math.min(all, 50));
  await pages.getByRole('combobox', { name: '每页条数' }).selectOption('20 条/页');
  await expect(lines(page)).toHaveCount(20);
  await pages.getByRole('spinbutton', { name: '前往页' }).fill('99');
  await pages.getByRole('spinbutton', { name: '前往页' }).press('Enter');
  await expect(page, 'not further than there are pages').toHaveURL(new RegExp(`page=${Math.ceil(all / 20)}`));
});

test('the choice of columns is remembered', async ({ page }) => {
  await enter(page, '530102-zr', '/desk/mobilization');
  const summary = page.getByRole('columnheader', { name: '内容简述' });
  await expect(summary).toBeVisible();
  await page.getByLabel('选择列').click();
  await page.getByRole('checkbox', { name: '内容简述' }).uncheck();
  await expect(summary).toBeHidden();
  await page.reload();
  await alive(page);
  await expect(summary, 'after a reload').toBeHidden();
  await visit(page, '/desk/training');
  await expect(page.getByRole('columnheader', { name: '培训名称' }), 'other lists keep theirs').toBeVisible();
});

test('a row opens by its name, by a double click and by Enter', async ({ page }) => {
  await enter(page, '530102010004', '/desk/mobilization');
  const read = page.getByRole('dialog', { name: '查看 组织发动' });
  const close = () => read.getByRole('button', { name: '关闭', exact: true }).click();
  const line = row(page, '三多居委会党员大会');
  await line.getByRole('link', { name: '三多居委会党员大会' }).click();
  await expect(read.getByText('三多居委会党员大会', { exact: true })).toBeVisible();
  await expect(page).toHaveURL(/open=/);
  await close();
  await expect(read).toHaveCount(0);
  await line.getByRole('cell', { name: '党员大会', exact: true }).dblclick();
  await expect(read).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(read).toHaveCount(0);
  await line.focus();
  await page.keyboard.press('Enter');
  await expect(read).toBeVisible();
  await page.reload();
  await alive(page);
  await expect(read, 'the address holds it open').toBeVisible();
  await page.goBack();
  await expect(read).toHaveCount(0);
  await expect(line).toBeVisible();
});

test('编辑 and 删除 of the toolbar want exactly one row', async ({ page }) => {
  await enter(page, '530102010004', '/desk/mobilization');
  const edit = page.getByRole('button', { name: '编辑', exact: true });
  const remove = page.getByRole('button', { name: '删除', exact: true });
  await expect(edit).toBeDisabled();
  await page.getByRole('checkbox', { name: '选择第1行' }).check();
  await expect(edit).toBeEnabled();
  await expect(remove).toBeEnabled();
  await page.getByRole('checkbox', { name: '选择第2行' }).check();
  await expect(edit).toBeDisabled();
  await expect(remove).toBeDisabled();
  await page.getByRole('checkbox', { name: '全选本页' }).check();
  await expect(page.getByRole('checkbox', { name: '选择第3行' })).toBeChecked();
  await page.getByRole('checkbox', { name: '全选本页' }).uncheck();
  await expect(edit).toBeDisabled();
});

test('导出 downloads what the filter shows', async ({ page }) => {
  await enter(page, '530102-zr', '/desk/training?township=530102010');
  await choice(page, '培训方式').selectOption('线上');
  await query(page).getByRole('button', { name: '查询' }).click();
  await expect(page).toHaveURL(/method=online/);
  await expect.poll(async () => new Set(await column(page, '培训方式'))).toEqual(new Set(['线上']));
  const all = await count(page);
  const titles = await column(page, '培训名称');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出' }).click();
  expect((await download).suggestedFilename()).toMatch(/^培训学习_\d{14}\.xlsx$/);
  const workbook = await readFile(await (await download).path());
  const [head, ...body] = cells(workbook);
  expect(head.slice(0, 5)).toEqual(['序号', '州(市)', '县(市、区)', '乡镇(街道)', '行政村(社区)']);
  expect(body.pop()?.join(''), 'the last row says who took it out').toMatch(/^五华区自然资源局（530102-zr）于 .* 导出，编号/);
  expect(body).toHaveLength(all);
  expect(body.map((line) => line[head.indexOf('培训名称')])).toEqual(titles);
  expect(new Set(body.map((line) => line[head.indexOf('培训方式')]))).toEqual(new Set(['线上']));
  expect(new Set(body.map((line) => line[head.indexOf('乡镇(街道)')]))).toEqual(new Set(['西翥街道']));
  expect(body.every((line) => Number(line[head.indexOf('培训人数(人)')]) > 0)).toBe(true);
  const xml = sheetXml(workbook);
  expect(xml, 'the header stays in view').toContain('state="frozen"');
  expect(xml).toContain('<autoFilter');
});
