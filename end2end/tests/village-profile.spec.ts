// Manual 2.1, 2.2 and 1.5(2): the village's own page with its list-style tables.

import type { Locator, Page } from '@playwright/test';
import { alive, enter, expect, fill, row, test, toast } from '../fixtures';

const groups = (page: Page) => page.getByRole('group', { name: '村(居)民小组' });
const cell = (page: Page, column: string, line: number) => page.getByLabel(`${column} 第${line}行`, { exact: true });
const save = (page: Page) => page.getByRole('button', { name: '保存', exact: true }).click();
const lines = (grid: Locator) => grid.getByRole('button', { name: /^删除第/ });

/** What a spreadsheet puts into the clipboard. */
async function paste(target: Locator, text: string): Promise<void> {
  await target.evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('what is compulsory is asked for, and nothing typed is lost', async ({ page }) => {
  await enter(page, '530102006001', '/desk/village_profile');
  await expect(page.getByText('村庄类型')).toBeVisible();
  await expect(page.getByLabel('村庄类型'), 'the county fills it in its survey').toHaveCount(0);
  await page.getByLabel('行政村面积(平方米)').fill('一百');
  await save(page);
  await expect(page.getByLabel('村委会所在地')).toBeFocused();
  await expect(page.getByText('请输入村委会所在地', { exact: true })).toBeVisible();
  await expect(page.getByText('请输入行政村人口', { exact: true })).toBeVisible();
  await expect(page.getByText('请输入数字', { exact: true })).toBeVisible();
  await expect(page.getByLabel('行政村面积(平方米)')).toHaveValue('一百');
  await expect(page.getByLabel('行政村面积(平方米)')).toHaveAttribute('aria-invalid', 'true');

  await fill(page, { 村委会所在地: '教场中路 88 号', '行政村面积(平方米)': '1860000.5', 行政村人口: '0' });
  await expect(page.getByText('不能小于 1人')).toBeVisible();
  await fill(page, { 行政村人口: '2186' });
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('行政村信息 with its tables is filled, corrected, saved and read by the county', async ({ page, anotherPerson }) => {
  const [key, village] = test.info().retry === 0 ? ['530102006002', '教场北路'] : ['530102006011', '教场东路'];
  await enter(page, key, '/desk/village_profile');
  await fill(page, { 村委会所在地: '教场北路 12 号', 行政村人口: '3120' });

  await page.getByRole('button', { name: '增加一行 帮扶挂钩单位' }).click();
  await expect(cell(page, '帮扶挂钩单位', 1)).toBeFocused();
  await page.keyboard.type('昆明市五华区水务局');

  await expect(groups(page).getByText('暂无数据')).toBeVisible();
  await page.getByRole('button', { name: '增加一行 村(居)民小组' }).click();
  await cell(page, '居民小组名称', 1).dblclick();
  await page.keyboard.type('北门一组');
  await page.keyboard.press('Tab');
  await expect(cell(page, '组长姓名', 1)).toBeFocused();
  await page.keyboard.type('王学勤');
  await page.keyboard.press('Tab');
  await page.keyboard.type('12565847089');
  await page.keyboard.press('Enter');
  await expect(lines(groups(page)), 'Enter in the last row adds one').toHaveCount(2);
  await expect(cell(page, '居民小组名称', 2)).toBeFocused();
  await page.keyboard.type('北门一组');

  await save(page);
  const wrong = groups(page).getByRole('alert');
  await expect(wrong).toHaveText(['请输入正确的 11 位手机号码', '与第 1 行重复：北门一组']);
  await expect(cell(page, '组长电话', 1)).toBeFocused();
  await expect(cell(page, '组长电话', 1)).toHaveAttribute('aria-invalid', 'true');
  await expect(cell(page, '居民小组名称', 2)).toHaveAttribute('aria-invalid', 'true');
  await expect(cell(page, '组长姓名', 1)).toHaveValue('王学勤');
  await expect(page.getByLabel('村委会所在地')).toHaveValue('教场北路 12 号');

  await cell(page, '组长电话', 1).fill('13987650001');
  await cell(page, '居民小组名称', 2).fill('北门二组');
  await expect(wrong).toHaveCount(0);
  await save(page);
  await expect(toast(page, '保存成功')).toBeVisible();

  await page.reload();
  await alive(page);
  await expect(page.getByLabel('村委会所在地')).toHaveValue('教场北路 12 号');
  await expect(cell(page, '帮扶挂钩单位', 1)).toHaveValue('昆明市五华区水务局');
  await expect(cell(page, '组长电话', 1)).toHaveValue('13987650001');
  await expect(cell(page, '居民小组名称', 2)).toHaveValue('北门二组');
  await expect(page.getByText(new RegExp(`^${village}居委会 在 \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d 已登记$`))).toBeVisible();

  await page.getByRole('button', { name: '删除第1行 村(居)民小组' }).click();
  await expect(lines(groups(page))).toHaveCount(1);
  await expect(cell(page, '居民小组名称', 1)).toHaveValue('北门二组');
  await save(page);
  await expect(toast(page, '保存成功')).toBeVisible();

  const county = await anotherPerson();
  await enter(county, '530102-zr', '/desk/village_profile?township=530102006');
  await expect(county.getByRole('button', { name: '登记' })).toHaveCount(0);
  await expect(row(county, `${village}社区`).getByRole('link', { name: '编辑' })).toHaveCount(0);
  await row(county, `${village}社区`).getByRole('link', { name: '查看' }).click();
  const view = county.getByRole('dialog', { name: '查看 行政村信息' });
  await expect(view.getByText('教场北路 12 号', { exact: true })).toBeVisible();
  await expect(view.getByRole('cell', { name: '北门二组', exact: true })).toBeVisible();
  await expect(view.getByText('北门一组')).toHaveCount(0);
  await expect(view.getByRole('textbox')).toHaveCount(0);
  await expect(view.getByRole('button', { name: /保存|编辑/ })).toHaveCount(0);
  await expect(view.getByText(new RegExp(`${village}居委会 在 .* 已修改`))).toBeVisible();
});

test('cells are filled from a spreadsheet, moved through by keys and taken back', async ({ page }) => {
  await enter(page, '530102006003', '/desk/village_profile');
  await page.getByRole('button', { name: '增加一行 村(居)民小组' }).click();
  await paste(
    cell(page, '居民小组名称', 1),
    '理工一组\t段永昌\t13987650011\r\n理工二组\t毕云生\t13987650012\r\n理工三组\t钱荣华\t13987650013\r\n',
  );
  await expect(lines(groups(page))).toHaveCount(3);
  await expect(cell(page, '居民小组名称', 1)).toHaveValue('理工一组');
  await expect(cell(page, '组长姓名', 2)).toHaveValue('毕云生');
  await expect(cell(page, '组长电话', 3)).toHaveValue('13987650013');

  await cell(page, '组长姓名', 1).focus();
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, '组长姓名', 2)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cell(page, '组长姓名', 3)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(cell(page, '组长姓名', 2)).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await expect(cell(page, '组长电话', 2)).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  await expect(cell(page, '组长姓名', 2)).toBeFocused();

  await page.getByRole('button', { name: '删除第2行 村(居)民小组' }).click();
  await expect(lines(groups(page))).toHaveCount(2);
  await cell(page, '居民小组名称', 1).focus();
  await page.keyboard.press('Control+z');
  await expect(lines(groups(page)), 'the removed row is back').toHaveCount(3);
  await expect(cell(page, '组长姓名', 2)).toHaveValue('毕云生');

  await cell(page, '组长姓名', 3).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('钱小华');
  await expect(cell(page, '组长姓名', 3)).toHaveValue('钱小华');
  await page.keyboard.press('Control+z');
  await expect(cell(page, '组长姓名', 3), 'what was typed into a cell is taken back').toHaveValue('钱荣华');
  await cell(page, '居民小组名称', 1).focus();
  await page.keyboard.press('Control+z');
  await expect(cell(page, '居民小组名称', 1), 'and then the paste').toHaveValue('');
});

test('人员信息: both tables, with choices', async ({ page }) => {
  await enter(page, test.info().retry === 0 ? '530102006004' : '530102006009', '/desk/personnel');
  const secretaries = page.getByRole('group', { name: '村党组织书记' });
  const team = page.getByRole('group', { name: '第一书记、驻村队员' });
  await page.getByRole('button', { name: '增加一行 村党组织书记' }).click();
  await secretaries.getByLabel('姓名 第1行').fill('苏2');
  await page.getByRole('button', { name: '增加一行 第一书记、驻村队员' }).click();
  await team.getByLabel('姓名 第1行').fill('李立新');
  await expect(team.getByLabel('职级 第1行'), 'no rank is chosen beforehand').toHaveValue('');
  await fill(team, {
    '单位 第1行': '昆明市五华区水务局',
    '职务 第1行': '副局长',
    '职级 第1行': '乡科级',
    '政治面貌 第1行': '中共党员',
    '联系电话 第1行': '13987650021',
    '人员类别 第1行': '公务员',
    '身份 第1行': '第一书记',
  });
  await page.getByRole('button', { name: '增加一行 第一书记、驻村队员' }).click();
  await team.getByLabel('姓名 第2行').fill('马建云');
  await team.getByLabel('身份 第2行').selectOption('第一书记');
  await save(page);
  await expect(secretaries.getByRole('alert')).toHaveText(['请输入 2–20 个汉字的姓名，可以含“·”', '请输入联系电话']);
  await expect(team.getByRole('alert')).toHaveText('在任的第一书记只能有一名');

  await secretaries.getByLabel('姓名 第1行').fill('苏石生');
  await secretaries.getByLabel('联系电话 第1行').fill('13987650020');
  await team.getByLabel('身份 第2行').selectOption('驻村队员');
  await save(page);
  await expect(toast(page, '保存成功')).toBeVisible();

  await page.reload();
  await alive(page);
  await expect(secretaries.getByLabel('姓名 第1行')).toHaveValue('苏石生');
  await expect(team.getByLabel('职级 第1行').locator('option:checked')).toHaveText('乡科级');
  await expect(team.getByLabel('政治面貌 第1行').locator('option:checked')).toHaveText('中共党员');
  await expect(team.getByLabel('身份 第2行').locator('option:checked')).toHaveText('驻村队员');

  await paste(team.getByLabel('人员类别 第1行'), '事业编制人员\t工作队长');
  await expect(team.getByLabel('人员类别 第1行').locator('option:checked')).toHaveText('事业编制人员');
  await expect(team.getByLabel('身份 第1行').locator('option:checked')).toHaveText('工作队长');
});

test('自然村名录 takes the bare name only', async ({ page, allow }) => {
  allow(/status of 422/);
  await enter(page, test.info().retry === 0 ? '530102006005' : '530102006012', '/desk/natural_villages');
  await page.getByRole('button', { name: '登记' }).click();
  const form = page.getByRole('dialog', { name: '新增 自然村名录' });
  await form.getByLabel('自然村名称').fill('马坡自然村');
  await form.getByRole('button', { name: '保存' }).click();
  await expect(form.getByRole('alert')).toContainText('自然村名称只填村名（例如：马坡村）');
  await expect(form.getByRole('switch', { name: '是否纳入规划' })).toBeChecked();
  await form.getByLabel('自然村名称').fill('马坡村');
  await form.getByRole('button', { name: '保存' }).click();
  await expect(row(page, '马坡村')).toBeVisible();

  await page.getByRole('button', { name: '登记' }).click();
  await form.getByLabel('自然村名称').fill('马坡村');
  await form.getByRole('button', { name: '保存' }).click();
  await expect(form.getByRole('alert')).toContainText('本村已有同名的自然村');
  await expect(form.getByLabel('自然村名称')).toHaveValue('马坡村');
});
