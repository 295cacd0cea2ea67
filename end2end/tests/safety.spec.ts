// What was typed is never lost, never stored twice, never taken for anything but text.

import type { Locator, Page } from '@playwright/test';
import { PASSWORD, alive, enter, expect, file, fill, fresh, keeping, row, test, toast, visit } from '../fixtures';

/** A village that nothing else writes in; another one for a second try. */
const village = (number: string) => (test.info().retry === 0 ? '530102007' : '530102009') + number;
const form = (page: Page, title: string) => page.getByRole('dialog', { name: `${title} 组织发动`, exact: true });
const save = (page: Page) => page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
const register = async (page: Page, values: Record<string, string>): Promise<Locator> => {
  await page.getByRole('button', { name: '登记', exact: true }).click();
  const blank = form(page, '新增');
  await fill(blank, { 开展日期: '2021-06-20', 组织形式: '党员大会', 组织方式: '自行组织', ...values });
  return blank;
};

test('the second of two people sees what the first has changed and loses nothing', async ({ page, anotherPerson, allow }) => {
  allow(/status of 409/);
  const name = fresh('两个人同时修改');
  await enter(page, '530102007', '/desk/mobilization?text=两个人');
  await register(page, { 工作事项: name, 参与人数: '20' });
  await save(page);
  await row(page, name).getByRole('link', { name: '编辑' }).click();
  const mine = form(page, '编辑');
  await expect(mine.getByLabel('参与人数')).toHaveValue('20');

  const other = await anotherPerson();
  await enter(other, '530102007', '/desk/mobilization?text=两个人');
  await row(other, name).getByRole('link', { name: '编辑' }).click();
  await fill(form(other, '编辑'), { 参与人数: '35', 内容简述: '补充了签到人数。' });
  await save(other);
  await expect(toast(other, '保存成功')).toBeVisible();

  await fill(mine, { 参与人数: '21', 内容简述: '上午召开。' });
  await save(page);
  const notice = mine.getByRole('alert').filter({ hasText: '您填写的内容没有丢失' });
  await expect(notice).toContainText(/红云街道办事处 在 .* 已修改/);
  await expect(notice.getByRole('listitem')).toHaveText(['参与人数：35', '内容简述：补充了签到人数。']);
  await expect(mine.getByLabel('参与人数')).toHaveValue('21');
  await expect(mine.getByLabel('内容简述')).toHaveValue('上午召开。');

  await fill(mine, { 参与人数: '35', 内容简述: '上午召开，补充了签到人数。' });
  await save(page);
  await expect(mine).toHaveCount(0);
  await row(page, name).getByRole('link', { name: '查看' }).click();
  await expect(form(page, '查看').getByText('上午召开，补充了签到人数。', { exact: true })).toBeVisible();
  await expect(form(page, '查看').getByText(/已修改/)).toHaveCount(2);
});

test('a record that is gone is not deleted twice and its editor is told', async ({ page, anotherPerson, allow }) => {
  allow(/status of 40[49]/);
  const name = fresh('先删后改');
  await enter(page, '530102007', '/desk/mobilization?text=先删后改');
  await register(page, { 工作事项: name });
  await save(page);
  await row(page, name).getByRole('link', { name: '编辑' }).click();
  await fill(form(page, '编辑'), { 参与人数: '9' });
  const other = await anotherPerson();
  await enter(other, '530102007', '/desk/mobilization?text=先删后改');
  await row(other, name).getByRole('link', { name: '删除' }).click();
  await other.getByRole('dialog', { name: '删除' }).getByRole('button', { name: '确定' }).click();
  await expect(toast(other, '删除成功')).toBeVisible();
  await save(page);
  await expect(toast(page, '没有找到该内容，可能已被删除或不在您的管辖范围内。')).toBeVisible();
  await expect(form(page, '编辑').getByLabel('参与人数'), 'what was typed is still there').toHaveValue('9');
});

test('what was typed survives the end of the session', async ({ page, allow }) => {
  allow(/status of 401/);
  await enter(page, village('001'), '/desk/mobilization');
  const blank = await register(page, { 工作事项: '会话中断时填写', 内容简述: '村民代表提出三条意见。' });
  await page.context().clearCookies({ name: 'hometown' });
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await alive(page);
  await page.getByLabel('查找账户').fill(village('001'));
  await page.getByRole('list', { name: '查找结果' }).getByRole('link', { name: /右营|王家桥/ }).click();
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page, 'back where it was').toHaveURL(/\/desk\/mobilization\?open=new/);
  await alive(page);
  await expect(blank.getByText(/有上次未保存的内容/)).toBeVisible();
  await expect(blank.getByLabel('工作事项')).toHaveValue('');
  await blank.getByRole('button', { name: '恢复' }).click();
  await expect(blank.getByLabel('工作事项')).toHaveValue('会话中断时填写');
  await expect(blank.getByLabel('内容简述')).toHaveValue('村民代表提出三条意见。');
  await expect(blank.getByLabel('组织形式').locator('option:checked')).toHaveText('党员大会');
  await save(page);
  await expect(row(page, '会话中断时填写')).toBeVisible();
});

test('F5 keeps what was typed, and 首页 offers it', async ({ page }) => {
  await enter(page, village('002'), '/desk/mobilization');
  const kept = keeping(page, '刷新之前');
  await register(page, { 工作事项: '刷新之前' });
  await kept;
  // The browser forgets its own copy once it has read that the server has one.
  const copies = () => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('draft/')).length);
  await expect.poll(copies).toBe(0);
  page.on('dialog', (question) => void question.accept());
  await page.reload();
  await alive(page);
  await expect(form(page, '新增').getByText(/有上次未保存的内容（\d{4}-\d\d-\d\d \d\d:\d\d:\d\d）/)).toBeVisible();
  await visit(page, '/home');
  await expect(page.getByRole('heading', { name: '上次未保存的内容' })).toBeVisible();
  const drafts = page.getByRole('region', { name: '上次未保存的内容' });
  await drafts.getByRole('link', { name: '组织发动', exact: true }).click();
  const dropped = page.waitForResponse('**/api/drop_draft');
  await form(page, '新增').getByRole('button', { name: '丢弃' }).click();
  await expect(form(page, '新增').getByText(/有上次未保存的内容/)).toHaveCount(0);
  await dropped;
  await expect(form(page, '新增').getByLabel('工作事项')).toHaveValue('');
  await page.reload();
  await alive(page);
  await expect(form(page, '新增')).toBeVisible();
  await expect(form(page, '新增').getByText(/有上次未保存的内容/), 'thrown away is thrown away').toHaveCount(0);
});

test('closing with something unsaved asks', async ({ page }) => {
  await enter(page, village('003'), '/desk/mobilization');
  const kept = keeping(page, '没有保存');
  const blank = await register(page, { 工作事项: '没有保存' });
  await kept;
  const question = page.getByRole('dialog', { name: '还没有保存' });
  await page.keyboard.press('Escape');
  await expect(question).toContainText('填写的内容还没有保存，确定关闭吗？');
  await question.getByRole('button', { name: '取消' }).click();
  await expect(blank.getByLabel('工作事项')).toHaveValue('没有保存');
  await blank.getByRole('button', { name: '关闭窗口' }).click();
  await question.getByRole('button', { name: '取消' }).click();

  // The browser's own question, when the tab is closed.
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  expect((await asked).type()).toBe('beforeunload');
  await (await asked).dismiss();

  await blank.getByRole('button', { name: '关闭', exact: true }).click();
  const dropped = page.waitForResponse('**/api/drop_draft');
  await question.getByRole('button', { name: '确定' }).click();
  await expect(blank).toHaveCount(0);
  await expect(page.getByText('暂无数据')).toBeVisible();
  await dropped;

  await page.getByRole('button', { name: '登记', exact: true }).click();
  await expect(blank.getByLabel('工作事项'), 'nothing was kept of what was thrown away').toHaveValue('');
  await expect(blank.getByText(/有上次未保存的内容/)).toHaveCount(0);
  await blank.getByRole('button', { name: '关闭', exact: true }).click();
  await expect(question, 'nothing typed, nothing asked').toHaveCount(0);
  await expect(blank).toHaveCount(0);
});

test('the way back from an open form does not lose what was typed', async ({ page }) => {
  await enter(page, village('005'), '/desk/mobilization');
  const kept = keeping(page, '按了返回键');
  const blank = await register(page, { 工作事项: '按了返回键' });
  await kept;
  await page.goBack();
  await expect(blank).toHaveCount(0);
  await page.goForward();
  await expect(blank).toBeVisible();
  await expect(blank.getByLabel('工作事项').or(blank.getByText(/有上次未保存的内容/)).first()).toBeVisible();
  const restore = blank.getByRole('button', { name: '恢复' });
  if (await restore.isVisible()) await restore.click();
  await expect(blank.getByLabel('工作事项')).toHaveValue('按了返回键');
});

test('leaving by Escape and saving by Enter', async ({ page }) => {
  await enter(page, village('009'), '/desk/mobilization');
  const blank = form(page, '新增');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await expect(blank.getByLabel('工作事项')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(blank).toHaveCount(0);
  await register(page, { 工作事项: '回车保存' });
  await blank.getByLabel('工作事项').press('Enter');
  await expect(blank).toHaveCount(0);
  await expect(row(page, '回车保存')).toHaveCount(1);
});

test('the first click in a fresh form does what it says', async ({ page }) => {
  await enter(page, village('009'), '/desk/mobilization');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  const blank = form(page, '新增');
  await expect(blank.getByLabel('工作事项')).toBeFocused();
  await blank.getByRole('button', { name: '上传附件' }).click();
  await expect(blank.getByText('点击选择文件，或将文件拖到这里')).toBeVisible();
});

test('files that were chosen stay chosen while something else is typed', async ({ page }) => {
  await enter(page, village('009'), '/desk/mobilization');
  const blank = await register(page, { 工作事项: '先选文件' });
  await blank.getByRole('button', { name: '上传附件' }).click();
  await blank.getByLabel('选择文件').setInputFiles(file('meeting.jpg'));
  await fill(blank, { 参与人数: '12' });
  await expect(blank.getByText('meeting.jpg')).toBeVisible();
});

test('a double click on 保存 stores once', async ({ page }) => {
  await enter(page, village('004'), '/desk/mobilization');
  const blank = await register(page, { 工作事项: '点了两次' });
  await blank.getByRole('button', { name: '保存' }).dblclick();
  await expect(blank).toHaveCount(0);
  await page.reload();
  await alive(page);
  await expect(row(page, '点了两次')).toHaveCount(1);
  await expect(page.getByRole('navigation', { name: '分页' })).toContainText('共 1 条');
});

test('a save whose answer got lost is stored once', async ({ page, allow }) => {
  allow(/ERR_FAILED|Failed to load resource|request failed/);
  await enter(page, village('006'), '/desk/mobilization');
  const blank = await register(page, { 工作事项: '网络中断' });
  let lost = 0;
  await page.route('**/api/save_record', async (route) => {
    if (lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  await save(page);
  await expect(toast(page, '系统繁忙，请稍后重试。已填写的内容没有丢失。')).toBeVisible();
  await expect(blank.getByLabel('工作事项')).toHaveValue('网络中断');
  await save(page);
  await expect(blank).toHaveCount(0);
  await expect(row(page, '网络中断')).toHaveCount(1);
});

test('what is typed while a save is on its way is not lost with it', async ({ page }) => {
  const name = fresh('边存边填');
  await enter(page, '530102007', '/desk/mobilization?text=边存边填');
  const blank = await register(page, { 工作事项: name });
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  let sent = () => {};
  const arrived = new Promise<void>((done) => (sent = done));
  await page.route('**/api/save_record', async (route) => {
    sent();
    await held;
    await route.continue();
  });
  await save(page);
  await arrived;
  await fill(blank, { 内容简述: '保存之后想起来的' });
  release();
  await expect(toast(page, '保存成功')).toBeVisible();
  await expect(toast(page, '保存期间又填写的内容还没有保存，请再次点击“保存”')).toBeVisible();
  await expect(blank.getByLabel('内容简述')).toHaveValue('保存之后想起来的');
  const dropped = page.waitForResponse('**/api/drop_draft');
  await save(page);
  await expect(blank).toHaveCount(0);
  await dropped;
  await page.reload();
  await alive(page);
  await expect(row(page, name)).toHaveCount(1);
  await row(page, name).getByRole('link', { name: '编辑' }).click();
  await expect(form(page, '编辑').getByLabel('内容简述')).toHaveValue('保存之后想起来的');
  await expect(form(page, '编辑').getByText('未保存的内容'), 'it was offered once more').toHaveCount(0);
});

test('what looks like HTML is text everywhere', async ({ page }) => {
  const evil = '<img src=x onerror="document.title=\'owned\'"><script>alert(1)</script>';
  page.on('dialog', (dialog) => {
    throw new Error(`a dialog: ${dialog.message()}`);
  });
  await enter(page, village('007'), '/desk/mobilization');
  await register(page, { 工作事项: evil, 内容简述: `${evil}&amp;` });
  await save(page);
  const line = row(page, evil);
  await expect(line.getByRole('cell', { name: `${evil}&amp;`, exact: true })).toBeVisible();
  await line.getByRole('link', { name: '查看' }).click();
  await expect(form(page, '查看').getByText(evil, { exact: true })).toBeVisible();
  await expect(form(page, '查看').getByText(`${evil}&amp;`, { exact: true })).toBeVisible();
  await page.reload();
  await alive(page);
  await expect(form(page, '查看').getByText(evil, { exact: true }), 'sent by the server').toBeVisible();
  await form(page, '查看').getByRole('button', { name: '编辑' }).click();
  await expect(form(page, '编辑').getByLabel('工作事项')).toHaveValue(evil);
  await form(page, '编辑').getByRole('button', { name: '关闭', exact: true }).click();
  await line.getByRole('link', { name: '删除' }).click();
  await expect(page.getByRole('dialog', { name: '删除' })).toContainText(`确定删除“${evil}”吗？`);
  expect(await page.locator('img[src=x]').count()).toBe(0);
  expect(await page.title()).not.toBe('owned');
  await visit(page, `/desk/mobilization?text=${encodeURIComponent(evil)}`);
  await expect(line).toBeVisible();
  await visit(page, `/login?problem=${encodeURIComponent(evil)}&next=${encodeURIComponent('javascript:alert(1)')}`);
  expect(await page.locator('img[src=x]').count()).toBe(0);
});

test('what is typed before the page is ready stays', async ({ page }) => {
  // A slow line: the page is there long before its program.
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await enter(page, village('008'), '/home');
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/desk/mobilization?open=new', { waitUntil: 'commit' });
  const blank = form(page, '新增');
  await blank.getByLabel('工作事项').fill('网速很慢');
  await blank.getByLabel('组织方式').selectOption('自行组织');
  release();
  await alive(page);
  await expect(blank.getByLabel('工作事项')).toHaveValue('网速很慢');
  await fill(blank, { 开展日期: '2021-06-20', 组织形式: '党员大会' });
  await expect(blank.getByLabel('组织方式').locator('option:checked')).toHaveText('自行组织');
  await save(page);
  await expect(row(page, '网速很慢')).toBeVisible();
});
