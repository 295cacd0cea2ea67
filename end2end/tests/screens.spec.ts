// Every page, tab and window of every kind of account: accessible, nothing hangs over the side, one picture of each.

import type { Page } from '@playwright/test';
import { choose, dismiss, enter, expect, expectAccessible, openAccountMenu, shot, test, visit } from '../fixtures';

/** What was measured by the rules of WCAG: one look at every kind of screen is enough, whoever sees it. */
const measured = new Set<string>();

/** The page as it stands: within the width of the window, by the rules of WCAG, and as a picture. */
async function look(page: Page, name: string, kind = name): Promise<void> {
  const sideways = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return '';
    const hanging = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width + 1,
    );
    return hanging.slice(0, 3).map((element) => element.outerHTML.slice(0, 80)).join(' | ') || 'something';
  });
  expect.soft(sideways, `${name} does not scroll sideways`).toBe('');
  await shot(page, name);
  if (!measured.has(kind)) await expectAccessible(page);
  measured.add(kind);
}

const ROLES = [
  { name: 'village', key: '530102010004', account: '三多居委会' },
  { name: 'township', key: '530102010', account: '西翥街道办事处' },
  { name: 'county', key: '530102-zr', account: '五华区自然资源局' },
  { name: 'county-organization', key: '530102-zz', account: '中共五华区委组织部' },
  { name: 'city', key: '530100-zr', account: '昆明市自然资源和规划局' },
  { name: 'province', key: '53-zr', account: '云南省自然资源厅项目组办公室' },
  { name: 'system', key: 'sys-01', account: '系统管理员' },
  { name: 'security', key: 'sec-01', account: '安全管理员' },
  { name: 'audit', key: 'aud-01', account: '审计管理员' },
];

/** What each kind of account finds in its menu (spec 3; later chapters are absent). */
const BASICS = ['行政村信息', '人员信息', '自然村名录'];
const DOCUMENTS = ['制定文件', '补充制定文件'];
const ACTIVITIES = ['组织发动', '培训学习'];
const TASKS = ['摸底调查', '制定计划', '下达任务'];
const REVIEWS = ['摸底调查', '制定计划', '上报审核', '下达任务'];
const TEAM = ['人员摸排', '名单报审', '发函确认', '确定技术单位'];
/** The steps unfold below 规划编制 inside a village; a village account is always inside its own. */
const STEPS = [
  '底图底数',
  '实地调研',
  '现状分析',
  '国土空间开发与保护',
  '编制产业发展规划',
  '编制基层党建和人才发展规划',
  '形成规划草案',
  '成果标准化',
  '县级审查',
  '村民决议',
  '审批备案',
  '推动项目落地',
  '反馈工作成效',
];
const PLANNING = '规划编制';
const LEDGERS = '台账信息';
const CODES = '二维码信息';
const ACCOUNTS = '账号管理';
const COMPLAINTS = '投诉建议';
/** What the offices of city and county see first; 系统管理 follows. */
const OFFICE = [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES, ...REVIEWS, ...TEAM, PLANNING, LEDGERS];
const MENUS: Record<string, string[]> = {
  village: [...BASICS, ...DOCUMENTS, ...ACTIVITIES, ...TASKS, ...TEAM, PLANNING, ...STEPS, LEDGERS, CODES],
  township: [...BASICS, ...DOCUMENTS, '成立机构', ...ACTIVITIES, ...TASKS, ...TEAM, PLANNING, LEDGERS, CODES, ACCOUNTS],
  county: [...OFFICE, CODES, ACCOUNTS, '参数', COMPLAINTS],
  'county-organization': OFFICE,
  city: [...OFFICE, CODES, ACCOUNTS, COMPLAINTS],
  province: [...OFFICE, CODES, ACCOUNTS, '政策文件', '公告'],
  // Of business data the system administrator sees 实地调研, which it imports.
  system: [PLANNING, LEDGERS, ACCOUNTS, '行政区划', '字典与参数', '实地调研导入', '政策文件', '公告', COMPLAINTS],
  security: [ACCOUNTS, '权限总览', '日志'],
  audit: ['日志'],
};
/** 东村社区: twelve of its thirteen steps are done in the demo data. */
const PLANNED = '530102010001';

test('the pages before the sign-in', async ({ page }) => {
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
});

test('an address that is not ours says so', { tag: '@noscript' }, async ({ page, allow }) => {
  allow(/status of 404/);
  const answer = await page.goto('/nowhere');
  expect(answer!.status()).toBe(404);
  await expect(page.getByRole('heading', { name: '没有找到页面' })).toBeVisible();
  await look(page, 'not-found');
});

for (const role of ROLES) {
  test(`every screen of the ${role.name}`, async ({ page }) => {
    test.setTimeout(900_000);
    await enter(page, role.key, '/home');
    const menu = page.getByRole('navigation', { name: '菜单' });
    const toggle = page.getByRole('button', { name: '菜单', exact: true });
    if (await toggle.isVisible()) await toggle.click();
    const entries = menu.getByRole('link').filter({ hasNotText: '首页' });
    await expect(entries).toHaveText(MENUS[role.name]);
    await look(page, `${role.name}-menu`, 'menu');
    if (await toggle.isVisible()) await toggle.click();
    await look(page, `${role.name}-home`, 'home');
    await openAccountMenu(page, role.account);
    await look(page, `${role.name}-account-menu`, 'account-menu');

    for (const title of MENUS[role.name]) {
      await choose(page, title);
      await tabs(page, role.name);
    }
  });
}

for (const [name, key] of [['village', PLANNED], ['county', '530102-zr']]) {
  test(`every step of a planned village, as the ${name} sees it`, async ({ page }) => {
    test.setTimeout(900_000);
    await enter(page, key, '/planning');
    await look(page, `${name}-villages`, `${name}-villages`);
    await visit(page, `/planning/${PLANNED}`);
    await look(page, `${name}-planned`, 'planned');
    for (const title of STEPS) {
      await choose(page, title);
      await expect(page).toHaveURL(new RegExp(`region=${PLANNED}`));
      await tabs(page, `${name}-planned`);
    }
  });
}

/** What was still being read is there: the looks below ask once what there is. */
const loaded = (page: Page) => expect(page.locator('.loading')).toHaveCount(0);

/** Every tab of the page that is shown. */
async function tabs(page: Page, role: string): Promise<void> {
  await loaded(page);
  const address = new URL(page.url()).pathname.replace('/desk', '').split('/')[1];
  const strip = page.getByRole('navigation', { name: '标签页' }).getByRole('link');
  const count = Math.max(1, await strip.count());
  for (let tab = 1; tab <= count; tab += 1) {
    if (tab > 1) {
      await strip.nth(tab - 1).click();
      await expect(strip.nth(tab - 1)).toHaveAttribute('aria-current', 'page');
      await loaded(page);
    }
    await screens(page, count > 1 ? `${address}-${tab}` : address, role);
  }
}

/** A tab with the windows that its list opens: the blank form, a record, and the question before deleting. */
async function screens(page: Page, tab: string, role: string): Promise<void> {
  // Several lists of one tab stand one below the other.
  const register = page.getByRole('button', { name: '登记', exact: true }).first();
  const fills = (await register.isVisible()) || (await page.getByRole('button', { name: '保存' }).first().isVisible());
  const see = (part: string) => look(page, `${role}-${tab}${part}`, `${tab}${part}${fills ? ' filled' : ''}`);
  const close = page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true });
  await see('');
  if (await register.isVisible()) {
    await register.click();
    const asked = page.getByRole('dialog', { name: '提示' });
    await expect(page.getByRole('dialog', { name: /^新增/ }).or(asked)).toBeVisible();
    if (await asked.isVisible()) await asked.getByRole('button', { name: '确定' }).click();
    await expect(page.getByRole('dialog', { name: /^新增/ })).toBeVisible();
    await see('-new');
    await close.click();
  }
  const view = page.getByRole('link', { name: '查看', exact: true }).first();
  if (await view.isVisible()) {
    await view.click();
    await expect(page.getByRole('dialog', { name: /^查看/ })).toBeVisible();
    await see('-view');
    await close.click();
  }
  const remove = page.getByRole('row').getByRole('link', { name: '删除', exact: true }).first();
  if (await remove.isVisible()) {
    await remove.click();
    await expect(page.getByRole('dialog', { name: '删除' })).toBeVisible();
    await see('-delete');
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
});

test('a page that is not in the menu says so', async ({ page }) => {
  await enter(page, '530102010004', '/desk/nowhere');
  await expect(page.getByText('没有找到该内容')).toBeVisible();
  await look(page, 'desk-not-found');
});
