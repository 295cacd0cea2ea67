// A natural village on a cheap phone (manual chapter 8): it scans the code of its village, registers, signs in, fills its
// topics, and loses nothing when the network goes. Its village confirms it and sees the sums.

import type { BrowserContext, Page } from '@playwright/test';
import { enter, expect, file, fresh, keeping, openPage, shot, test } from '../fixtures';

const VILLAGE = '530102010004';
const WECHAT =
  'Mozilla/5.0 (Linux; Android 9; Redmi 6A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 ' +
  'Mobile Safari/537.36 MicroMessenger/8.0.40';

test.use({ userAgent: WECHAT, viewport: { width: 390, height: 844 } });

/** What the QR code of the village holds, read by the village itself. */
async function code(anotherPerson: () => Promise<Page>): Promise<string> {
  const village = await anotherPerson();
  await enter(village, VILLAGE, '/codes');
  const link = village.getByRole('link', { name: '三多社区 二维码' }).or(village.getByRole('link', { name: '放大 三多社区 二维码' }));
  await expect(link).toBeVisible();
  const answer = await village.request.post('/api/registration_codes', {
    data: { query: { page: 1, size: 20, text: '', sort: '', filters: {}, region: null, own_level: false } },
    headers: { origin: new URL(village.url()).origin },
  });
  const { lines } = await answer.json();
  return new URL(lines[0].address).pathname;
}

/** A name that no other project and no earlier try has taken. */
function called(stem: string): string {
  const side = ({ phone: '上', desktop: '下' } as Record<string, string>)[test.info().project.name] ?? '中';
  return `${fresh(stem + side)}村`;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function register(page: Page, door: string, name: string): Promise<void> {
  await page.goto(door);
  await button(page, '账号注册').click();
  await page.getByLabel('登录名称').fill(name);
  await page.getByLabel('手机号码').fill('13812345678');
  await button(page, '注册').click();
  await expect(page.getByText('注册成功。默认登录密码为 yngb2021')).toBeVisible();
}

async function settle(page: Page, door: string, name: string): Promise<void> {
  await register(page, door, name);
  await page.getByLabel('密码', { exact: true }).fill('yngb2021');
  await button(page, '登录').click();
  await expect(page.getByText('首次登录，请先修改密码。')).toBeVisible();
  await page.getByLabel('新密码').fill('Huajiao-2026');
  await page.getByLabel('确认密码').fill('Huajiao-2026');
  await button(page, '保存').click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

const numbers: Record<string, string> = {
  户数: '5',
  户籍人口: '20',
  常住人口: '15',
  '年龄构成(18岁以下)': '4',
  '年龄构成(18-60岁)': '10',
  '年龄构成(60岁以上)': '6',
};

async function fillYear(page: Page, year: string, changes: Record<string, string> = {}): Promise<void> {
  await page.getByLabel('年份').selectOption(year);
  for (const [label, text] of Object.entries({ ...numbers, ...changes })) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
}

/** It is saved, and the page where it was filled is left: that one says so first. */
async function saved(page: Page): Promise<void> {
  await expect(page.getByText('保存成功').first()).toBeVisible();
  await page.waitForURL((url) => url.searchParams.get('notice') === 'saved');
}

async function openPopulation(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^人口状况/ }).click();
  await page.getByRole('dialog', { name: '人口状况 填报内容' }).getByRole('link', { name: /2016-2020各年人口情况/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: '2016-2020各年人口情况' })).toBeVisible();
}

test('it registers, is told what is wrong, fills, corrects, deletes and signs out', { tag: '@noscript' }, async ({ page, anotherPerson }) => {
  const door = await code(anotherPerson);
  await page.goto(door);
  await button(page, '账号注册').click();
  await page.getByLabel('登录名称').fill('三多村委会');
  await page.getByLabel('手机号码').fill('12565847089');
  await button(page, '注册').click();
  await expect(page.getByRole('alert').filter({ hasText: '不能填' }).first()).toBeVisible();
  await expect(page.getByText('请输入正确的 11 位手机号码')).toBeVisible();
  await expect(page.getByLabel('登录名称')).toHaveValue('三多村委会');

  const name = called('花交');
  await settle(page, door, name);
  await expect(page.getByText('待行政村确认')).toBeVisible();
  await openPopulation(page);
  await button(page, '登记').click();
  await expect(page.getByText('所属行政村')).toBeVisible();
  await fillYear(page, '2020', { 户数: '25' });
  await button(page, '保存').click();
  await expect(page.getByText('户数不能多于户籍人口（20 人）')).toBeVisible();
  await expect(page.getByLabel('常住人口', { exact: true })).toHaveValue('15');
  await page.getByLabel('户数', { exact: true }).fill('5');
  await button(page, '保存').click();
  await saved(page);

  // Touching the record anywhere opens it (manual 8.5).
  await page.getByText('户籍人口').click();
  await expect(page.getByRole('heading', { level: 1, name: /^编辑/ })).toBeVisible();
  await page.getByLabel('常住人口', { exact: true }).fill('16');
  await button(page, '保存').click();
  await saved(page);
  await expect(page.getByText('16', { exact: true })).toBeVisible();
  await page.getByText('户籍人口').click();
  await button(page, '删除').click();
  await expect(page.getByText(/^确定删除/)).toBeVisible();
  await button(page, '确定').click();
  // While the phone is sending something else, and where the answer takes long, the list is shown first and tells it itself.
  await page.waitForURL((url) => !url.searchParams.has('open'));
  await expect(page.getByText(/^(删除成功|1 条记录已删除)$/)).toBeVisible();
  await page.goto('/m/population');
  await expect(page.getByText('暂无数据')).toBeVisible();
  await button(page, '返回').click();
  await expect(page.getByRole('dialog', { name: '人口状况 填报内容' })).toBeVisible();
  await button(page, '取消').click();
  await button(page, '退出').click();
  await expect(button(page, '账号登录')).toBeVisible();
});

test('what it fills counts once its village has confirmed it', async ({ page, anotherPerson }) => {
  const door = await code(anotherPerson);
  const name = called('新登');
  await settle(page, door, name);
  await page.goto('/m/population?open=new');
  await fillYear(page, '2020');
  await button(page, '保存').click();
  await expect(page.getByText('保存成功')).toBeVisible();

  const village = await anotherPerson();
  await enter(village, VILLAGE, `/desk/natural_villages?text=${name}`);
  await expect(village.getByText('待确认', { exact: true }).last()).toBeVisible();
  await village.getByRole('link', { name, exact: true }).click();
  await village.getByRole('dialog').getByRole('button', { name: '确认', exact: true }).click();
  await village.getByRole('dialog').getByRole('button', { name: '确定', exact: true }).click();
  await expect(village.getByText('正常', { exact: true }).last()).toBeVisible();
  await page.goto('/m');
  await expect(page.getByText('待行政村确认')).toBeHidden();
});

test('the network goes: what is saved waits on the phone and is sent once', async ({ page, context, anotherPerson, allow }) => {
  allow(AWAY);
  const door = await code(anotherPerson);
  await settle(page, door, called('离线'));
  await keepPages(page);

  await context.setOffline(true);
  await openPopulation(page);
  for (const year of ['2019', '2020']) {
    await button(page, '登记').click();
    await expect(page.locator('html')).toHaveAttribute('data-alive', '');
    await fillYear(page, year);
    await button(page, '保存').click();
    await expect(page.getByText(year === '2019' ? '有 1 条内容待提交' : '有 2 条内容待提交')).toBeVisible();
  }
  await context.setOffline(false);
  await expect(page.getByText('2 条内容已提交')).toBeVisible();
  await page.goto('/m/population');
  await expect(page.locator('.record-card')).toHaveCount(2);
});

test('a phone that dies keeps what was typed, and so does the next phone', async ({ page, context, anotherPerson }) => {
  const door = await code(anotherPerson);
  const name = called('断电');
  await settle(page, door, name);
  await page.goto('/m/population?open=new');
  await expect(page.locator('html')).toHaveAttribute('data-alive', '');
  await page.getByLabel('户籍人口', { exact: true }).fill('321');
  await page.close();

  const again = await openPage(context);
  await again.goto('/m/population?open=new');
  await expect(again.getByLabel('户籍人口', { exact: true })).toHaveValue('321');
  await expect(again.getByText('已恢复上次未保存的内容')).toBeVisible();

  // The server has it too, by the account: a second phone goes on.
  const kept = keeping(again, '"300"');
  await again.getByLabel('常住人口', { exact: true }).fill('300');
  await kept;
  const other = await anotherPerson();
  await other.goto(door);
  await button(other, '账号登录').click();
  await other.getByLabel('登录名称').selectOption({ label: name });
  await other.getByLabel('密码', { exact: true }).fill('Huajiao-2026');
  await button(other, '登录').click();
  await expect(other.getByRole('heading', { level: 1, name })).toBeVisible();
  await other.goto('/m/population?open=new');
  await expect(other.getByLabel('户籍人口', { exact: true })).toHaveValue('321');
  await expect(other.getByLabel('常住人口', { exact: true })).toHaveValue('300');
});


/** A photo that no other is: the same picture with a comment in it. */
function photo(number: number): { name: string; mimeType: string; buffer: Buffer } {
  const { mimeType, buffer } = file('board.jpg');
  const comment = Buffer.from(`photo ${number}`);
  const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  const made = Buffer.concat([buffer.subarray(0, 2), head, comment, buffer.subarray(2)]);
  return { name: `空地${number}.jpg`, mimeType, buffer: made };
}

/** Every page of the phone is kept for when the network is away. */
async function keepPages(page: Page): Promise<void> {
  // A record that was just saved leaves its page by itself.
  await page.waitForURL((url) => !url.searchParams.has('open'));
  // What a page loads is kept from the first one on that the worker sees: without a network nothing else gives it.
  await expect.poll(() => page.evaluate(async () => !!(await navigator.serviceWorker.getRegistration())?.active), { timeout: 30_000 }).toBe(true);
  await page.goto('/m');
  await expect
    .poll(() => page.evaluate(async () => !!(await (await caches.open('phone-pages-1')).match('/phone-fetched'))), { timeout: 30_000 })
    .toBe(true);
}

const isAlive = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-alive', '', { timeout: 30_000 });
// What lies on the phone already is looked for again behind its back.
const AWAY =
  /ERR_INTERNET_DISCONNECTED|Failed to fetch|Failed to load resource|request failed: net::ERR_FAILED \S+\/(outbox\.js|icon\.svg)/;

async function fillLand(page: Page, place: string): Promise<void> {
  await isAlive(page);
  await page.getByLabel('地块名称/位置').fill(place);
  await page.getByLabel('空闲地类型').selectOption({ label: '村内荒地' });
  await page.getByLabel('面积(平方米)').fill('120');
}

/** A record that is saved, kept for when the network is away, and open again; its address. */
async function storedLand(page: Page, place: string): Promise<string> {
  await page.goto('/m/vacant_land?open=new');
  await fillLand(page, place);
  await button(page, '保存').click();
  await expect(page.getByText('保存成功')).toBeVisible();
  await keepPages(page);
  await page.goto('/m/vacant_land');
  const address = (await page.locator('.record-card').getAttribute('href')) ?? '';
  await page.goto(address);
  await isAlive(page);
  return address;
}

const chosen = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

async function reborn(context: BrowserContext, page: Page, address: string): Promise<Page> {
  await page.close({ runBeforeUnload: false });
  const next = await openPage(context);
  await next.goto(address);
  return next;
}

test('a photo chosen without a network follows its record, once, whatever becomes of the phone', async ({ page, context, anotherPerson, allow }) => {
  allow(AWAY);
  const door = await code(anotherPerson);
  await settle(page, door, called('照片'));
  await keepPages(page);
  await context.setOffline(true);
  await page.goto('/m/vacant_land?open=new');
  await fillLand(page, '村口');
  await page.getByLabel('选择照片').setInputFiles([photo(1), photo(2)]);
  await expect(chosen(page, '空地1.jpg')).toContainText('待上传');
  await expect(chosen(page, '空地1.jpg').getByRole('presentation').or(chosen(page, '空地1.jpg').locator('img.thumbnail'))).toBeVisible();
  await shot(page, 'phone-photo-waits');

  // Killed before it is saved: typed and chosen are there again; one is taken out.
  let phone = await reborn(context, page, '/m/vacant_land?open=new');
  await isAlive(phone);
  await expect(phone.getByLabel('地块名称/位置')).toHaveValue('村口');
  await expect(chosen(phone, '空地1.jpg')).toContainText('待上传');
  await phone.getByRole('button', { name: '移除 空地2.jpg' }).click();
  await expect(chosen(phone, '空地2.jpg')).toHaveCount(0);
  await button(phone, '保存').click();
  await expect(phone.getByText('有 1 条内容待提交')).toBeVisible();
  await expect(phone.getByText('有 1 张照片待上传，联网后自动上传')).toBeVisible();
  await shot(phone, 'phone-waits');

  // Killed once more; two pages are open when the network is back.
  phone = await reborn(context, phone, '/m/vacant_land');
  await expect(phone.getByText('有 1 张照片待上传')).toBeVisible();
  const second = await openPage(context);
  await second.goto('/m/vacant_land');
  await expect(second.getByText('有 1 张照片待上传')).toBeVisible();
  await context.setOffline(false);
  await expect(phone.getByText('张照片待上传')).toBeHidden({ timeout: 30_000 });
  await expect(second.getByText('张照片待上传')).toBeHidden();
  for (let look = 0; look < 2; look += 1) {
    await phone.goto('/m/vacant_land');
    await expect(phone.locator('.record-card')).toHaveCount(1);
    await phone.locator('.record-card').click();
    await isAlive(phone);
    await expect(phone.getByRole('button', { name: /^下载 / })).toHaveCount(1);
  }
  // It was stored as it was sent: once as a record, once with its photo.
  await expect(phone.getByText(/已登记$/)).toHaveCount(1);
  await expect(phone.getByText(/已修改$/)).toHaveCount(1);
});

test('what the server has got is there on the older page of a phone without a network, and stays', async ({ page, context, anotherPerson, allow }) => {
  allow(AWAY);
  const door = await code(anotherPerson);
  await settle(page, door, called('旧页'));
  const address = await storedLand(page, '山脚');

  // With a network: typed and photographed, and given to the server, not saved.
  const given: string[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/api/keep_draft') && response.ok()) given.push(response.request().postData() ?? '');
  });
  await page.getByLabel('面积(平方米)').fill('321');
  await page.getByLabel('选择照片').setInputFiles([photo(41)]);
  const sent = page.getByRole('button', { name: /^下载 / });
  await expect(sent).toHaveCount(1);
  const file = ((await sent.getAttribute('href')) ?? '').split('/').pop() ?? '';
  await expect.poll(() => given.some((draft) => draft.includes(file)), 'the server has got it').toBe(true);

  // Without one the page is older than that.
  await context.setOffline(true);
  let phone = await reborn(context, page, address);
  await isAlive(phone);
  await expect(phone.getByLabel('面积(平方米)')).toHaveValue('321');
  await phone.getByLabel('选择照片').setInputFiles([photo(42)]);
  await expect(chosen(phone, '空地42.jpg')).toContainText('待上传');

  await context.setOffline(false);
  phone = await reborn(context, phone, address);
  await isAlive(phone);
  await expect(phone.getByLabel('面积(平方米)')).toHaveValue('321');
  await expect(phone.getByRole('button', { name: /^下载 / })).toHaveCount(2);
  await button(phone, '保存').click();
  await saved(phone);
  await phone.goto(address);
  await expect(phone.getByRole('button', { name: /^下载 / })).toHaveCount(2);
  await expect(phone.getByLabel('面积(平方米)')).toHaveValue('321');
});

test('photos survive every kill, on any network', async ({ page, context, anotherPerson, allow }, info) => {
  test.skip(info.project.name !== 'phone', 'one project is enough: it is the same program');
  test.setTimeout(240_000);
  allow(AWAY);
  const door = await code(anotherPerson);
  await settle(page, door, called('千照'));
  const address = await storedLand(page, '河边');

  const roll = dice(7);
  const photos = 8;
  let phone = page;
  for (let run = 1; run <= photos; run += 1) {
    const network = ['online', 'slow', 'away'][roll(3)];
    await context.setOffline(network === 'away');
    phone = await reborn(context, phone, address);
    if (network === 'slow') {
      const session = await context.newCDPSession(phone);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', { offline: false, latency: 300, downloadThroughput: 60_000, uploadThroughput: 20_000 });
    }
    await isAlive(phone);
    await phone.getByLabel('选择照片').setInputFiles([photo(100 + run)]);
    // Kept before anything else happens to it.
    await expect(chosen(phone, `空地${100 + run}.jpg`), `run ${run}, ${network}`).toBeVisible();
    if (roll(2) === 1) await button(phone, '保存').click();
    await phone.evaluate((wait) => new Promise((resolve) => setTimeout(resolve, wait)), roll(1_200)).catch(() => {});
  }
  await context.setOffline(false);
  phone = await reborn(context, phone, address);
  await isAlive(phone);
  await expect(phone.getByRole('button', { name: /^下载 / })).toHaveCount(photos, { timeout: 60_000 });
  const save = button(phone, '保存');
  await save.click();
  await saved(phone);
  await phone.goto(address);
  await expect(phone.getByRole('button', { name: /^下载 / })).toHaveCount(photos);
});

test('a deletion waits without a network and can be taken back', async ({ page, context, anotherPerson, allow }) => {
  allow(AWAY);
  const door = await code(anotherPerson);
  await settle(page, door, called('删除'));
  for (const place of ['东头', '西头']) {
    await page.goto('/m/vacant_land?open=new');
    await fillLand(page, place);
    await button(page, '保存').click();
    await saved(page);
  }
  await keepPages(page);
  // The records are kept after the pages that list them.
  const cards = page.locator('a.record-card:visible');
  await page.goto('/m/vacant_land');
  await expect
    .poll(() => page.evaluate(async () => (await (await caches.open('phone-pages-1')).keys()).filter(({ url }) => /open=[0-9a-f-]{36}$/.test(url)).length), { timeout: 30_000 })
    .toBe(2);
  await context.setOffline(true);
  const remove = async (place: string) => {
    await cards.filter({ hasText: place }).click();
    await isAlive(page);
    await button(page, '删除').click();
    await expect(page.getByText(`确定删除“${place}”吗？照片将一并删除。`)).toBeVisible();
    await button(page, '确定').click();
    await expect(page.getByText('待删除', { exact: true })).toBeVisible();
    await expect(cards).toHaveCount(1);
  };
  await remove('东头');
  await shot(page, 'phone-deletion-waits');
  await button(page, '撤销删除 东头').click();
  await expect(cards).toHaveCount(2);
  await remove('西头');
  const phone = await reborn(context, page, '/m/vacant_land');
  await expect(phone.getByText('待删除', { exact: true })).toBeVisible();
  await context.setOffline(false);
  await expect(phone.getByText('1 条记录已删除')).toBeVisible({ timeout: 30_000 });
  await phone.goto('/m/vacant_land');
  await expect(phone.locator('a.record-card')).toHaveCount(1);
  await expect(phone.getByText('东头')).toBeVisible();
});

test('the only record of its form, refused because another phone was first, is corrected and sent', async ({ page, context, anotherPerson, allow }) => {
  allow(AWAY);
  allow(/status of 409/);
  const door = await code(anotherPerson);
  const name = called('两机');
  await settle(page, door, name);
  await keepPages(page);
  await context.setOffline(true);
  await page.goto('/m/absences');
  await isAlive(page);
  await page.getByLabel('说明').fill('第一部手机');
  await button(page, '保存').click();
  await expect(page.getByText('有 1 条内容待提交')).toBeVisible();

  const other = await anotherPerson();
  await other.goto(door);
  await button(other, '账号登录').click();
  await other.getByLabel('登录名称').selectOption({ label: name });
  await other.getByLabel('密码', { exact: true }).fill('Huajiao-2026');
  await button(other, '登录').click();
  await other.goto('/m/absences');
  await isAlive(other);
  await other.getByLabel('说明').fill('第二部手机');
  await button(other, '保存').click();
  await expect(other.getByText('保存成功')).toBeVisible();

  await context.setOffline(false);
  const refusal = page.getByRole('alert').filter({ hasText: '本村没有的内容' });
  await expect(refusal).toBeVisible({ timeout: 30_000 });
  await button(page, '修改').click();
  await isAlive(page);
  await expect(page.getByText(/^上次提交没有成功/)).toBeVisible();
  await expect(page.getByLabel('说明'), 'what was typed is there').toHaveValue('第一部手机');
  await page.getByLabel('说明').fill('两部手机');
  await button(page, '保存').click();
  await saved(page);
  await expect(refusal).toHaveCount(0);
  await page.goto('/m/absences');
  await expect(page.getByLabel('说明')).toHaveValue('两部手机');
});

test('two open pages send what waits once', async ({ page, context, anotherPerson, allow }) => {
  allow(AWAY);
  const door = await code(anotherPerson);
  await settle(page, door, called('双页'));
  await keepPages(page);
  const second = await openPage(context);
  await second.goto('/m/population');
  await context.setOffline(true);
  await page.goto('/m/population?open=new');
  await isAlive(page);
  await fillYear(page, '2020');
  await button(page, '保存').click();
  await expect(page.getByText('有 1 条内容待提交')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('条内容待提交')).toBeHidden({ timeout: 30_000 });
  await page.goto('/m/population');
  await expect(page.locator('.record-card')).toHaveCount(1);
  await page.locator('.record-card').click();
  await isAlive(page);
  await expect(page.getByText(/已登记$/)).toHaveCount(1);
  await expect(page.getByText(/已修改$/)).toHaveCount(0);
});

/** How often the phone is killed; more on demand: `RUNS=500 npx playwright test --project phone -g killed`. */
const RUNS = Number(process.env.RUNS ?? 50);

/** Always the same sequence: a failure can be run again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

test('killed at any moment, on any network, not one field is lost', async ({ page, context, anotherPerson, allow }, info) => {
  test.skip(info.project.name !== 'phone', 'one project is enough: it is the same program');
  test.setTimeout(60_000 + RUNS * 8_000);
  allow(AWAY);
  const door = await code(anotherPerson);
  await settle(page, door, called('百折'));
  await keepPages(page);
  await page.close();

  const roll = dice(20261128);
  const labels = Object.keys(numbers);
  const typed: Record<string, string> = {};
  let lost = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const network = ['online', 'slow', 'away'][roll(3)];
    await context.setOffline(network === 'away');
    const phone = await openPage(context);
    if (network === 'slow') {
      const session = await context.newCDPSession(phone);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 30_000, uploadThroughput: 10_000 });
    }
    await phone.goto('/m/population?open=new');
    await expect(phone.locator('html'), `run ${run}, ${network}`).toHaveAttribute('data-alive', '', { timeout: 30_000 });
    for (const [label, text] of Object.entries(typed)) {
      const held = phone.getByLabel(label, { exact: true });
      const is = await expect(held).toHaveValue(text, { timeout: 5_000 }).then(() => true, () => false);
      if (!is) lost += 1;
    }
    for (let count = 1 + roll(3); count > 0; count -= 1) {
      const label = labels[roll(labels.length)];
      const text = String(1 + roll(900));
      await phone.getByLabel(label, { exact: true }).fill(text);
      typed[label] = text;
    }
    // Sometimes at once, sometimes in the middle of what goes to the server.
    if (roll(2) === 1) await phone.evaluate((wait) => new Promise((resolve) => setTimeout(resolve, wait)), roll(900));
    await phone.close({ runBeforeUnload: false });
  }
  expect(lost, `${RUNS} kills`).toBe(0);

  // With a network everything reaches the server, and a wiped phone has it again.
  await context.setOffline(false);
  const last = await openPage(context);
  const kept = keeping(last, '齐了');
  await last.goto('/m/population?open=new');
  await expect(last.locator('html')).toHaveAttribute('data-alive', '');
  await last.getByLabel('备注').fill('齐了');
  await kept;
  await last.evaluate(async () => {
    localStorage.clear();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await last.reload();
  await expect(last.getByLabel('备注')).toHaveValue('齐了');
  for (const [label, text] of Object.entries(typed)) await expect(last.getByLabel(label, { exact: true })).toHaveValue(text);
});
