// 台账信息 (manual 7, spec 11): from the province down to the record, and home as a workbook.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { choose, enter, expect, expectAccessible, shot, test, visit } from '../fixtures';
import { cells } from '../workbook';

const ledgers = (page: Page) => page.getByRole('navigation', { name: '台账', exact: true });
const groups = (page: Page) => page.getByRole('navigation', { name: '台账分类' });
const heads = async (page: Page) => {
  const all = await page.getByRole('columnheader').allInnerTexts();
  return all.map((head) => head.replace(/[↑↓]/g, '').trim());
};
const line = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) });

test('a county opens a ledger, goes down to the village, and from a number to the record', async ({ page }) => {
  await enter(page, '530102-zr', '/home');
  await choose(page, '台账信息');
  await expect(page.getByRole('heading', { name: '工作进度总台账' })).toBeVisible();
  await groups(page).getByRole('link', { name: '工作准备' }).click();
  await ledgers(page).getByRole('link', { name: '组织发动台账' }).click();
  await expect(page.getByRole('heading', { name: '组织发动台账' })).toBeVisible();
  await expect(page.getByText(/^截止时间：\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)).toBeVisible();
  await expect(line(page, '五华区本级')).toBeVisible();
  const sum = await page.getByRole('row').filter({ hasText: '合计' }).innerText();
  await line(page, '西翥街道').getByRole('link', { name: '西翥街道' }).click();
  await expect(line(page, '三多社区')).toBeVisible();
  await expect(page.getByRole('navigation', { name: '位置' })).toContainText('西翥街道');

  // 次数 is the first number behind the name.
  const number = line(page, '三多社区').getByRole('cell').nth(2).getByRole('link');
  const count = Number(await number.innerText());
  await number.click();
  await expect(page.getByText('只列出：')).toBeVisible();
  await expect(page.getByRole('navigation', { name: '分页' })).toContainText(`共 ${count} 条`);
  await page.getByRole('link', { name: '查看', exact: true }).first().click();
  await expect(page.getByRole('dialog', { name: /^查看 组织发动/ })).toBeVisible();
  await page.goBack();
  await expect(page.getByText('只列出：')).toBeVisible();
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('row').filter({ hasText: '合计' })).toHaveText(sum.replace(/\s+/g, ''));
});

test('a column sorts the table both ways', async ({ page }) => {
  await enter(page, '530102-zr', '/ledgers/candidates?region=530102010');
  const order = () => page.locator('tbody tr td:nth-child(3)').allInnerTexts();
  await page.getByRole('columnheader', { name: '摸排人数(人)' }).getByRole('link').click();
  await expect(page.getByRole('columnheader', { name: '摸排人数(人)' })).toHaveAttribute('aria-sort', 'descending');
  const down = (await order()).map((text) => Number(text.replace(/,/g, '')));
  expect(down).toEqual([...down].sort((left, right) => right - left));
  await page.getByRole('columnheader', { name: '摸排人数(人)' }).getByRole('link').click();
  await expect(page).toHaveURL(/region=530102010$/);
});

test('what is shown and everything below it go home as workbooks', async ({ page }) => {
  await enter(page, '530102-zr', '/ledgers/mobilization');
  const take = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    expect(download.suggestedFilename()).toMatch(/^组织发动台账_\d{14}\.xlsx$/);
    return cells(await readFile((await download.path())!));
  };
  const shown = await take('导出 Excel');
  expect(shown[0][0]).toBe('组织发动台账（昆明市 / 五华区）');
  expect(shown[1][0]).toMatch(/^截止时间：.*五华区自然资源局（530102-zr）于 .* 导出/);
  expect(shown.at(-1)![1]).toBe('合计');
  const all = await take('导出全部');
  expect(all.map((row) => row[1])).toContain('三多社区');
});

test('工作情况通报 goes to the leaders in one click, as Word and as Excel', async ({ page }) => {
  await enter(page, '530102-zr', '/ledgers/progress');
  await shot(page, 'ledger-progress');
  for (const [kind, name] of [['Word', '.docx'], ['Excel', '.xlsx']]) {
    const button = page.getByRole('button', { name: `工作情况通报（${kind}）` });
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(download.suggestedFilename()).toBe(`五华区“干部规划家乡行动”工作情况通报${name}`);
  }
  await visit(page, '/ledgers/progress?region=530102010004');
  await expect(page.getByRole('button', { name: '导出 Excel' })).toBeVisible();
  await expect(page.getByRole('button', { name: /工作情况通报/ })).toHaveCount(0);
});

test('the days narrow what is counted', async ({ page }) => {
  await enter(page, '530102-zr', '/ledgers/training');
  const bar = page.getByRole('search', { name: '查询' });
  await bar.getByLabel('起').fill('2035-01-01');
  await bar.getByRole('button', { name: '查询' }).click();
  await expect(page).toHaveURL(/from=2035-01-01/);
  await expect(page.getByRole('row').filter({ hasText: '合计' }).getByRole('cell').nth(2)).toHaveText('0');
});

test('progress at a glance: shades and bars, with the numbers beside them', async ({ page }) => {
  await enter(page, '53-zr', '/ledgers/planning_steps');
  await page.getByRole('navigation', { name: '视图' }).getByRole('link', { name: '热力图' }).click();
  await expect(page.getByRole('list', { name: '规划编制环节明细台账：各地平均完成率' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: '昆明市' })).toBeVisible();
  await page.getByRole('rowheader', { name: '昆明市' }).getByRole('link').click();
  await expect(page.getByRole('rowheader', { name: '五华区' })).toBeVisible();
  await shot(page, 'ledger-heat');
  await expectAccessible(page);
  await page.getByRole('navigation', { name: '视图' }).getByRole('link', { name: '图示' }).click();
  await page.getByLabel('指标').selectOption({ label: '规划编制 完成数 底图底数' });
  await expect(page.getByRole('list', { name: '规划编制 完成数 底图底数' })).toBeVisible();
  await shot(page, 'ledger-bars');
  await expectAccessible(page);
});

test('the list behind the steps names every village with its steps', async ({ page }) => {
  await enter(page, '530102010', '/ledgers/planning_steps?view=villages');
  expect(await heads(page)).toContain('停留天数');
  const planned = page.getByRole('row').filter({ hasText: '东村社区' });
  await expect(planned.getByRole('link', { name: '是', exact: true }).first()).toBeVisible();
  await expect(planned.getByRole('cell', { name: /^\d{4}-\d{2}-\d{2}$/ }).first()).toBeVisible();
  // Who has waited longest stands first.
  await page.getByRole('columnheader', { name: '停留天数' }).getByRole('link').click();
  await expect(page.getByRole('columnheader', { name: '停留天数' })).toHaveAttribute('aria-sort', 'descending');
});

test('both tables division by division, down to the villages', async ({ page }) => {
  await enter(page, '530102-zr', '/ledgers/indicators');
  const view = page.getByRole('navigation', { name: '视图' }).getByRole('link', { name: '分区划汇总' });
  await view.click();
  await expect(view).toHaveAttribute('aria-current', 'page');
  expect((await heads(page)).slice(0, 4)).toEqual(['序号', '乡镇(街道)', '已填报(个)', '行政村总数(个)']);
  await expect(page.getByRole('row').filter({ hasText: '合计' })).toHaveCount(1);
  await page.getByRole('cell', { name: '西翥街道' }).getByRole('link').click();
  await expect(page).toHaveURL(/view=divisions/);
  await expect(line(page, '东村社区')).toHaveCount(1);
  await shot(page, 'ledger-divisions');
  await expectAccessible(page);
});

test('a list is narrowed by what it shows', async ({ page, isMobile }) => {
  await enter(page, '530102-zr', '/ledgers/baseline_survey?view=records');
  const bar = page.getByRole('search', { name: '查询' });
  const all = page.getByRole('navigation', { name: '分页' });
  const before = await all.innerText();
  await bar.getByText('展开').click();
  await bar.getByLabel('是否含重点项目').selectOption({ label: '是' });
  await expect(page).toHaveURL(/has_key_project=1/);
  await expect(all).not.toHaveText(before);
  // What is chosen stays in sight.
  await expect(bar.getByLabel('是否含重点项目')).toBeVisible();
  if (!isMobile) {
    await shot(page, 'ledger-narrowed');
  }
  // Another view is not narrowed by it.
  await page.getByRole('navigation', { name: '视图' }).getByRole('link', { name: '统计表' }).click();
  await expect(page).not.toHaveURL(/has_key_project/);
});

for (const [name, key] of [['province', '53-zr'], ['village', '530102010004']]) {
  test(`every ledger of the ${name}`, async ({ page, isMobile }) => {
    test.skip(isMobile, 'the same pages; the journeys above look at them on a phone');
    test.setTimeout(900_000);
    await enter(page, key, '/ledgers');
    const addresses: string[] = [];
    for (const group of await groups(page).getByRole('link').all()) {
      const address = await group.getAttribute('href');
      addresses.push(address!);
    }
    for (const first of addresses) {
      await visit(page, first);
      for (const tab of await ledgers(page).getByRole('link').all()) {
        await tab.click();
        await expect(tab).toHaveAttribute('aria-current', 'page');
        await expect(page.getByRole('heading', { level: 2 })).toHaveText(await tab.innerText());
        const views = page.getByRole('navigation', { name: '视图' }).getByRole('link');
        for (let at = 0; at < (await views.count()); at += 1) {
          await views.nth(at).click();
          await expect(views.nth(at)).toHaveAttribute('aria-current', 'page');
          await expect(page.getByText('没有找到该内容')).toHaveCount(0);
        }
        await shot(page, `${name}-ledger-${new URL(page.url()).pathname.split('/')[2]}`);
      }
    }
  });
}

test('a ledger is read without JavaScript', { tag: '@noscript' }, async ({ page }) => {
  await enter(page, '530102-zr', '/ledgers/mobilization');
  await line(page, '西翥街道').getByRole('link', { name: '西翥街道' }).click();
  await expect(line(page, '三多社区')).toBeVisible();
  await page.getByRole('navigation', { name: '视图' }).getByRole('link', { name: '组织发动明细' }).click();
  await expect(page.getByRole('link', { name: '查看', exact: true }).first()).toBeVisible();
});
