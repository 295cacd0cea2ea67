// Manual 4: 摸底调查, 制定计划, 上报审核, 下达任务, with returns from each level.

import type { Locator, Page } from '@playwright/test';
import { alive, attach, dismiss, enter, expect, expectAccessible, file, fill, open, row, shot, test, toast, visit } from '../fixtures';

const form = (page: Page, title: string) => page.getByRole('dialog', { name: title, exact: true });
const register = (page: Page) => page.getByRole('button', { name: '登记', exact: true });
const confirm = (window: Locator) => window.getByRole('button', { name: '确定', exact: true });
const SURVEY = { 村庄类型: '集聚提升类', 现有村庄规划情况: '无规划', 发起日期: '2021-05-10', 年度计划: '2021' };

/** Opens the record of a village by a double click, as the manual says. */
async function openVillage(page: Page, village: string): Promise<Locator> {
  await row(page, village).dblclick();
  const read = form(page, '查看 摸底调查');
  await expect(read).toBeVisible();
  return read;
}

test('a village is surveyed, returned by the city, mended, passed by city and province, and completed', async ({
  page,
  anotherPerson,
  allow,
}) => {
  allow(/status of (409|422)/);
  test.setTimeout(360_000);
  open('530103-zr');
  await enter(page, '530103-zr', '/desk/baseline_survey');
  await expect(page.getByText('暂无数据')).toBeVisible();
  await register(page).click();
  const blank = form(page, '新增 摸底调查');
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(blank.getByText('请选择行政村', { exact: true })).toBeVisible();
  await blank.getByRole('button', { name: '选择', exact: true }).click();
  const list = form(page, '选择行政村');
  await list.getByLabel('查找').fill('白塔');
  await shot(page, 'survey-pick');
  await list.getByRole('button', { name: /白塔社区/ }).click();
  await expect(list).toHaveCount(0);
  await fill(blank, SURVEY);
  await blank.getByLabel('坝区').check();
  await blank.getByLabel('山区', { exact: true }).check();
  await blank.getByRole('switch', { name: '是否含重点项目' }).click();
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(blank.getByText('坝区、半山半坝(半山区)、山区须选择且只能选择一项')).toBeVisible();
  await expect(blank.getByText('请选择重点项目类型')).toBeVisible();
  await shot(page, 'survey-complaints');
  await expectAccessible(page);
  await blank.getByLabel('坝区', { exact: true }).uncheck();
  await blank.getByLabel('农村人居环境整治').check();
  await blank.getByRole('button', { name: '保存' }).click();
  await expect(blank).toHaveCount(0);
  await expect(row(page, '白塔社区').getByText('未提交', { exact: true })).toBeVisible();

  // 提交 to the city's account, which is chosen beforehand.
  const own = await openVillage(page, '白塔社区');
  await own.getByRole('button', { name: '提交', exact: true }).click();
  const submit = form(page, '提交');
  await expect(submit.getByLabel('提交至').locator('option:checked')).toHaveText('昆明市自然资源和规划局');
  await shot(page, 'survey-submit');
  await confirm(submit).click();
  await expect(toast(page, '提交成功')).toBeVisible();
  await expect(row(page, '白塔社区').getByText('已提交', { exact: true })).toBeVisible();
  await expect(row(page, '白塔社区').getByRole('link', { name: /编辑|删除/ })).toHaveCount(0);

  // 打回 wants an opinion; the reviewer marks where to mend.
  const city = await anotherPerson();
  await enter(city, '530100-zr', '/desk/baseline_survey?county=530103');
  let read = await openVillage(city, '白塔社区');
  await read.getByRole('button', { name: '打回', exact: true }).click();
  const back = form(city, '打回');
  await confirm(back).click();
  await expect(back.getByRole('alert')).toHaveText('请填写打回意见');
  await back.getByRole('button', { name: '填写内容与附件不一致，请核对。' }).click();
  await expect(back.getByLabel('打回意见')).toHaveValue('填写内容与附件不一致，请核对。');
  await back.getByLabel('标注 村庄类型').fill('与县域布局不一致');
  await back.getByLabel('标注 年度计划').fill('请与年度计划核对');
  await shot(city, 'survey-return');
  await expectAccessible(city);
  await confirm(back).click();
  await expect(row(city, '白塔社区').getByText('市级打回', { exact: true })).toBeVisible();

  // The county sees the marks as a list and in place; each is changed or answered.
  await page.reload();
  await alive(page);
  await row(page, '白塔社区').getByRole('link', { name: '查看' }).click();
  const returned = form(page, '查看 摸底调查');
  await expect(returned.getByText('与县域布局不一致').first()).toBeVisible();
  await returned.getByRole('button', { name: '提交', exact: true }).click();
  await confirm(submit).click();
  await expect(submit.getByRole('alert')).toContainText('“村庄类型”有审核标注');
  await submit.getByRole('button', { name: '取消' }).click();
  await row(page, '白塔社区').getByRole('link', { name: '编辑' }).click();
  const edit = form(page, '编辑 摸底调查');
  await expect(edit).toBeVisible();
  await shot(page, 'survey-pins');
  await expectAccessible(page);
  await fill(edit, { 村庄类型: '特色保护类' });
  await edit.getByLabel('答复 年度计划').fill('已核对，与年度计划一致');
  await edit.getByRole('button', { name: '提交', exact: true }).click();
  await confirm(submit).click();
  await expect(row(page, '白塔社区').getByText('已提交', { exact: true })).toBeVisible();

  // The second look is the difference; two clicks pass it.
  await city.reload();
  await alive(city);
  read = await openVillage(city, '白塔社区');
  const changes = read.getByRole('region', { name: '上次审核后的修改' });
  await expect(changes.getByRole('row')).toHaveText([/修改项/, /村庄类型集聚提升类特色保护类/]);
  await shot(city, 'survey-second-look');
  await read.getByRole('button', { name: '提交', exact: true }).click();
  const approve = form(city, '提交');
  await expect(approve.getByLabel('审核意见')).toHaveValue('同意');
  await confirm(approve).click();
  await expect(row(city, '白塔社区').getByText('市级审核通过', { exact: true })).toBeVisible();

  // The province returns to the county, and the whole chain follows again.
  const province = await anotherPerson();
  await enter(province, '53-zr', '/desk/baseline_survey?county=530103');
  read = await openVillage(province, '白塔社区');
  await read.getByRole('button', { name: '打回', exact: true }).click();
  await form(province, '打回').getByLabel('打回意见').fill('请补充重点项目名称。');
  await confirm(form(province, '打回')).click();
  await expect(row(province, '白塔社区').getByText('省级打回', { exact: true })).toBeVisible();
  await page.reload();
  await alive(page);
  await row(page, '白塔社区').getByRole('link', { name: '编辑' }).click();
  await fill(edit, { 重点项目名称: '白塔片区环境整治' });
  await edit.getByRole('button', { name: '提交', exact: true }).click();
  await confirm(submit).click();
  await expect(row(page, '白塔社区').getByText('已提交', { exact: true })).toBeVisible();
  for (const [person, state] of [[city, '市级审核通过'], [province, '省级审核通过']] as [Page, string][]) {
    await person.reload();
    await alive(person);
    const again = await openVillage(person, '白塔社区');
    await again.getByRole('button', { name: '提交', exact: true }).click();
    await confirm(form(person, '提交')).click();
    await expect(row(person, '白塔社区').getByText(state, { exact: true })).toBeVisible();
  }
  const history = await openVillage(province, '白塔社区');
  await expect(history.getByText(/云南省自然资源厅项目组办公室 在 .* 已审核通过：同意/)).toBeVisible();
  await expect(history.getByText(/盘龙区自然资源局 在 .* 已提交$/).first()).toBeVisible();

  // 工作开展情况设置
  await visit(page, '/desk/baseline_survey');
  await page.getByRole('button', { name: '工作开展情况设置' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('摸底调查 工作开展情况设置');
  await shot(page, 'survey-setup');
  await expectAccessible(page);
  const line = row(page, '白塔社区');
  await expect(line.getByText('满足', { exact: true })).toBeVisible();
  const toggle = line.getByRole('switch', { name: '是否完成' });
  await toggle.click();
  await form(page, '是否完成').getByRole('button', { name: '确定' }).click();
  await expect(toggle).toBeChecked();
  await visit(page, '/desk/baseline_survey');
  await expect(row(page, '白塔社区').getByRole('cell', { name: '是', exact: true }).last()).toBeVisible();

  // 行政村信息 takes over what the county has surveyed.
  open('530103001003');
  const village = await anotherPerson();
  await enter(village, '530103001003', '/desk/village_profile');
  await expect(village.getByText('特色保护类', { exact: true })).toBeVisible();
});

test('a plan goes over three screens, each with its switch of the year', async ({ page, anotherPerson, allow }) => {
  allow(/status of (409|422)/);
  test.setTimeout(270_000);
  open('530124-zr');
  await enter(page, '530124-zr', '/desk/annual_plan');
  const toggle = page.getByRole('switch', { name: '是否完成' });
  await toggle.click();
  await expect(page.getByRole('link', { name: '年度计划已提交' })).toBeVisible();
  await dismiss(page, '还不能完成“制定计划”');
  await register(page).click();
  const blank = form(page, '新增 制定计划');
  await expect(blank.getByLabel('行政村(社区)总数(个)')).not.toHaveValue('');
  await fill(blank, { 年度计划: '2022' });
  await expect(blank.getByLabel('年度计划名称')).toHaveValue('富民县2022年村庄规划编制计划');
  await expect(blank.getByLabel('年度编制任务数(个)')).toHaveValue('0');
  await fill(blank, { 填写日期: '2021-12-20', '年度编制任务数(个)': '9999' });
  await blank.getByLabel('年度编制任务数(个)').blur();
  await expect(blank.getByText(/年度编制任务数不能超过行政村/)).toBeVisible();
  await fill(blank, { '行政村(社区)总数(个)': '75', '年度编制任务数(个)': '30' });
  await expect(blank.getByText('40', { exact: true })).toBeVisible();
  await expect(blank.getByText('累计 30 个，占 40.0%，目标 70%')).toBeVisible();
  await shot(page, 'plan-new');
  await attach(blank, [file('work-plan.pdf', '富民县计划.pdf')], ['富民县计划.pdf']);
  await blank.getByRole('button', { name: '提交', exact: true }).click();
  await confirm(form(page, '提交')).click();
  const title = '富民县2022年村庄规划编制计划';
  await expect(row(page, title).getByText('已提交', { exact: true })).toBeVisible();
  await toggle.click();
  await form(page, '是否完成').getByRole('button', { name: '确定' }).click();
  await expect(toggle).toBeChecked();
  await expect(page.getByLabel('年度', { exact: true })).toHaveValue('2022');

  const city = await anotherPerson();
  await enter(city, '530100-zr', '/desk/plan_review?county=530124');
  await row(city, title).dblclick();
  await form(city, '查看 上报审核').getByRole('button', { name: '提交', exact: true }).click();
  await expect(form(city, '提交').getByLabel('提交至').locator('option:checked')).toHaveText('云南省自然资源厅项目组办公室');
  await confirm(form(city, '提交')).click();
  await expect(row(city, title).getByText('市级审核通过', { exact: true })).toBeVisible();

  const province = await anotherPerson();
  await enter(province, '53-zr', '/desk/task_assignment?county=530124');
  await row(province, title).dblclick();
  await form(province, '查看 下达任务').getByRole('button', { name: '提交', exact: true }).click();
  await form(province, '提交').getByLabel('下达文号').fill('云规〔2022〕3号');
  await shot(province, 'plan-assign');
  await confirm(form(province, '提交')).click();
  await expect(row(province, title).getByText('省级审核通过', { exact: true })).toBeVisible();
  for (const address of ['/desk/plan_review', '/desk/task_assignment']) {
    await visit(page, address);
    await toggle.click();
    await form(page, '是否完成').getByRole('button', { name: '确定' }).click();
    await expect(toggle).toBeChecked();
  }
});

test('many villages are registered in one table, submitted and passed at once, and taken back', async ({
  page,
  anotherPerson,
}) => {
  test.setTimeout(270_000);
  const county = test.info().retry === 0 ? '530181' : '530129';
  open(`${county}-zr`);
  await enter(page, `${county}-zr`, '/desk/baseline_survey');
  await page.getByRole('button', { name: '批量登记' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('摸底调查 批量登记');
  for (const line of [1, 2, 3]) {
    await page.getByLabel(`村庄类型 第${line}行`, { exact: true }).selectOption('集聚提升类');
    await page.getByLabel(`村庄特征 第${line}行`, { exact: true }).click();
    await page.getByRole('row').nth(line).getByLabel('坝区', { exact: true }).check();
    await page.keyboard.press('Escape');
    await page.getByLabel(`发起日期 第${line}行`, { exact: true }).fill(line === 3 ? '很久以前' : '2021-06-01');
    await page.getByLabel(`年度计划 第${line}行`, { exact: true }).selectOption('2021');
  }
  await shot(page, 'batch');
  await expectAccessible(page);
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(toast(page, '已登记 2 个行政村')).toBeVisible();
  await expect(page.getByText('日期不正确，请按 2021-08-11 的样子填写')).toBeVisible();
  await page.getByLabel('发起日期 第1行', { exact: true }).fill('2021/6/3');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(toast(page, '已登记 1 个行政村')).toBeVisible();

  await visit(page, '/desk/baseline_survey');
  await expect(page.getByText('共 3 条')).toBeVisible();
  await page.getByRole('checkbox', { name: '全选查询结果' }).check();
  await expect(page.getByText('已选择查询结果的全部 3 条（含其他页）')).toBeVisible();
  await page.getByRole('button', { name: '提交', exact: true }).click();
  const bulk = form(page, '批量提交');
  await expect(bulk.getByText('3 可通过 / 0 不可')).toBeVisible();
  await confirm(bulk).click();
  await expect(bulk.getByText('已完成：成功 3 条，失败 0 条')).toBeVisible();
  await bulk.getByRole('button', { name: '关闭', exact: true }).click();
  await expect(page.getByRole('cell', { name: '已提交', exact: true })).toHaveCount(3);

  const city = await anotherPerson();
  await enter(city, '530100-zr', `/desk/baseline_survey?county=${county}`);
  await city.getByRole('checkbox', { name: '全选查询结果' }).check();
  await city.getByRole('button', { name: '提交', exact: true }).click();
  const pass = form(city, '批量提交');
  await expect(pass.getByLabel('审核意见')).toHaveValue('同意');
  await shot(city, 'bulk');
  await expectAccessible(city);
  await confirm(pass).click();
  await expect(pass.getByText('已完成：成功 3 条，失败 0 条')).toBeVisible();
  await pass.getByRole('button', { name: '撤销本次操作' }).click();
  await expect(pass.getByText('已撤销', { exact: true })).toBeVisible();
  await pass.getByRole('button', { name: '关闭', exact: true }).click();
  await expect(city.getByRole('cell', { name: '已提交', exact: true })).toHaveCount(3);
});

test('two reviewers at once: the second is told who was faster', async ({ page, anotherPerson, allow }) => {
  allow(/status of 409/);
  await enter(page, '530100-zr', '/desk/baseline_survey?county=530102');
  const second = await anotherPerson();
  await enter(second, '530100-zr', '/desk/baseline_survey?county=530102');
  for (const person of [page, second]) {
    const read = await openVillage(person, '桃园社区');
    await read.getByRole('button', { name: person === page ? '提交' : '打回', exact: true }).click();
  }
  await form(second, '打回').getByLabel('打回意见').fill('请核对。');
  await confirm(form(page, '提交')).click();
  await expect(row(page, '桃园社区').getByText('市级审核通过', { exact: true })).toBeVisible();
  await confirm(form(second, '打回')).click();
  await expect(toast(second, /昆明市自然资源和规划局 在 .* 已审核通过/)).toBeVisible();
});

test('a review by plain forms', { tag: '@noscript' }, async ({ page, allow }) => {
  allow(/status of 422/);
  await enter(page, '530100-zr', '/desk/plan_review?county=530102');
  const line = row(page, '五华区2023年村庄规划编制计划');
  await expect(line.getByText('市级打回', { exact: true })).toBeVisible();
  await enter(page, '530102-zr', '/desk/annual_plan');
  await line.getByRole('link', { name: '编辑' }).click();
  await page.getByLabel('答复 上传年度计划文件').fill('已上传正式文件');
  await page.getByRole('dialog').getByRole('button', { name: '提交', exact: true }).click();
  await page.getByRole('dialog', { name: '提交' }).getByRole('button', { name: '确定' }).click();
  await expect(line.getByText('已提交', { exact: true })).toBeVisible();
  await enter(page, '530100-zr', '/desk/plan_review?county=530102');
  await line.getByRole('link', { name: '五华区2023年村庄规划编制计划' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '打回' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect(page.getByRole('alert')).toHaveText('请填写打回意见');
  await page.getByLabel('打回意见').fill('附件仍有红头，请更换。');
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect(line.getByText('市级打回', { exact: true })).toBeVisible();
});
