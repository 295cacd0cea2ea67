// Every page, tab and window of every kind of account: accessible, nothing hangs over the side, one picture of each.

import type { Page } from '@playwright/test';
import { choose, dismiss, enter, expect, expectAccessible, openAccountMenu, shot, test, visit } from '../fixtures';

/** The page as it stands: by the rules of WCAG, within the width of the window, and as a picture. */
async function look(page: Page, name: string): Promise<void> {
  const sideways = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const hanging = [...document.querySelectorAll('body *')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.right > width + 1 && getComputedStyle(element).position !== 'fixed';
    });
    const over = document.documentElement.scrollWidth - width;
    return over > 0 ? `${over} px: ${hanging.slice(0, 3).map((element) => element.outerHTML.slice(0, 80)).join(' | ')}` : '';
  });
  expect.soft(sideways, `${name} does not scroll sideways`).toBe('');
  await shot(page, name);
  await expectAccessible(page);
}

const ROLES = [
  { name: 'village', key: '530102010004', account: '三多居委会' },
  { name: 'township', key: '530102010', account: '西翥街道办事处' },
  { name: 'county', key: '530102-zr', account: '五华区自然资源局' },
  { name: 'county-organization', key: '530102-zz', account: '中共五华区委组织部' },
  { name: 'city', key: '530100-zr', account: '昆明市自然资源和规划局' },
  { name: 'province', key: '53-zr', account: '云南省自然资源厅项目组办公室' },
  { name: 'system', key: 'sys-01', account: '系统管理员' },
];

/** What each kind of account finds in its menu (spec 3; later chapters are absent). */
const BASICS = ['行政村信息', '人员信息', '自然村名录'];
const DOCUMENTS = ['制定文件', '补充制定文件'];
const ACTIVITIES = ['组织发动', '培训学习'];
const MENUS: Record<string, string[]> = {
  village: [...BASICS, ...DOCUMENTS, ...ACTIVITIES],
  township: [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES],
  county: [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES],
  'county-organization': [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES],
  city: [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES],
  province: [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES, '政策文件'],
  system: [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES, '政策文件'],
};

test('the pages before the sign-in', async ({ page, allow }) => {
  allow(/status of 404/);
  for (const [address, name] of [
    ['/', 'portal'],
    ['/policies', 'policies'],
    ['/login', 'login'],
    ['/login?account=530102010004&problem=wrong', 'login-wrong'],
    ['/login?level=village&city=5301&county=530102&township=530102010', 'login-cascade'],
  ]) {
    await visit(page, address);
    await look(page, name);
  }
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: '没有找到页面' })).toBeVisible();
  await look(page, 'not-found');
});

for (const role of ROLES) {
  test(`every screen of the ${role.name}`, async ({ page }) => {
    test.setTimeout(120_000);
    await enter(page, role.key, '/home');
    const menu = page.getByRole('navigation', { name: '菜单' });
    const toggle = page.getByRole('button', { name: '菜单', exact: true });
    if (await toggle.isVisible()) await toggle.click();
    const entries = menu.getByRole('link').filter({ hasNotText: '首页' });
    await expect(entries).toHaveText(MENUS[role.name]);
    await look(page, `${role.name}-menu`);
    const addresses = await entries.evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
    if (await toggle.isVisible()) await toggle.click();
    await look(page, `${role.name}-home`);
    await openAccountMenu(page, role.account);
    await look(page, `${role.name}-account-menu`);

    for (const address of addresses) {
      await visit(page, address);
      const strip = page.getByRole('navigation', { name: '标签页' }).getByRole('link');
      const tabs = await strip.evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
      for (const [position, tab] of (tabs.length > 0 ? tabs : [address]).entries()) {
        if (position > 0) await visit(page, tab);
        const name = `${role.name}-${address.split('/').pop()}${tabs.length > 0 ? `-${position + 1}` : ''}`;
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await look(page, name);
        await windows(page, name);
      }
    }
  });
}

/** The windows that the list of a tab opens: the blank form, a record, and the question before deleting. */
async function windows(page: Page, name: string): Promise<void> {
  const register = page.getByRole('button', { name: '登记', exact: true });
  const close = page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true });
  if (await register.isVisible()) {
    await register.click();
    await expect(page.getByRole('dialog', { name: /^新增/ })).toBeVisible();
    await look(page, `${name}-new`);
    await close.click();
  }
  const view = page.getByRole('link', { name: '查看', exact: true }).first();
  if (await view.isVisible()) {
    await view.click();
    await expect(page.getByRole('dialog', { name: /^查看/ })).toBeVisible();
    await look(page, `${name}-view`);
    await close.click();
  }
  const remove = page.getByRole('row').getByRole('link', { name: '删除', exact: true }).first();
  if (await remove.isVisible()) {
    await remove.click();
    await expect(page.getByRole('dialog', { name: '删除' })).toBeVisible();
    await look(page, `${name}-delete`);
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
  }
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

test('the states of a form: complaints, files, preview, questions', async ({ page }) => {
  await enter(page, '530102010004', '/desk/mobilization');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  const blank = page.getByRole('dialog', { name: '新增 组织发动' });
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(blank.getByText('请输入工作事项', { exact: true })).toBeVisible();
  await look(page, 'form-complaints');
  await blank.getByLabel('工作事项').fill('未保存');
  await blank.getByRole('button', { name: '上传附件' }).click();
  await expect(blank.getByText('点击选择文件，或将文件拖到这里')).toBeVisible();
  await look(page, 'form-upload');
  await blank.getByRole('button', { name: '关闭', exact: true }).click();
  const question = page.getByRole('dialog', { name: '还没有保存' });
  await expect(question).toBeVisible();
  await look(page, 'form-unsaved');
  await question.getByRole('button', { name: '确定' }).click();

  const line = page.getByRole('row').filter({ hasText: '三多居委会村民代表会议' });
  await line.getByRole('link', { name: '编辑' }).click();
  const edit = page.getByRole('dialog', { name: '编辑 组织发动' });
  await expect(edit).toBeVisible();
  await look(page, 'form-edit');
  await edit.getByRole('button', { name: /^预览/ }).first().click();
  await expect(page.getByRole('dialog', { name: /^预览/ }).getByRole('img')).toBeVisible();
  await look(page, 'form-preview');
  await page.getByRole('dialog', { name: /^预览/ }).getByRole('button', { name: '关闭窗口' }).click();
  await edit.getByRole('button', { name: /^删除/ }).first().click();
  await expect(page.getByRole('dialog', { name: '删除附件' })).toBeVisible();
  await look(page, 'form-remove-file');
});

test('the states of a table: rows, complaints', async ({ page }) => {
  await enter(page, '530102010008', '/desk/village_profile');
  await page.getByRole('button', { name: '增加一行 村(居)民小组' }).click();
  await page.getByLabel('组长电话 第1行', { exact: true }).fill('1');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(page.getByText('请输入居民小组名称', { exact: true })).toBeVisible();
  await look(page, 'grid-complaints');
});

test('the switch: what is missing, the question, and 完成情况', async ({ page, allow }) => {
  allow(/progress\.rs:\d+:\d+, you access/); // FIXME: see mobilization.spec.ts
  await enter(page, '530102010008', '/desk/training');
  await page.getByRole('switch', { name: '是否完成' }).click();
  await expect(page.getByRole('link', { name: /^本村至少登记 1 条培训学习/ })).toBeVisible();
  await look(page, 'switch-missing');
  await dismiss(page, '还不能完成“培训学习”');
  await enter(page, '530102010002', '/desk/training');
  await expect(page.getByText('“培训学习”已完成，不能再修改。')).toBeVisible();
  await look(page, 'switch-done');
  await page.getByRole('switch', { name: '是否完成' }).click();
  await expect(page.getByRole('dialog', { name: '是否完成' })).toBeVisible();
  await look(page, 'switch-question');
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();

  await enter(page, '530102-zr', '/progress/training');
  await look(page, 'progress');
  await page.getByRole('button', { name: '重新打开' }).first().click();
  await page.getByRole('dialog', { name: '重新打开' }).getByRole('button', { name: '确定' }).click();
  await expect(page.getByText('请填写重新打开的原因')).toBeVisible();
  await look(page, 'progress-reopen');
});

test('the pages about the account', async ({ page }) => {
  await enter(page, '530102010004', '/profile');
  await look(page, 'profile');
  await visit(page, '/password');
  await look(page, 'password');
  await visit(page, '/home');
  await choose(page, '行政村信息');
  await visit(page, '/desk/nowhere');
  await expect(page.getByText('没有找到该内容')).toBeVisible();
  await look(page, 'desk-not-found');
});
