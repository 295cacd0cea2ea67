import { expect, expectAccessible, shot, test } from '../fixtures';

test('the portal leads to the sign-in page', { tag: '@noscript' }, async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '干部规划家乡行动' }).first()).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'portal');

  const link = page.getByRole('link', { name: '系统登录' });
  const button = page.getByRole('button', { name: '系统登录' });
  await link.or(button).first().click();
  await expect(page).toHaveURL(/\/login(\?|$)/);
  await expect(page.getByRole('button', { name: '登录', exact: true })).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'login');
});
