// Manual 3.3: 组织发动, registered at every level; the village closes the step, the county reopens it.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { alive, attach, enter, expect, file, fill, fresh, row, test, toast, visit } from '../fixtures';

const form = (page: Page, title: string) => page.getByRole('dialog', { name: `${title} 组织发动`, exact: true });
const register = (page: Page) => page.getByRole('button', { name: '登记', exact: true });
const save = (page: Page) => page.getByRole('dialog').getByRole('button', { name: '保存' }).click();

test('what is compulsory is asked for, and fields come and go with the choices', async ({ page }) => {
  const title = fresh('莲华街道邀请函');
  await enter(page, '530102006', '/desk/mobilization');
  await register(page).click();
  const blank = form(page, '新增');
  await expect(blank.getByText('莲华街道办事处', { exact: true }), 'the account is the filler').toBeVisible();
  await save(page);
  await expect(blank.getByRole('alert')).toHaveText([
    '请输入工作事项',
    '请选择开展日期',
    '请选择组织形式',
    '请选择组织方式',
  ]);
  await expect(blank.getByLabel('工作事项')).toBeFocused();
  await expect(blank.getByLabel('组织形式').locator('optgroup').first(), 'the own level comes first').toHaveAttribute(
    'label',
    '乡镇、行政村',
  );

  await expect(blank.getByLabel('主办单位')).toHaveCount(0);
  await fill(blank, { 工作事项: title, 组织方式: '参与' });
  await expect(blank.getByLabel('主办单位')).toBeVisible();
  await expect(blank.getByLabel('公开信/邀请函份数')).toHaveCount(0);
  await fill(blank, { 组织形式: '发出邀请函' });
  await expect(blank.getByLabel('公开信/邀请函份数')).toBeVisible();
  await fill(blank, { 开展日期: '2021-03-31' });
  await expect(blank.getByRole('alert')).toContainText(['2021-04-01', '请输入主办单位', '请输入公开信/邀请函份数']);
  await fill(blank, { 开展日期: '2099-01-01' });
  await expect(blank.getByRole('alert').first()).toHaveText('日期不能晚于今天');
  await fill(blank, { 开展日期: '2021-06-18', 主办单位: '五华区自然资源局', '公开信/邀请函份数': '0' });
  await expect(blank.getByRole('alert')).toHaveText('不能小于 1份');
  await fill(blank, { '公开信/邀请函份数': '１２０', 参与人数: '' });
  await save(page);
  await expect(row(page, title)).toBeVisible();
  await row(page, title).getByRole('link', { name: '查看' }).click();
  const read = form(page, '查看');
  await expect(read.getByText('120', { exact: true }), 'full-width digits count').toBeVisible();
  await expect(read.getByText('五华区自然资源局', { exact: true })).toBeVisible();
  await read.getByRole('button', { name: '编辑' }).click();
  const edit = form(page, '编辑');
  await fill(edit, { 组织方式: '自行组织' });
  await expect(edit.getByLabel('主办单位')).toHaveCount(0);
  await save(page);
  await expect(toast(page, '保存成功')).toBeVisible();
  await row(page, title).getByRole('link', { name: '查看' }).click();
  await expect(read).toBeVisible();
  await expect(read.getByText('五华区自然资源局', { exact: true }), 'a hidden field holds nothing').toHaveCount(0);
});

for (const [key, filler, heading, kind] of [
  ['530100-zr', '昆明市自然资源和规划局', '州(市)、县', '动员部署会'],
  ['530102-zr', '五华区自然资源局', '州(市)、县', '制发公开信'],
  ['530102-zz', '中共五华区委组织部', '组织部门', '主题党日活动'],
  ['530102006', '莲华街道办事处', '乡镇、行政村', '党员大会'],
  ['530102006007', '云南财经大学居委会', '乡镇、行政村', '广播喇叭宣传'],
]) {
  test(`${filler} registers, edits and deletes`, async ({ page }) => {
    const title = fresh(`${filler}组织发动`);
    await enter(page, key, `/desk/mobilization?text=${title}`);
    await register(page).click();
    await expect(form(page, '新增').getByLabel('组织形式').locator('optgroup').first()).toHaveAttribute('label', heading);
    await fill(form(page, '新增'), { 工作事项: title, 开展日期: '2021-06-20', 组织形式: kind, 组织方式: '自行组织' });
    if (kind === '制发公开信') await fill(form(page, '新增'), { '公开信/邀请函份数': '300' });
    await save(page);
    await expect(row(page, title).getByRole('cell', { name: filler, exact: true })).toBeVisible();
    await row(page, title).getByRole('checkbox').check();
    await page.getByRole('button', { name: '编辑', exact: true }).click();
    await fill(form(page, '编辑'), { 参与人数: '45', 内容简述: '传达部署，征集线索。' });
    await save(page);
    await expect(row(page, title).getByRole('cell', { name: '传达部署，征集线索。' })).toBeVisible();
    await row(page, title).getByRole('link', { name: '删除' }).click();
    const sure = page.getByRole('dialog', { name: '删除' });
    await expect(sure).toContainText(`确定删除“${title}”吗？`);
    await sure.getByRole('button', { name: '确定' }).click();
    await expect(row(page, title)).toHaveCount(0);
    await expect(page.getByText('暂无数据')).toBeVisible();
  });
}

test('photos take the name of the activity and a number', async ({ page }) => {
  const title = fresh('江岸居委会党员大会');
  await enter(page, '530102006008', '/desk/mobilization');
  await register(page).click();
  await fill(form(page, '新增'), {
    工作事项: title,
    开展日期: '2021-06-20',
    组织形式: '党员大会',
    组织方式: '自行组织',
  });
  const files = [file('meeting.jpg', 'IMG_0001.JPEG'), file('board.jpg', '微信图片_20210620.jpg')];
  await attach(form(page, '新增'), files, ['IMG_0001.jpg', '微信图片_20210620.jpg']);
  await save(page);
  const line = row(page, title);
  await expect(line.getByRole('cell', { name: '2', exact: true })).toBeVisible();
  await line.dblclick();
  const read = form(page, '查看');
  await expect(read.getByText(`${title}1.jpg`, { exact: true })).toBeVisible();
  await expect(read.getByText(`${title}2.jpg`, { exact: true })).toBeVisible();
  const download = page.waitForEvent('download');
  await read.getByRole('button', { name: `下载 ${title}2.jpg` }).click();
  expect((await download).suggestedFilename()).toBe(`${title}2.jpg`);
});

test('photos are numbered as they were chosen', async ({ page }) => {
  const title = fresh('照片的顺序');
  // The first is slow: the others wait for it.
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/files', async (route) => {
    await held;
    await route.continue();
  });
  await enter(page, '530102006008', '/desk/mobilization');
  await register(page).click();
  await fill(form(page, '新增'), {
    工作事项: title,
    开展日期: '2021-06-21',
    组织形式: '党员大会',
    组织方式: '自行组织',
  });
  await attach(form(page, '新增'), [file('meeting.jpg'), file('board.jpg')], []);
  await expect(form(page, '新增').getByRole('progressbar'), 'one at a time').toHaveCount(1);
  release();
  for (const name of ['meeting.jpg', 'board.jpg']) {
    await expect(form(page, '新增').getByRole('button', { name: `下载 ${name}`, exact: true })).toBeVisible();
  }
  await save(page);
  await row(page, title).dblclick();
  const download = page.waitForEvent('download');
  await form(page, '查看').getByRole('button', { name: `下载 ${title}1.jpg` }).click();
  const first = await readFile(await (await download).path());
  expect(first.equals(file('meeting.jpg').buffer), 'the first is the one that was chosen first').toBe(true);
});

test('a file that is still on its way is not forgotten by 保存', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/files', async (route) => {
    await held;
    await route.continue();
  });
  await enter(page, '530102006008', '/desk/mobilization');
  await register(page).click();
  const blank = form(page, '新增');
  await fill(blank, { 工作事项: fresh('慢速上传'), 开展日期: '2021-06-21', 组织形式: '党员大会', 组织方式: '自行组织' });
  await attach(blank, [file('meeting.jpg')], []);
  await expect(blank.getByRole('progressbar')).toBeVisible();
  await save(page);
  await expect(page.getByText(/正在上传/)).toBeVisible();
  await expect(blank, 'the window stays').toBeVisible();
  release();
  await expect(blank.getByRole('button', { name: '下载 meeting.jpg' })).toBeVisible();
  await save(page);
  await expect(row(page, fresh('慢速上传')).getByRole('cell', { name: '1', exact: true }).last()).toBeVisible();
});

test('the village closes the step, the county reopens it with a reason', async ({ page, anotherPerson, allow }) => {
  const toggle = page.getByRole('switch', { name: '是否完成' });
  const question = page.getByRole('dialog', { name: '是否完成' });
  await enter(page, '530102010008', '/desk/mobilization');
  await toggle.click();
  await expect(toast(page, '还不能完成“组织发动”，请先补充缺少的内容')).toBeVisible();
  await expect(page.getByRole('link', { name: '本村至少登记 1 条组织发动' })).toBeVisible();
  await register(page).click();
  await fill(form(page, '新增'), {
    工作事项: '陡普鲁村民代表会议',
    开展日期: '2021-07-01',
    组织形式: '村民代表会议',
    组织方式: '自行组织',
  });
  await save(page);
  const line = row(page, '陡普鲁村民代表会议');
  await expect(line).toBeVisible();
  await toggle.click();
  await question.getByRole('button', { name: '确定' }).click();
  await expect(toggle).toBeChecked();
  await expect(page.getByText('“组织发动”已完成，不能再修改。')).toBeVisible();
  await expect(register(page)).toHaveCount(0);
  await expect(line.getByRole('link', { name: /编辑|删除/ })).toHaveCount(0);

  const county = await anotherPerson();
  await enter(county, '530102-zr', '/desk/mobilization');
  await expect(county.getByRole('switch', { name: '是否完成' }), 'the village’s switch is the village’s').toHaveCount(0);
  await county.getByRole('button', { name: '完成情况' }).click();
  await expect(county.getByRole('heading', { level: 1, name: '组织发动 完成情况' })).toBeVisible();
  const village = row(county, '陡普鲁社区');
  await expect(village.getByRole('cell', { name: '是', exact: true })).toBeVisible();
  await expect(village.getByRole('cell', { name: '陡普鲁居委会' })).toBeVisible();
  await expect(row(county, '三多社区').getByRole('button', { name: '重新打开' })).toHaveCount(0);
  await village.getByRole('button', { name: '重新打开' }).click();
  const reopen = county.getByRole('dialog', { name: '重新打开' });
  await expect(reopen).toContainText('将 陡普鲁社区 的“组织发动”改为未完成');
  await reopen.getByRole('button', { name: '确定' }).click();
  await expect(reopen.getByRole('alert')).toHaveText('请填写重新打开的原因');
  await reopen.getByLabel('原因').fill('照片与活动不符，请更换。');
  await reopen.getByRole('button', { name: '确定' }).click();
  await expect(toast(county, '已重新打开')).toBeVisible();
  await expect(village.getByRole('cell', { name: '否', exact: true })).toBeVisible();

  await page.reload();
  await alive(page);
  await expect(toggle).not.toBeChecked();
  await expect(line.getByRole('link', { name: '编辑' })).toBeVisible();
});

test('a village reads why the county has reopened the step', async ({ page }) => {
  await enter(page, '530102010007', '/desk/mobilization');
  await expect(page.getByRole('switch', { name: '是否完成' })).not.toBeChecked();
  await expect(page.getByText(/五华区自然资源局 在 .* 已重新打开：院坝会参与人数与签到表不一致/)).toBeVisible();
});

test('a township looks at 完成情况 and reopens nothing', async ({ page }) => {
  await enter(page, '530102010', '/desk/mobilization');
  await page.getByRole('button', { name: '完成情况' }).click();
  await expect(row(page, '东村社区').getByRole('cell', { name: '是', exact: true })).toBeVisible();
  await expect(row(page, '三多社区').getByRole('cell', { name: '否', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: '重新打开' })).toHaveCount(0);
  await expect(page.getByText('红云街道'), 'no other township').toHaveCount(0);
  await page.getByRole('link', { name: /^未完成 \d+$/ }).click();
  await expect(row(page, '东村社区')).toHaveCount(0);
  await expect(row(page, '三多社区')).toBeVisible();
  await page.getByRole('link', { name: /^已完成 \d+$/ }).click();
  await expect(row(page, '三多社区')).toHaveCount(0);
});

test('a neighbour’s record is not found', async ({ page }) => {
  await enter(page, '530102010004', '/desk/mobilization');
  const link = await row(page, '三多居委会党员大会').getByRole('link', { name: '查看' }).getAttribute('href');
  await enter(page, '530102010001', '/desk/mobilization');
  await visit(page, link!);
  await expect(page.getByText('没有找到该内容，可能已被删除或不在您的管辖范围内。')).toBeVisible();
});
