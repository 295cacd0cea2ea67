// A village hands a cadre the report about himself (spec §12): a link for seven days, opened on any phone without signing in,
// taken back at any time; and anybody can ask whether a paper was issued.

import { enter, expect, expectAccessible, shot, test } from '../fixtures';

const VILLAGE = '530102010004';
const CADRE = '曾志明';

test('a link opens one report, until it is taken back', { tag: '@noscript' }, async ({ page, anotherPerson, allow }) => {
  allow(/status of 404/);
  await enter(page, VILLAGE, `/work_reports/outcomes?region=${VILLAGE}`);
  await page.getByRole('button', { name: '分享链接', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: '请选择一位人员' })).toBeVisible();
  await page.getByLabel(new RegExp(CADRE)).check();
  await page.getByRole('button', { name: '分享链接', exact: true }).click();
  const link = page.getByLabel(`${CADRE}的工作报告链接`);
  await expect(link).toBeVisible();
  await expect(page.getByRole('img', { name: '分享链接二维码' })).toBeVisible();
  const address = new URL(await link.inputValue()).pathname;
  await shot(page, 'report-links');
  await expectAccessible(page);

  const cadre = await anotherPerson();
  await cadre.setViewportSize({ width: 390, height: 844 });
  await cadre.goto(address);
  await expect(cadre.getByRole('heading', { name: `${CADRE}同志参与“干部规划家乡行动”工作报告` })).toBeVisible();
  await expect(cadre.getByText('链接有效期至')).toBeVisible();
  const check = (await cadre.getByText(/^核验码：/).textContent()) ?? '';
  const code = /核验码：([A-Z0-9]{5}-[A-Z0-9]{5})/.exec(check)?.[1] ?? '';
  await shot(cadre, 'report-shared');
  await expectAccessible(cadre);
  const download = cadre.waitForEvent('download');
  await cadre.getByRole('link', { name: '下载 docx' }).or(cadre.getByRole('button', { name: '下载 docx' })).click();
  expect((await download).suggestedFilename()).toBe(`${CADRE}参与“干部规划家乡行动”工作报告.docx`);

  // Whoever gets the paper asks: with both halves only.
  const office = await anotherPerson();
  await office.goto('/reports/check');
  await office.getByLabel('核验码').fill(code);
  await office.getByLabel('姓名').fill('别人');
  await office.getByRole('button', { name: '核验', exact: true }).click();
  await expect(office.getByText('没有查到')).toBeVisible();
  await office.getByLabel('姓名').fill(CADRE);
  await office.getByRole('button', { name: '核验', exact: true }).click();
  await expect(office.getByText(/该报告由 .*三多社区 于 .* 通过本系统出具/)).toBeVisible();
  await shot(office, 'report-check');
  await expectAccessible(office);

  await page.getByRole('button', { name: new RegExp(`^撤销 ${CADRE}`) }).first().click();
  await expect(page.getByRole('button', { name: new RegExp(`^撤销 ${CADRE}`) })).toHaveCount(0);
  const answer = await cadre.goto(address);
  expect(answer?.status()).toBe(404);
  await expect(cadre.getByText('链接已失效')).toBeVisible();
});
