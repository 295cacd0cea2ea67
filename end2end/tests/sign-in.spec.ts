// Manual chapter 1: the portal, the account, the password, the help.

import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import {
  PASSWORD,
  alive,
  enter,
  expect,
  expectAccessible,
  firstPassword,
  open,
  openAccountMenu,
  shot,
  signIn,
  test,
  toast,
  visit,
} from '../fixtures';

const account = (page: Page) => page.getByRole('navigation', { name: '账户' });
const level = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
const problem = (page: Page) => page.getByRole('alert');

test('the account is found level by level, from 系统登录 on', async ({ page }) => {
  await visit(page, '/');
  await page.getByRole('button', { name: '系统登录' }).click();
  await alive(page);
  const submit = page.getByRole('button', { name: '登录', exact: true });
  await expect(page.getByRole('button', { name: '账户 请选择账户' })).toBeVisible();

  await level(page, '层级').selectOption('行政村(社区)');
  await expect(page.getByText('请继续选择下一级')).toBeVisible();
  await level(page, '州(市)').selectOption('昆明市');
  await level(page, '县(市、区)').selectOption('五华区');
  await level(page, '乡镇(街道)').selectOption('西翥街道');
  const accounts = page.getByRole('list', { name: '账户列表' });
  await expect(accounts.getByRole('link', { name: /^厂口居委会/ })).toBeVisible();
  await accounts.getByRole('link', { name: /^三多居委会/ }).click();

  await expect(page.getByRole('button', { name: '账户 三多居委会' })).toContainText('昆明市 / 五华区 / 西翥街道');
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await submit.click();
  await expect(page).toHaveURL(/\/home$/);
  await expect(page.getByRole('heading', { level: 1, name: '三多居委会' })).toBeVisible();
});

test('another level offers other accounts', async ({ page }) => {
  await visit(page, '/login');
  await level(page, '层级').selectOption('县委组织部');
  await level(page, '州(市)').selectOption('昆明市');
  const accounts = page.getByRole('list', { name: '账户列表' });
  await expect(accounts.getByRole('link', { name: /中共五华区委组织部/ })).toBeVisible();
  await expect(accounts.getByRole('link', { name: /自然资源局/ })).toHaveCount(0);

  await level(page, '层级').selectOption('市级自然资源部门');
  await expect(accounts.getByRole('link', { name: /^昆明市自然资源和规划局/ })).toBeVisible();
  await expect(accounts.getByRole('link')).toHaveCount(16);
});

for (const typed of ['三多居委会', 'sdsq', '530102010004']) {
  test(`the account is found by typing ${typed}`, async ({ page }) => {
    await visit(page, '/login');
    await page.getByLabel('查找账户').fill(typed);
    const found = page.getByRole('list', { name: '查找结果' }).getByRole('link', { name: /^三多居委会.*西翥街道/ });
    await found.click();
    await expect(page.getByRole('button', { name: '账户 三多居委会' })).toBeVisible();
    await expect(page.getByLabel('密码', { exact: true })).toBeFocused();
  });
}

test('a wrong password says so and nothing else', { tag: '@noscript' }, async ({ page }) => {
  const attempt = async (loginKey: string) => {
    const form = { account: loginKey, password: 'Wrong-Password-1', next: '/home' };
    const headers = { origin: new URL(page.url()).origin };
    const answer = await page.request.post('/login', { form, headers, maxRedirects: 0 });
    return [answer.status(), answer.headers()['location'].replace(loginKey, 'KEY')];
  };
  await visit(page, '/login?account=530102005003');
  await page.getByLabel('密码', { exact: true }).fill('Wrong-Password-1');
  await page.getByRole('button', { name: '登录', exact: true }).click();

  await expect(problem(page)).toHaveText('账户或密码不正确，请重新输入');
  await expect(page.getByRole('button', { name: /^账户 虹山东路居委会/ })).toBeVisible();
  await expect(page.getByLabel('密码', { exact: true })).toHaveValue('');
  expect(await attempt('530102005003'), 'an account that exists and one that does not look the same').toEqual(
    await attempt('530199999999'),
  );
  await page.goto('/home');
  await expect(page).toHaveURL(/\/login\?next=/);
});

test('whoever is not signed in is led to the sign-in and then on', { tag: '@noscript' }, async ({ page }) => {
  await page.goto('/desk/training?text=培训');
  await expect(page).toHaveURL(/\/login\?next=/);
  const next = new URL(page.url()).searchParams.get('next');
  await visit(page, `/login?account=530102010004&next=${encodeURIComponent(next!)}`);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page).toHaveURL(/\/desk\/training\?text=/);
  await expect(page.getByRole('heading', { level: 1, name: '培训学习' })).toBeVisible();
});

test('the password is changed behind the account name', { tag: '@noscript' }, async ({ page, anotherPerson }) => {
  const key = '530102005001';
  const next = 'Kunjian-Road-2027';
  // An earlier try may have changed it already.
  open(key);
  await signIn(page, key);
  await (await openAccountMenu(page, '昆建路居委会')).getByRole('link', { name: '修改密码' }).click();
  await expect(page.getByRole('heading', { name: '修改密码' })).toBeVisible();

  const change = async (old: string, fresh: string, again: string) => {
    await page.getByLabel('原密码').fill(old);
    await page.getByLabel('新密码', { exact: true }).fill(fresh);
    await page.getByLabel('确认新密码').fill(again);
    await page.getByRole('button', { name: '保存' }).click();
  };
  await change('Not-The-Old-1', next, next);
  await expect(problem(page)).toHaveText('原密码不正确');
  await change(PASSWORD, 'Ab1!', 'Ab1!');
  await expect(problem(page)).toHaveText('密码至少 8 位');
  await change(PASSWORD, 'onlyletters', 'onlyletters');
  await expect(problem(page)).toHaveText('密码须包含字母、数字、符号中的至少两类');
  await change(PASSWORD, 'yngb2021', 'yngb2021');
  await expect(problem(page)).toHaveText('该密码过于常见，容易被猜到，请换一个');
  await change(PASSWORD, PASSWORD, PASSWORD);
  await expect(problem(page)).toHaveText('新密码不能与原密码相同');
  await change(PASSWORD, next, 'Kunjian-Road-2028');
  await expect(problem(page)).toHaveText('两次输入的新密码不一致');

  const elsewhere = await anotherPerson();
  await enter(elsewhere, key, '/home');
  await change(PASSWORD, next, next);
  await expect(page).toHaveURL(/\/home/);
  await expect(page.getByRole('heading', { level: 1, name: '昆建路居委会' })).toBeVisible();

  await elsewhere.reload();
  await expect(elsewhere, 'other sessions of the account have ended').toHaveURL(/\/login/);
  await visit(elsewhere, `/login?account=${key}`);
  await elsewhere.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await elsewhere.getByRole('button', { name: '登录', exact: true }).click();
  await expect(problem(elsewhere)).toHaveText('账户或密码不正确，请重新输入');
  await signIn(elsewhere, key, next);
});

test('a changed password is confirmed', async ({ page }) => {
  open('530102005008');
  await enter(page, '530102005008', '/password');
  await page.getByLabel('原密码').fill(PASSWORD);
  await page.getByLabel('新密码', { exact: true }).fill('Hongshan-South-1');
  await page.getByLabel('确认新密码').fill('Hongshan-South-1');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(toast(page, '密码修改成功')).toBeVisible();
});

test('a first password must be changed, with the person behind it', { tag: '@noscript' }, async ({ page }) => {
  // Outside the demo county: nobody has used this account yet.
  const key = '530103008';
  const first = firstPassword(key);
  await visit(page, `/login?account=${key}`);
  await page.getByLabel('密码', { exact: true }).fill(first);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page).toHaveURL(/\/password$/);
  await expect(page.getByText('首次登录，请先修改密码并填写使用人信息。')).toBeVisible();
  await page.goto('/desk/training');
  await expect(page, 'nothing else opens before').toHaveURL(/\/password$/);

  const save = async (name: string, phone: string) => {
    await page.getByLabel('原密码').fill(first);
    await page.getByLabel('新密码', { exact: true }).fill('Ciba-Street-2026');
    await page.getByLabel('确认新密码').fill('Ciba-Street-2026');
    await page.getByLabel('使用人姓名').fill(name);
    await page.getByLabel('使用人电话').fill(phone);
    await page.getByRole('button', { name: '保存' }).click();
  };
  await save('', '');
  await expect(problem(page)).toHaveText('请输入使用人姓名（2–20 个字）');
  await save('李秋实', '12565847089');
  await expect(problem(page)).toHaveText('请输入正确的 11 位手机号码');
  await expect(page.getByLabel('使用人姓名'), 'what was typed stays').toHaveValue('李秋实');
  await expect(page.getByLabel('使用人电话')).toHaveValue('12565847089');
  await save('李秋实', '13987654321');
  await expect(page).toHaveURL(/\/home/);
  await expect(page.getByRole('heading', { level: 1, name: '茨坝街道办事处' })).toBeVisible();

  await (await openAccountMenu(page, '茨坝街道办事处')).getByRole('link', { name: '使用人信息' }).click();
  await expect(page.getByLabel('使用人姓名')).toHaveValue('李秋实');
  await page.getByLabel('使用人电话').fill('1398765432');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(problem(page)).toHaveText('请输入正确的 11 位手机号码');
  await page.getByLabel('使用人电话').fill('13987654322');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('保存成功')).toBeVisible();
  await expect(page.getByLabel('使用人电话')).toHaveValue('13987654322');
});

/** What an application for TOTP codes (RFC 6238) shows so many half minutes from now. */
function codeOf(secret: string, steps = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/\s/g, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test('whoever has bound a phone signs in with its code', { tag: '@noscript' }, async ({ page, anotherPerson }) => {
  const key = '530102008002';
  // An earlier try may have bound a phone already.
  open(key);
  await enter(page, key, '/profile');
  await page.getByRole('button', { name: '绑定', exact: true }).click();
  await expect(page.getByRole('heading', { name: '两步验证' })).toBeVisible();
  await expect(page.getByRole('img', { name: '绑定二维码' })).toBeVisible();
  await shot(page, 'second-factor-bind');
  await expectAccessible(page);
  const secret = (await page.getByText('密钥：').locator('code').innerText()).trim();
  await page.getByLabel('验证码').fill(codeOf(secret, 9));
  await page.getByRole('button', { name: '绑定', exact: true }).click();
  await expect(problem(page)).toHaveText('验证码不正确，请输入手机上当前显示的 6 位数字');
  expect((await page.getByText('密钥：').locator('code').innerText()).trim(), 'the same secret as before').toBe(secret);
  await page.getByLabel('验证码').fill(codeOf(secret));
  await page.getByRole('button', { name: '绑定', exact: true }).click();
  await expect(page.getByText('绑定成功，以后登录时需要输入验证码')).toBeVisible();
  await expect(page.getByRole('button', { name: '解除绑定' })).toBeVisible();

  const next = await anotherPerson();
  await visit(next, `/login?account=${key}&next=%2Fdesk%2Ftraining`);
  await next.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await next.getByRole('button', { name: '登录', exact: true }).click();
  await expect(next.getByRole('heading', { name: '两步验证' })).toBeVisible();
  await next.goto('/home');
  await expect(next, 'the password alone opens nothing').toHaveURL(/\/second_factor\?next=/);
  await next.getByLabel('验证码').fill('000000');
  await next.getByRole('button', { name: '确定' }).click();
  await expect(problem(next)).toHaveText('验证码不正确，请输入手机上当前显示的 6 位数字');
  await shot(next, 'second-factor-code');
  await expectAccessible(next);
  await next.getByLabel('验证码').fill(codeOf(secret, 1));
  await next.getByRole('button', { name: '确定' }).click();
  await expect(next).toHaveURL(/\/home/);
  await visit(next, '/profile');
  await expect(next.getByText('已绑定，登录时需要输入手机上的验证码。')).toBeVisible();
  await shot(next, 'second-factor-profile');
});

test('after 退出 nothing opens any more', { tag: '@noscript' }, async ({ page }) => {
  await signIn(page, '530102005004');
  await visit(page, '/desk/mobilization');
  await (await openAccountMenu(page, '虹山中路居委会')).getByRole('button', { name: '退出' }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goBack();
  await expect(page, 'the way back is closed too').toHaveURL(/\/login\?next=/);
  await page.goto('/home');
  await expect(page).toHaveURL(/\/login\?next=/);
});

test('the sign-in page shows the QQ group and the manual', { tag: '@noscript' }, async ({ page }) => {
  await visit(page, '/login');
  await expect(page.getByText('服务QQ群号：632064326（加群需填写单位名称和姓名）')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: '操作手册' }).click();
  await expectPdf(await download, '操作手册.pdf');
  await page.getByRole('link', { name: '政策文件' }).click();
  await expect(page.getByRole('heading', { name: '政策文件' })).toBeVisible();
});

test('帮助 downloads the manual', { tag: '@noscript' }, async ({ page }) => {
  await enter(page, '530102005004', '/home');
  const download = page.waitForEvent('download');
  await account(page).getByRole('link', { name: '帮助' }).click();
  await expectPdf(await download, '操作手册.pdf');
});

test('everybody reads 政策文件 and downloads by clicking a name', { tag: '@noscript' }, async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: '更多' }).click();
  await expect(page).toHaveURL(/\/policies$/);
  const documents = page.getByRole('listitem');
  await expect(documents.first()).toContainText('操作手册');
  await expect(documents.filter({ hasText: '工作手册' }).first()).toBeVisible();
  await expect(page.getByText('征求意见稿'), 'what is not public is not listed').toHaveCount(0);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: '“干部规划家乡行动”信息系统操作手册' }).click();
  await expectPdf(await download, '“干部规划家乡行动”信息系统操作手册.pdf');
});

async function expectPdf(download: import('@playwright/test').Download, name: string): Promise<void> {
  expect(download.suggestedFilename()).toBe(name);
  const content = await readFile(await download.path());
  expect(content.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  expect(content.length).toBeGreaterThan(10_000);
}
