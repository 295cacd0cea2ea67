// Manual 3.1: 制定文件 and 补充制定文件, with their attachments and the switch of the county.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { alive, attach, choose, enter, expect, file, fill, fresh, open, row, shot, test, toast, visit } from '../fixtures';

const form = (page: Page, title: string) => page.getByRole('dialog', { name: title, exact: true });

test('the city registers, edits, previews, downloads and deletes under 市级上传', async ({ page, isMobile }) => {
  const title = fresh('昆明市冬季工作提示');
  await enter(page, '530100-zr', '/home');
  await choose(page, '制定文件');
  await expect(page.getByRole('link', { name: '市级上传' })).toHaveAttribute('aria-current', 'page');
  await page.getByRole('link', { name: '县级上传' }).click();
  await expect(page.getByRole('link', { name: '县级上传' })).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('button', { name: '登记' }), 'the county’s tab is for reading').toHaveCount(0);
  await page.getByRole('link', { name: '市级上传' }).click();

  await page.getByRole('button', { name: '登记' }).click();
  const blank = form(page, '新增 市级上传');
  await expect(blank.getByText('上传的文件需去掉红头和盖章')).toBeVisible();
  await expect(blank.getByLabel('制定单位')).toHaveValue('昆明市自然资源和规划局');
  await blank.getByLabel('制定日期').fill('2021-11-02');
  await attach(
    blank,
    [file('notice.pdf', `${title}.pdf`), file('attendance.xlsx'), file('board.jpg')],
    [`${title}.pdf`, 'attendance.xlsx', 'board.jpg'],
  );
  await expect(blank.getByLabel('文件名称'), 'the first file names the record').toHaveValue(title);
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(toast(page, '保存成功')).toBeVisible();
  await expect(blank).toHaveCount(0);
  const line = row(page, title);
  await expect(line.getByRole('cell', { name: '2021-11-02' })).toBeVisible();

  // 编辑: one record is selected, then the button of the toolbar works.
  const edit = page.getByRole('button', { name: '编辑', exact: true });
  await expect(edit).toBeDisabled();
  await line.getByRole('checkbox').check();
  await edit.click();
  const opened = form(page, '编辑 市级上传');

  await opened.getByRole('button', { name: `预览 ${title}.pdf` }).click();
  const view = page.getByRole('dialog', { name: /^预览 / });
  const frame = view.locator('iframe');
  await expect(frame).toHaveAttribute('title', `${title}.pdf`);
  const answer = await page.request.get((await frame.getAttribute('src'))!);
  expect(answer.headers()['content-disposition']).toMatch(/^inline/);
  expect((await answer.body()).subarray(0, 5).toString()).toBe('%PDF-');
  await shot(page, 'preview-pdf');
  await view.getByRole('button', { name: '关闭窗口' }).click();
  await expect(view).toHaveCount(0);
  await expect(opened, '× leads back to the record').toBeVisible();

  await opened.getByRole('button', { name: '预览 attendance.xlsx' }).click();
  await expect(view.getByRole('table')).toBeVisible();
  await expect(view.getByRole('cell', { name: '姓名', exact: true })).toBeVisible();
  await view.getByRole('button', { name: '关闭窗口' }).click();

  await opened.getByRole('button', { name: '预览 board.jpg' }).click();
  const picture = view.getByRole('img', { name: 'board.jpg' });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  await view.getByRole('button', { name: '关闭窗口' }).click();

  const download = page.waitForEvent('download');
  await opened.getByRole('button', { name: '下载 attendance.xlsx' }).click();
  expect((await download).suggestedFilename()).toBe('attendance.xlsx');
  const content = await readFile(await (await download).path());
  expect(content.equals(file('attendance.xlsx').buffer), 'what was uploaded comes back').toBe(true);

  await opened.getByRole('button', { name: '删除 board.jpg' }).click();
  const question = page.getByRole('dialog', { name: '删除附件' });
  await expect(question).toContainText('确定删除“board.jpg”吗？');
  await question.getByRole('button', { name: '取消' }).click();
  await expect(opened.getByText('board.jpg')).toBeVisible();
  await opened.getByRole('button', { name: '删除 board.jpg' }).click();
  await question.getByRole('button', { name: '确定' }).click();
  await expect(opened.getByText('board.jpg')).toHaveCount(0);
  await attach(opened, [file('work-plan.pdf')], ['work-plan.pdf']);
  await opened.getByLabel('文号').fill('昆规划家乡〔2021〕77号');
  await opened.getByRole('button', { name: '保存' }).click();
  await expect(opened).toHaveCount(0);
  await expect(line.getByRole('cell', { name: '昆规划家乡〔2021〕77号' })).toBeVisible();

  await line.getByRole('link', { name: '查看' }).click();
  const read = form(page, '查看 市级上传');
  await expect(read.getByRole('listitem').filter({ hasText: '预览' })).toHaveText([
    new RegExp(`^${title}\\.pdf`),
    /^attendance\.xlsx/,
    /^work-plan\.pdf/,
  ]);
  await expect(read.getByRole('button', { name: /^删除|上传附件/ })).toHaveCount(0);
  await expect(read.getByText(/昆明市自然资源和规划局 在 .* 已登记/)).toBeVisible();
  await expect(read.getByText(/昆明市自然资源和规划局 在 .* 已修改/)).toBeVisible();
  const address = await read.getByRole('button', { name: '下载 work-plan.pdf' }).getAttribute('href');
  await read.getByRole('button', { name: '关闭', exact: true }).click();

  // 删除: the whole record with all its files.
  await line.getByRole('checkbox').check();
  await page.getByRole('button', { name: '删除', exact: true }).click();
  const sure = page.getByRole('dialog', { name: '删除' });
  await expect(sure).toContainText(`确定删除“${title}”吗？`);
  await sure.getByRole('button', { name: '取消' }).click();
  await expect(line).toBeVisible();
  await line.getByRole('link', { name: '删除' }).click();
  await sure.getByRole('button', { name: '确定' }).click();
  await expect(toast(page, '删除成功')).toBeVisible();
  await expect(line).toHaveCount(0);
  expect((await page.request.get(address!)).status(), 'the files are gone with it').toBe(404);
});

test('files that are not what they say are refused', async ({ page, allow }) => {
  allow(/status of 422/);
  await enter(page, '530100-zr', '/desk/supplementary_documents');
  await page.getByRole('button', { name: '登记' }).click();
  const blank = form(page, '新增 市级上传');
  await fill(blank, { 文件名称: '被拒绝的文件', 制定日期: '2022-05-06' });
  await blank.getByRole('button', { name: '上传附件' }).click();
  const chosen = blank.getByLabel('选择文件');
  const send = blank.getByRole('button', { name: '上传', exact: true });
  await expect(send).toBeDisabled();
  await chosen.setInputFiles({ name: '程序.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') });
  await expect(blank.getByRole('alert')).toContainText('只能上传 pdf、doc、docx');
  await blank.getByRole('button', { name: '移除 程序.exe' }).click();
  await chosen.setInputFiles({ name: '空白.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) });
  await expect(blank.getByRole('alert')).toHaveText('文件是空的');
  await blank.getByRole('button', { name: '移除 空白.pdf' }).click();

  await chosen.setInputFiles({ name: '伪装.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html>no</html>') });
  await send.click();
  await expect(toast(page, '请先勾选“我已确认附件已去掉红头和盖章”')).toBeVisible();
  await blank.getByLabel('我已确认附件已去掉红头和盖章').check();
  await send.click();
  await expect(blank.getByRole('alert')).toContainText(/不是|不一致|不符/);
  await expect(blank.getByRole('button', { name: '下载 伪装.pdf' })).toHaveCount(0);
  await blank.getByRole('button', { name: '移除 伪装.pdf' }).click();

  await blank.getByRole('button', { name: '保存' }).click();
  await expect(blank.getByText('请上传附件', { exact: true })).toBeVisible();
  await expect(blank.getByLabel('文件名称'), 'nothing typed is lost').toHaveValue('被拒绝的文件');
});

test('a good file is kept and a disguised one refused when both are sent together', async ({ page, allow }) => {
  allow(/status of 422/);
  await enter(page, '530100-zr', '/desk/supplementary_documents');
  await page.getByRole('button', { name: '登记' }).click();
  const blank = form(page, '新增 市级上传');
  await fill(blank, { 文件名称: '一好一坏', 制定日期: '2022-05-07' });
  const disguised = { name: '伪装.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('%PDF-1.7 not a picture') };
  await attach(blank, [file('notice.pdf', '正常.pdf'), disguised], ['正常.pdf']);
  await expect(blank.getByRole('alert').filter({ hasText: /不是|不一致|不符/ })).toBeVisible();
});

test('the year decides: 2021 under 制定文件, later under 补充制定文件', async ({ page }) => {
  const key = test.info().retry === 0 ? '530111-zr' : '530128-zr';
  open(key);
  await enter(page, key, '/desk/founding_documents?tab=county');
  await page.getByRole('button', { name: '登记' }).click();
  const blank = form(page, '新增 县级上传');
  await fill(blank, { 文件名称: '官渡区推进方案', 制定日期: '2022-03-04' });
  await attach(blank, [file('work-plan.pdf')], ['work-plan.pdf']);
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(blank.getByRole('alert')).toHaveText('2021 年之后制定的文件，请到补充制定文件登记');
  await expect(blank.getByLabel('制定日期')).toBeFocused();
  await expect(blank.getByLabel('文件名称')).toHaveValue('官渡区推进方案');
  await expect(blank.getByRole('button', { name: '下载 work-plan.pdf' })).toBeVisible();
  await blank.getByLabel('制定日期').fill('2020-03-04');
  await expect(blank.getByRole('alert')).toHaveText('制定文件为 2021 年制定的文件');
  await blank.getByRole('button', { name: '关闭', exact: true }).click();
  await page.getByRole('dialog', { name: '还没有保存' }).getByRole('button', { name: '确定' }).click();

  await visit(page, '/desk/supplementary_documents?tab=county');
  await expect(page.getByRole('switch', { name: '是否完成' }), 'the manual names no switch here').toHaveCount(0);
  await page.getByRole('button', { name: '登记' }).click();
  await fill(blank, { 文件名称: '官渡区推进方案', 制定日期: '2021-12-31' });
  await attach(blank, [file('work-plan.pdf')], ['work-plan.pdf']);
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(blank.getByRole('alert')).toHaveText('2021 年制定的文件，请到制定文件登记');
  await blank.getByLabel('制定日期').fill('2022-03-04');
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(row(page, '官渡区推进方案').getByRole('cell', { name: '2022', exact: true })).toBeVisible();
});

test('是否完成: guarded, asked, locked, reopened', async ({ page, anotherPerson, allow }) => {
  allow(/status of 409/);
  const [key, county] = test.info().retry === 0 ? ['530112-zr', '西山区'] : ['530127-zr', '嵩明县'];
  open(key);
  await enter(page, key, '/desk/founding_documents?tab=city');
  await expect(page.getByRole('switch', { name: '是否完成' }), 'only on 县级上传').toHaveCount(0);
  await page.getByRole('link', { name: '县级上传' }).click();
  const toggle = page.getByRole('switch', { name: '是否完成' });
  await expect(toggle).not.toBeChecked();
  await expect(page.getByText('完成前还需补充 1 项')).toBeVisible();
  await toggle.click();
  await expect(toast(page, '还不能完成“制定文件”，请先补充缺少的内容')).toBeVisible();
  await expect(toggle).not.toBeChecked();
  const missing = page.getByRole('link', { name: '县级上传中至少有 1 条带附件的制定文件' });
  await expect(missing).toHaveAttribute('href', '/desk/founding_documents?tab=county');

  await page.getByRole('button', { name: '登记' }).click();
  const blank = form(page, '新增 县级上传');
  await fill(blank, { 文件名称: '西山区工作方案', 制定日期: '2021-06-01' });
  await attach(blank, [file('work-plan.pdf')], ['work-plan.pdf']);
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(row(page, '西山区工作方案')).toBeVisible();
  await expect(missing).toHaveCount(0);

  // A second window, opened before: its save must be refused once the step is complete.
  const late = await anotherPerson();
  await enter(late, key, '/desk/founding_documents?tab=county');
  await row(late, '西山区工作方案').getByRole('link', { name: '编辑' }).click();
  await form(late, '编辑 县级上传').getByLabel('文号').fill('西规划家乡〔2021〕1号');

  const question = page.getByRole('dialog', { name: '是否完成' });
  await toggle.click();
  await expect(question).toContainText('确定“制定文件”已完成吗？');
  await question.getByRole('button', { name: '取消' }).click();
  await expect(toggle, 'it flips back on 取消').not.toBeChecked();
  await toggle.click();
  await question.getByRole('button', { name: '确定' }).click();
  await expect(toggle).toBeChecked();
  await expect(page.getByText(new RegExp(`${county}自然资源局 在 .* 已完成`))).toBeVisible();
  await expect(page.getByText('“制定文件”已完成，不能再修改。')).toBeVisible();
  await expect(page.getByRole('button', { name: '登记' })).toHaveCount(0);
  const line = row(page, '西山区工作方案');
  await expect(line.getByRole('link', { name: /编辑|删除/ })).toHaveCount(0);
  await line.getByRole('link', { name: '西山区工作方案' }).click();
  await expect(form(page, '查看 县级上传')).toBeVisible();
  await expect(form(page, '查看 县级上传').getByRole('button', { name: /编辑|保存/ })).toHaveCount(0);
  await form(page, '查看 县级上传').getByRole('button', { name: '关闭', exact: true }).click();

  await form(late, '编辑 县级上传').getByRole('button', { name: '保存' }).click();
  await expect(toast(late, '“制定文件”已完成，不能再修改。')).toBeVisible();
  await expect(form(late, '编辑 县级上传').getByLabel('文号')).toHaveValue('西规划家乡〔2021〕1号');

  await toggle.click();
  await expect(question).toContainText('改为否后可以继续修改');
  await question.getByRole('button', { name: '确定' }).click();
  await expect(toggle).not.toBeChecked();
  await expect(line.getByRole('link', { name: '编辑' })).toBeVisible();
  await form(late, '编辑 县级上传').getByRole('button', { name: '保存' }).click();
  await expect(toast(late, '保存成功')).toBeVisible();
  await page.reload();
  await alive(page);
  await expect(line.getByRole('cell', { name: '西规划家乡〔2021〕1号' })).toBeVisible();
});

test('township and village read their own city and county', async ({ page }) => {
  await enter(page, '530102010004', '/desk/founding_documents?tab=city');
  await expect(row(page, '昆明市“干部规划家乡行动”实施方案')).toBeVisible();
  await expect(page.getByRole('button', { name: '登记' })).toHaveCount(0);
  await page.getByRole('link', { name: '县级上传' }).click();
  await expect(row(page, '五华区“干部规划家乡行动”工作方案')).toBeVisible();
  await expect(page.getByText('西山区'), 'no other county').toHaveCount(0);
  await row(page, '五华区“干部规划家乡行动”联络服务站设立说明').dblclick();
  const read = form(page, '查看 县级上传');
  const download = page.waitForEvent('download');
  await read.getByRole('button', { name: '下载 联络服务站设立说明.pdf' }).click();
  expect((await download).suggestedFilename()).toBe('联络服务站设立说明.pdf');
});
