// 首页 (spec 4.10): what waits, search with the keyboard, 催办, and the consistency panel.

import { enter, expect, expectAccessible, open, shot, test, toast, visit } from '../fixtures';

/** Twelve of its thirteen steps are done in the demo data. */
const PLANNED = '530102010001';

const HOMES = [
  { name: 'village', key: '530102010004', sections: ['待办', '我的进度'] },
  { name: 'township', key: '530102010', sections: ['待办', '我的进度', '规划编制各环节的行政村'] },
  { name: 'county', key: '530102-zr', sections: ['待办', '我的进度', '停留较久的行政村', '工作进度'] },
  { name: 'county-organization', key: '530102-zz', sections: ['待办', '我的进度'] },
  { name: 'city', key: '530100-zr', sections: ['待办', '我的进度'] },
  { name: 'province', key: '53-zr', sections: ['待办', '我的进度'] },
];

test('everybody begins with what waits for them', async ({ page }) => {
  test.setTimeout(540_000);
  for (const { name, key, sections } of HOMES) {
    await enter(page, key, '/home');
    for (const section of sections) {
      await expect(page.getByRole('region', { name: section, exact: true }), `${name}: ${section}`).toBeVisible();
    }
    await expectAccessible(page);
    await shot(page, `home-${name}`);
  }
});

test('a line of 待办 leads to the list that it counts', async ({ page }) => {
  await enter(page, '530102010', '/home');
  const line = page.getByRole('region', { name: '待办', exact: true }).getByRole('listitem').filter({ hasText: '待乡级审核' }).first();
  await expect(line.getByRole('button', { name: /审批通过 \/ 打回/ })).toBeVisible();
  const counted = Number((await line.innerText()).match(/(\d+) 条/)?.[1]);
  // The menu says the same number, quietly; on a phone it is closed.
  const menu = page.getByRole('navigation', { name: '菜单', includeHidden: true });
  const entry = menu.getByRole('listitem', { includeHidden: true }).filter({ hasText: /^名单报审\d+ 条待办$/ });
  await expect(entry).toBeAttached();
  await line.getByRole('button', { name: /审批通过 \/ 打回/ }).click();
  await expect(page).toHaveURL(/status=township_review/);
  await expect(page.getByText(`共 ${counted} 条`)).toBeVisible();
});

test('whatever is looked for by its initials is found with the keyboard', async ({ page, isMobile }) => {
  await enter(page, '530102-zr', '/home');
  if (isMobile) {
    await visit(page, '/search?q=sdsq');
    await expect(page.getByRole('region', { name: '行政区划' }).getByRole('link', { name: '三多社区' })).toBeVisible();
    await shot(page, 'search-page');
    return;
  }
  const box = page.getByRole('combobox', { name: '搜索', exact: true });
  await box.fill('sdsq');
  const list = page.getByRole('listbox', { name: '搜索结果' });
  const village = list.getByRole('option', { name: /三多社区/ }).first();
  await expect(village).toBeVisible();
  await shot(page, 'search-box');
  await box.press('Escape');
  await expect(list).toHaveCount(0);
  await box.fill('mddc');
  const menu = list.getByRole('option', { name: /摸底调查/ }).first();
  await expect(menu).toBeVisible();
  await box.press('ArrowDown');
  await expect(menu).toHaveAttribute('aria-selected', 'true');
  await box.press('Enter');
  await expect(page).toHaveURL(/\/desk\/baseline_survey/);
  await expect(list).toHaveCount(0);
  // Enter alone asks the page.
  await box.fill('三多');
  await box.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=/);
  await expect(page.getByRole('heading', { name: '行政区划' })).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'search-page');
});

test('a county urges a village, which reads it', async ({ page, anotherPerson, allow, isMobile }) => {
  test.skip(isMobile, 'the same buttons, and once a week');
  allow(/status of 409/);
  await enter(page, '530102-zr', '/home');
  const stuck = page.getByRole('region', { name: '停留较久的行政村', exact: true });
  const line = stuck.getByRole('row').filter({ hasText: '东村社区' });
  await line.getByRole('button', { name: /催办/ }).click();
  await expect(toast(page, /已催办东村/)).toBeVisible();
  await expect(line.getByText(/已催办/)).toBeVisible();
  await expect(line.getByRole('button', { name: /催办/ })).toHaveCount(0);
  const village = await anotherPerson();
  await enter(village, PLANNED, '/home');
  const urged = village.getByRole('list', { name: '催办' });
  await expect(urged.getByText(/五华区自然资源局 在 .* 已催办/)).toBeVisible();
  await shot(village, 'home-urged');
  await urged.getByRole('link').click();
  await expect(village).toHaveURL(/\/desk\//);
});

test('numbers that should agree stand side by side', async ({ page }) => {
  open(PLANNED);
  await enter(page, PLANNED, `/planning/${PLANNED}`);
  await page.getByRole('button', { name: '数据一致性' }).click();
  await expect(page).toHaveURL(new RegExp(`/consistency/${PLANNED}`));
  await expect(page.getByRole('row', { name: /行政村人口/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, 'consistency');
});
