// Manual 3.4: 培训学习. 培训人数 and 培训方式 must not contradict each other, shown while typing.

import type { Locator, Page } from '@playwright/test';
import { attach, dismiss, enter, expect, file, fill, fresh, row, test, toast } from '../fixtures';

const form = (page: Page, title: string) => page.getByRole('dialog', { name: `${title} 培训学习`, exact: true });
const register = (page: Page) => page.getByRole('button', { name: '登记', exact: true });
const save = (page: Page) => page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
/** What stands beside a label that is not typed. */
const shown = (form: Locator, label: string) =>
  form.getByText(label, { exact: true }).locator('xpath=following-sibling::*[1]');

test('what is compulsory is asked for', async ({ page }) => {
  await enter(page, '530102005006', '/desk/training?open=new');
  const blank = form(page, '新增');
  await save(page);
  await expect(blank.getByRole('alert')).toHaveText([
    '请输入培训名称',
    '请选择培训日期',
    '请选择组织方式',
    '请选择培训方式',
  ]);
  await expect(blank.getByLabel('培训名称')).toBeFocused();
  await fill(blank, { 组织方式: '参与' });
  await expect(blank.getByText('请输入主办单位')).toBeVisible();
  await fill(blank, { 组织方式: '自行组织' });
  await expect(blank.getByLabel('主办单位')).toHaveCount(0);
});

test('the way of training decides which numbers count (R-20 to R-23)', async ({ page }) => {
  await enter(page, '530102005006', '/desk/training');
  await register(page).click();
  const blank = form(page, '新增');
  await fill(blank, { 培训名称: fresh('人数与方式'), 培训日期: '2021-07-12', 组织方式: '自行组织', 培训方式: '线下集中' });
  await expect(blank.getByLabel('线上培训人数'), 'R-21').toHaveCount(0);
  await expect(blank.getByLabel('线上平台')).toHaveCount(0);
  await fill(blank, { 培训地点: '社区会议室', 线下培训人数: '0' });
  await blank.getByLabel('线下培训人数').blur();
  await expect(blank.getByRole('alert')).toHaveText('不能小于 1人');
  await fill(blank, { 线下培训人数: '25' });
  await expect(blank.getByRole('alert')).toHaveCount(0);
  await expect(shown(blank, '培训人数'), 'R-20').toContainText('25');

  await fill(blank, { 培训方式: '线上' });
  await expect(blank.getByLabel('培训地点'), 'R-22').toHaveCount(0);
  await expect(blank.getByLabel('线下培训人数')).toHaveCount(0);
  await expect(shown(blank, '培训人数'), 'whoever was in the room does not count').not.toContainText('25');
  await save(page);
  await expect(blank.getByRole('alert')).toHaveText(['请输入线上平台', '请输入线上培训人数']);
  await fill(blank, { 线上平台: '腾讯会议', 线上培训人数: '30' });
  await expect(shown(blank, '培训人数')).toContainText('30');

  await fill(blank, { 培训方式: '线上线下结合' });
  await expect(blank.getByLabel('线下培训人数'), 'what was typed is not lost').toHaveValue('25');
  await expect(shown(blank, '培训人数'), 'R-20').toContainText('55');
  await fill(blank, { 线下培训人数: '' });
  await expect(blank.getByRole('alert'), 'R-23').toHaveText('请输入线下培训人数');
  await fill(blank, { 线下培训人数: '12' });
  await expect(shown(blank, '培训人数')).toContainText('42');

  await fill(blank, { 培训方式: '现场观摩' });
  await expect(blank.getByLabel('线上培训人数'), 'R-21').toHaveCount(0);
  await expect(shown(blank, '培训人数')).toContainText('12');
  await save(page);
  const line = row(page, fresh('人数与方式'));
  await expect(line.getByRole('cell', { name: '12', exact: true })).toBeVisible();
  await line.dblclick();
  await expect(form(page, '查看')).toBeVisible();
  await expect(form(page, '查看').getByText('腾讯会议'), 'a hidden field holds nothing').toHaveCount(0);
});

test('cadres, hours, dates and doubles (R-24)', async ({ page }) => {
  const title = fresh('黄土坡业务培训');
  await enter(page, '530102005007', '/desk/training');
  await register(page).click();
  const blank = form(page, '新增');
  await fill(blank, {
    培训名称: title,
    培训日期: '2021-07-12',
    组织方式: '自行组织',
    培训方式: '线下集中',
    培训地点: '社区会议室',
    线下培训人数: '20',
    其中回乡干部人数: '21',
    培训学时: '8.5',
  });
  await save(page);
  await expect(blank.getByRole('alert')).toHaveText([
    '其中回乡干部人数不能超过培训人数（20 人）',
    '培训 1 天，学时不能超过 8 学时',
  ]);
  await expect(blank.getByLabel('其中回乡干部人数')).toBeFocused();
  await fill(blank, { 线下培训人数: '21' });
  await expect(blank.getByRole('alert'), 'while typing').toHaveText('培训 1 天，学时不能超过 8 学时');
  await fill(blank, { 结束日期: '2021-07-11' });
  await expect(blank.getByRole('alert').first()).toHaveText('结束日期不能早于培训日期');
  await fill(blank, { 结束日期: '2021-07-13' });
  await expect(blank.getByRole('alert')).toHaveCount(0);
  await fill(blank, { 培训学时: '8.55' });
  await expect(blank.getByRole('alert')).toHaveText('最多保留 1 位小数');
  await fill(blank, { 培训学时: '8.5' });
  await blank.getByLabel('村组干部').check();
  await blank.getByLabel('村民代表').check();
  await save(page);
  await expect(row(page, title)).toBeVisible();

  await register(page).click();
  await fill(blank, {
    培训名称: title,
    培训日期: '2021-07-12',
    组织方式: '参与',
    培训方式: '线下集中',
    主办单位: '五华区自然资源局',
    培训地点: '区会议中心',
    线下培训人数: '201',
  });
  await save(page);
  await dismiss(page, '已保存，请注意：参与的培训人数超过 200 人');
  await dismiss(page, '已保存，请注意：同一天已登记过同名的培训，请核对是否重复');
  await expect(row(page, title)).toHaveCount(2);
  await row(page, title).last().dblclick();
  await expect(form(page, '查看').getByText('村组干部、村民代表', { exact: true })).toBeVisible();
});

test('a village sees while typing that its number is the whole meeting’s (R-24)', async ({ page }) => {
  await enter(page, '530102005007', '/desk/training');
  await register(page).click();
  const blank = form(page, '新增');
  await fill(blank, { 组织方式: '参与', 培训方式: '线下集中', 线下培训人数: '201' });
  await blank.getByLabel('线下培训人数').blur();
  await expect(blank.getByText('参与的培训人数超过 200 人，请填写本村参加的人数')).toBeVisible();
});

for (const [key, filler] of [
  ['530100-zr', '昆明市自然资源和规划局'],
  ['530102-zr', '五华区自然资源局'],
  ['530102-zz', '中共五华区委组织部'],
  ['530102005', '丰宁街道办事处'],
  ['530102006010', '昆明冶金高等专科学校居委会'],
]) {
  test(`${filler} registers, edits and deletes`, async ({ page }) => {
    const title = fresh(`${filler}培训`);
    await enter(page, key, `/desk/training?text=${title}`);
    await register(page).click();
    await fill(form(page, '新增'), {
      培训名称: title,
      培训日期: '2021-07-15',
      组织方式: '自行组织',
      培训方式: '线上',
      线上平台: '云视讯',
      线上培训人数: '60',
    });
    const names = ['IMG_2.jpg', 'training-notes.pdf'];
    await attach(form(page, '新增'), [file('training.jpg', names[0]), file(names[1])], names);
    await save(page);
    const line = row(page, title);
    await expect(line.getByRole('cell', { name: filler, exact: true })).toBeVisible();
    await line.getByRole('link', { name: '编辑' }).click();
    await expect(form(page, '编辑').getByText(new RegExp(`^${title}[12].jpg$`))).toBeVisible();
    await fill(form(page, '编辑'), { 线上培训人数: '64' });
    await save(page);
    await expect(line.getByRole('cell', { name: '64', exact: true })).toBeVisible();
    await line.getByRole('link', { name: '删除' }).click();
    await page.getByRole('dialog', { name: '删除' }).getByRole('button', { name: '确定' }).click();
    await expect(line).toHaveCount(0);
  });
}

test('the village closes the step and opens it again', async ({ page, anotherPerson, allow }) => {
  const toggle = page.getByRole('switch', { name: '是否完成' });
  await enter(page, '530102010011', '/desk/training');
  await toggle.click();
  await expect(toast(page, '还不能完成“培训学习”，请先补充缺少的内容')).toBeVisible();
  await expect(page.getByRole('link', { name: '本村至少登记 1 条培训学习（自行组织或参与均可）' })).toBeVisible();
  await register(page).click();
  await fill(form(page, '新增'), {
    培训名称: '瓦恭业务培训',
    培训日期: '2021-07-15',
    组织方式: '参与',
    培训方式: '线下集中',
    主办单位: '西翥街道办事处',
    培训地点: '街道会议室',
    线下培训人数: '3',
  });
  await save(page);
  await expect(row(page, '瓦恭业务培训')).toBeVisible();
  await toggle.click();
  await page.getByRole('dialog', { name: '是否完成' }).getByRole('button', { name: '确定' }).click();
  await expect(page.getByText('“培训学习”已完成，不能再修改。')).toBeVisible();
  await expect(toggle).toBeChecked();

  const county = await anotherPerson();
  await enter(county, '530102-zr', '/progress/training');
  await expect(row(county, '瓦恭社区').getByRole('cell', { name: '是', exact: true })).toBeVisible();
  await expect(row(county, '瓦恭社区').getByRole('button', { name: '重新打开' })).toBeVisible();

  await toggle.click();
  await page.getByRole('dialog', { name: '是否完成' }).getByRole('button', { name: '确定' }).click();
  await expect(toggle).not.toBeChecked();
  await expect(row(page, '瓦恭业务培训').getByRole('link', { name: '编辑' })).toBeVisible();
});
