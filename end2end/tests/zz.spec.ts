import { enter, expect, test, attach, fill, file, toast, signIn, shot } from '../fixtures';
for (const where of ['back', 'close', 'menu']) test('back ' + where, async ({ page }) => {
  let panicked = 0; page.on('pageerror', () => panicked++);
  await enter(page, '530102007005', '/desk/mobilization');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  const blank = page.getByRole('dialog');
  await expect(blank).toBeVisible();
  if (where != 'back') { await fill(blank, { 工作事项: 'abc' }); }
  if (where == 'close') { await blank.getByRole('button', { name: '关闭', exact: true }).click(); await page.getByRole('dialog', {name: '还没有保存'}).getByRole('button', {name:'确定'}).click(); }
  else if (where == 'back') await page.goBack();
  else await page.goBack();
  await page.waitForTimeout(500);
  console.log(where, 'dialogs', await blank.count(), 'panics', panicked);
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await page.waitForTimeout(500);
  console.log('dialogs', await blank.count(), page.url(), panicked);
});
