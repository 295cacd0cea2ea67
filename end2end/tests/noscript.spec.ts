// Without JavaScript: every form is a plain form.

import type { Page } from '@playwright/test';
import { PASSWORD, enter, expect, file, fill, openAccountMenu, row, test } from '../fixtures';

test.skip(({ javaScriptEnabled }) => javaScriptEnabled, 'for browsers without JavaScript');

const form = (page: Page) => page.getByRole('dialog');
const save = (page: Page) => page.getByRole('button', { name: '保存' }).click();

test('a village signs in, registers, corrects, edits and signs out', { tag: '@noscript' }, async ({ page }) => {
  const title = '龙院广播宣传' + '再'.repeat(test.info().retry);
  await page.goto('/');
  await page.getByRole('button', { name: '系统登录' }).click();
  const next = async (label: string, choice: string) => {
    await page.getByRole('combobox', { name: label, exact: true }).selectOption(choice);
    await page.getByRole('button', { name: '下一步' }).click();
  };
  await next('层级', '行政村(社区)');
  await next('州(市)', '昆明市');
  await next('县(市、区)', '五华区');
  await next('乡镇(街道)', '黑林铺街道');
  await page.getByRole('list', { name: '账户列表' }).getByRole('link', { name: /^龙院居委会/ }).click();
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: '龙院居委会' })).toBeVisible();

  await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '组织发动' }).click();
  await page.getByRole('button', { name: '登记' }).click();
  await fill(form(page), { 工作事项: title, 开展日期: '2021-07-02', 组织方式: '参与', 参与人数: '很多' });
  await form(page).getByLabel('选择文件').setInputFiles([file('meeting.jpg'), file('notice.pdf')]);
  await save(page);

  // Everything that is wrong, everything that was typed.
  await expect(form(page).getByRole('alert')).toHaveText(['请选择组织形式', '请输入主办单位', '请输入整数']);
  await expect(form(page).getByLabel('工作事项')).toHaveValue(title);
  await expect(form(page).getByLabel('开展日期')).toHaveValue('2021-07-02');
  await expect(form(page).getByLabel('组织方式').locator('option:checked')).toHaveText('参与');
  await expect(form(page).getByLabel('参与人数')).toHaveValue('很多');
  await expect(form(page).getByText('meeting.jpg', { exact: true }), 'the files need not be sent again').toBeVisible();
  await expect(form(page).getByText('notice.pdf', { exact: true })).toBeVisible();

  await fill(form(page), { 组织形式: '广播喇叭宣传', 主办单位: '黑林铺街道办事处', 参与人数: '300' });
  await save(page);
  await expect(form(page)).toHaveCount(0);
  const line = row(page, title);
  await expect(line.getByRole('cell', { name: '2', exact: true }), 'two files').toBeVisible();

  await line.getByRole('link', { name: title }).click();
  await expect(form(page).getByText(`${title}1.jpg`, { exact: true })).toBeVisible();
  await expect(form(page).getByText('黑林铺街道办事处', { exact: true })).toBeVisible();
  await form(page).getByRole('button', { name: '编辑' }).click();
  await fill(form(page), { 内容简述: '早晚各播放一次。' });
  await save(page);
  await expect(line.getByRole('cell', { name: '早晚各播放一次。' })).toBeVisible();
  await expect(line.getByRole('cell', { name: '2', exact: true }), 'the files are still there').toBeVisible();

  await (await openAccountMenu(page, '龙院居委会')).getByRole('button', { name: '退出' }).click();
  await expect(page).toHaveURL(/\/login$/);
});

test('a record is deleted by a plain form, after a question', { tag: '@noscript' }, async ({ page }) => {
  await enter(page, test.info().retry === 0 ? '530102008008' : '530102008001', '/desk/mobilization?open=new');
  await fill(form(page), { 工作事项: '玉峰党员大会', 开展日期: '2021-07-02', 组织形式: '党员大会', 组织方式: '自行组织' });
  await save(page);
  const line = row(page, '玉峰党员大会');
  await line.getByRole('link', { name: '删除' }).click();
  await expect(form(page)).toContainText('确定删除“玉峰党员大会”吗？');
  await form(page).getByRole('button', { name: '取消' }).click();
  await line.getByRole('link', { name: '删除' }).click();
  await form(page).getByRole('button', { name: '确定' }).click();
  await expect(line).toHaveCount(0);
  await expect(page.getByText('暂无数据')).toBeVisible();
});

test('the table of a form grows by its blank rows', { tag: '@noscript' }, async ({ page }) => {
  await enter(page, test.info().retry === 0 ? '530102008005' : '530102008003', '/desk/village_profile');
  await fill(page, {
    村委会所在地: '团山 1 号',
    '居民小组名称 新增第1行': '团山一组',
    '组长电话 新增第1行': '12565847089',
    '居民小组名称 新增第2行': '团山二组',
  });
  await save(page);
  const groups = page.getByRole('group', { name: '村(居)民小组' });
  await expect(page.getByText('请输入行政村人口', { exact: true })).toBeVisible();
  await expect(groups.getByRole('alert')).toHaveText('请输入正确的 11 位手机号码');
  await expect(page.getByLabel('居民小组名称 第2行', { exact: true })).toHaveValue('团山二组');

  await fill(page, { 行政村人口: '860', '组长电话 第1行': '13987652001', '居民小组名称 新增第1行': '团山三组' });
  await save(page);
  await expect(page.getByText('保存成功')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.goto('/desk/village_profile');
  await expect(page.getByLabel('村委会所在地')).toHaveValue('团山 1 号');
  await expect(page.getByLabel('组长电话 第1行', { exact: true })).toHaveValue('13987652001');
  await expect(page.getByLabel('居民小组名称 第3行', { exact: true })).toHaveValue('团山三组');

  // An emptied row goes.
  await fill(page, { '居民小组名称 第2行': '' });
  await save(page);
  await expect(page.getByText('保存成功')).toBeVisible();
  await page.goto('/desk/village_profile');
  await expect(page.getByLabel('居民小组名称 第2行', { exact: true })).toHaveValue('团山三组');
  await expect(page.getByLabel('居民小组名称 第3行', { exact: true })).toHaveCount(0);
});

test('a disguised file comes back with the reason', { tag: '@noscript' }, async ({ page }) => {
  await enter(page, '530102008006', '/desk/mobilization?open=new');
  await fill(form(page), { 工作事项: '眠山党员大会', 开展日期: '2021-07-02', 组织形式: '党员大会', 组织方式: '自行组织' });
  const disguised = { name: '伪装.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') };
  await form(page).getByLabel('选择文件').setInputFiles(disguised);
  await save(page);
  await expect(form(page).getByRole('alert')).toContainText(/不是|不一致|不符/);
  await expect(form(page).getByLabel('工作事项')).toHaveValue('眠山党员大会');
});

test('the list is queried, sorted and paged by links', { tag: '@noscript' }, async ({ page }) => {
  await enter(page, '530102-zr', '/desk/mobilization');
  await page.getByRole('searchbox', { name: '关键字' }).fill('广播');
  await page.getByRole('button', { name: '查询' }).click();
  await expect(row(page, '农村广播喇叭巡回宣传')).toBeVisible();
  await page.getByRole('button', { name: '清除关键字' }).click();
  await expect(page.getByRole('searchbox', { name: '关键字' })).toHaveValue('');
  await page.getByRole('columnheader', { name: '开展日期' }).getByRole('link').click();
  await expect(page.getByRole('columnheader', { name: '开展日期' })).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('link', { name: '下一页' }).click();
  await expect(page.getByRole('cell', { name: '21', exact: true })).toBeVisible();
});

test('a step is closed and opened by a plain form', { tag: '@noscript' }, async ({ page }) => {
  await enter(page, test.info().retry === 0 ? '530102008007' : '530102008001', '/desk/training');
  const toggle = page.getByRole('switch', { name: '是否完成' });
  await toggle.click();
  await expect(page.getByText(/本村至少登记 1 条培训学习/).first()).toBeVisible();
  await page.getByRole('button', { name: '登记' }).click();
  const values = { 培训名称: '西城培训', 培训日期: '2021-07-12', 组织方式: '自行组织', 培训方式: '线下集中' };
  await fill(form(page), values);
  await save(page);
  await fill(form(page), { 培训地点: '社区会议室', 线下培训人数: '12' });
  await save(page);
  await expect(row(page, '西城培训').getByRole('cell', { name: '12', exact: true })).toBeVisible();
  await toggle.click();
  await expect(toggle).toBeChecked();
  await expect(page.getByText('“培训学习”已完成，不能再修改。')).toBeVisible();
  await toggle.click();
  await expect(toggle).not.toBeChecked();
});
