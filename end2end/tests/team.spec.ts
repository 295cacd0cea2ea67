// Manual 5: 人员摸排, 名单报审, 发函确认, 确定技术单位, by everybody who takes part.

import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { alive, enter, expect, expectAccessible, fill, open, row, shot, test, toast, visit } from '../fixtures';
import { cells, workbookOf } from '../workbook';

const window = (page: Page, title: string | RegExp) => page.getByRole('dialog', { name: title, exact: true });
const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
const HEADS = ['人员姓名', '所在单位(全称)', '职务', '人员类别', '政治面貌', '联系电话', '本人意愿'];
const person = (name: string, phone: string, unit = '五华区水务局') => [name, unit, '科长', '公务员', '中共党员', phone, '是'];
const workbook = (name: string, rows: string[][]) => ({
  name,
  mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  buffer: workbookOf(rows),
});

/** 登记 and its question. */
async function begin(page: Page, name: string, question: string): Promise<void> {
  await button(page, name).click();
  const asked = window(page, '提示');
  await expect(asked.getByText(question)).toBeVisible();
  await button(asked, '确定').click();
}

/** The dry run of a bulk, what is said with it, and its end. */
async function bulk(page: Page, act: string, opinion?: string): Promise<void> {
  await button(page, act).click();
  const asked = window(page, `批量${act}`);
  await expect(asked.getByText('可通过 /')).toBeVisible();
  if (opinion !== undefined) await asked.getByRole('textbox').first().fill(opinion);
  await button(asked, '确定').click();
  await expect(asked.getByText(/已完成：成功 \d+ 条，失败 0 条/)).toBeVisible();
  await button(asked, '关闭').last().click();
  await expect(asked).toHaveCount(0);
}

const tick = (page: Page, name: string) => row(page, name).getByRole('checkbox').check();

test('a village registers its people, one by one and from Excel, and completes the step (manual 5.1)', async ({ page, allow }) => {
  allow(/status of (409|422)/);
  test.setTimeout(360_000);
  await enter(page, '530102010005', '/desk/candidates');
  await begin(page, '登记', '摸排本村在外公职人员、乡贤能人等');
  const blank = window(page, '新增 人员摸排');
  await button(blank, '保存').click();
  await expect(blank.getByText('请输入人员姓名')).toBeVisible();
  await fill(blank, { 人员姓名: '周立群', 人员类别: '公务员', 政治面貌: '中共党员', 联系电话: '12565847089' });
  await button(blank, '保存').click();
  await expect(blank.getByText('请输入正确的 11 位手机号码')).toBeVisible();
  await expect(blank.getByText('请输入所在单位(全称)')).toBeVisible();
  await shot(page, 'candidate-complaints');
  await expectAccessible(page);
  await fill(blank, { 联系电话: '13812348000', '所在单位(全称)': '五华区水务局', 职务: '科长' });
  await expect(blank.getByLabel('意愿征求日期')).toHaveValue('');
  await blank.getByRole('switch', { name: '本人意愿' }).click();
  await expect(blank.getByLabel('意愿征求日期')).not.toHaveValue('');
  await button(blank, '保存').click();
  await expect(toast(page, '保存成功')).toBeVisible();
  await expect(blank).toHaveCount(0);

  // 编辑 and 删除 with one line ticked.
  await tick(page, '周立群');
  await button(page, '编辑').click();
  const edit = window(page, '编辑 人员摸排');
  await fill(edit, { 职务: '副局长' });
  await button(edit, '保存').click();
  await expect(row(page, '周立群').getByText('副局长', { exact: true })).toBeVisible();
  await tick(page, '周立群');
  await button(page, '删除').click();
  await button(window(page, '删除'), '确定').click();
  await expect(page.getByText('暂无数据')).toBeVisible();

  // 模板下载, and a filled workbook with a fault: nothing is stored, and the own workbook comes back marked.
  const template = page.waitForEvent('download');
  await button(page, '模板下载').click();
  const file = await template;
  expect(file.suggestedFilename()).toBe('人员摸排导入模板.xlsx');
  expect(cells(readFileSync(await file.path()))[0][0]).toBe('*人员姓名');
  const rows = [HEADS, person('段建华', '13812348001'), person('和丽芬', '12565847089'), person('马文强', '13812348003')];
  await button(page, '导入').click();
  const dialog = window(page, '导入 人员摸排');
  await shot(page, 'import-choose');
  await expectAccessible(page);
  await dialog.getByLabel('选择文件').setInputFiles(workbook('名单.xlsx', rows));
  await expect(dialog.getByText('总行数 3 / 成功 2 / 失败 1')).toBeVisible();
  await expect(dialog.getByRole('row').filter({ hasText: '请输入正确的 11 位手机号码' })).toContainText('联系电话');
  await shot(page, 'import-faults');
  await expectAccessible(page);
  const marked = page.waitForEvent('download');
  await button(dialog, '下载标注后的文件').click();
  expect((await marked).suggestedFilename()).toBe('导入结果标注.xlsx');
  rows[2][5] = '13812348002';
  await button(dialog, '重新选择文件').click();
  await dialog.getByLabel('选择文件').setInputFiles(workbook('名单.xlsx', rows));
  await button(dialog, '确定导入 3 条').click();
  await expect(dialog.getByText('导入成功 3 条')).toBeVisible();
  await button(dialog, '关闭').last().click();
  await expect(page.getByText('共 3 条')).toBeVisible();

  await page.getByRole('switch', { name: '是否完成' }).click();
  await button(window(page, '是否完成'), '确定').click();
  await expect(page.getByRole('switch', { name: '是否完成' })).toBeChecked();
  await expect(button(page, '登记')).toHaveCount(0);
});

test('a planning group is proposed, returned, passed and completed (manual 5.2)', async ({ page, anotherPerson, allow }) => {
  allow(/status of (409|422)/);
  test.setTimeout(720_000);
  await enter(page, '530102010006', '/desk/candidates');
  await button(page, '导入').click();
  const names = ['张国栋', '杨学军', '李云飞', '王海燕'];
  await window(page, '导入 人员摸排')
    .getByLabel('选择文件')
    .setInputFiles(workbook('名单.xlsx', [HEADS, ...names.map((name, at) => person(name, `1381234810${at}`, at === 3 ? '云南省农业科学院' : undefined))]));
  await button(window(page, '导入 人员摸排'), '确定导入 4 条').click();
  await expect(window(page, '导入 人员摸排').getByText('导入成功 4 条')).toBeVisible();
  await button(window(page, '导入 人员摸排'), '关闭').last().click();

  // 填报回乡人员: several people with one role, 审批人 chosen beforehand.
  await visit(page, '/desk/roster');
  await begin(page, '填报回乡人员', '报审在外回乡干部');
  const returning = window(page, '填报回乡人员');
  await button(returning, '保存').click();
  await expect(returning.getByText('请选择选择人员')).toBeVisible();
  await expect(returning.getByLabel('审批人').locator('option:checked')).toHaveText('西翥街道办事处');
  for (const name of ['杨学军', '李云飞']) await returning.getByLabel(new RegExp(name)).check();
  await fill(returning, { 编制组角色: '成员' });
  await shot(page, 'roster-returning');
  await expectAccessible(page);
  await button(returning, '保存').click();
  await expect(row(page, '杨学军').getByText('待乡级审核', { exact: true })).toBeVisible();
  await expect(row(page, '李云飞').getByText('待乡级审核', { exact: true })).toBeVisible();
  await begin(page, '填报回乡人员', '报审在外回乡干部');
  await returning.getByLabel(/张国栋/).check();
  await expect(returning.getByLabel(/杨学军/)).toHaveCount(0);
  await fill(returning, { 编制组角色: '副组长' });
  await returning.getByRole('switch', { name: '是否回乡干部牵头人' }).click();
  await button(returning, '保存').click();
  await expect(row(page, '张国栋')).toBeVisible();

  // 填报本村人员: one 组长 and no second.
  const local = window(page, '填报本村人员');
  for (const [name, phone] of [['赵书记', '13812348110'], ['钱主任', '13812348111']]) {
    await begin(page, '填报本村人员', '报审村党组织书记、村两委等本村人员');
    await fill(local, { 人员姓名: name, 本村职务: '村党组织书记', 政治面貌: '中共党员', 联系电话: phone, 编制组角色: '组长' });
    await button(local, '保存').click();
    if (name === '赵书记') await expect(row(page, name)).toBeVisible();
  }
  await expect(local.getByText('一个编制组只能有一位组长，本组已有组长')).toBeVisible();
  await shot(page, 'roster-second-leader');
  await button(local, '关闭').last().click();
  await button(window(page, '还没有保存'), '确定').click();

  // The township looks, returns one and passes the rest with everything ticked.
  const township = await anotherPerson();
  await enter(township, '530102010', '/desk/roster?village=530102010006');
  await row(township, '李云飞').dblclick();
  const read = window(township, '查看 行政村规划编制组');
  await expect(read.getByText('五华区水务局', { exact: true })).toBeVisible();
  await shot(township, 'roster-view');
  await button(read, '打回').click();
  await window(township, '打回').getByLabel('打回意见').fill('电话无法接通');
  await button(window(township, '打回'), '确定').click();
  await expect(row(township, '李云飞').getByText('乡级打回', { exact: true })).toBeVisible();
  for (const name of ['杨学军', '张国栋', '赵书记']) await tick(township, name);
  await button(township, '审批通过').click();
  const asked = window(township, '批量审批通过');
  await expect(asked.getByLabel('审批意见')).toHaveValue('同意');
  await expect(asked.getByLabel('县级审核人').locator('option:checked')).toHaveText('中共五华区委组织部');
  await shot(township, 'roster-bulk');
  await expectAccessible(township);
  await button(asked, '确定').click();
  await expect(asked.getByText('已完成：成功 3 条，失败 0 条')).toBeVisible();
  await button(asked, '关闭').last().click();
  await expect(row(township, '赵书记').getByText('待县级审核', { exact: true })).toBeVisible();

  // The village mends what was returned: a double click, then 提交.
  await visit(page, '/desk/roster?status=township_returned');
  await row(page, '李云飞').dblclick();
  const mend = window(page, '编辑 行政村规划编制组');
  await fill(mend, { 备注: '已更换电话' });
  await button(mend, '提交').click();
  await button(window(page, '提交'), '确定').click();
  await expect(toast(page, '提交成功')).toBeVisible();

  // The organization department returns one to the village and passes the whole group at once.
  const organization = await anotherPerson();
  await enter(organization, '530102-zz', '/desk/roster?village=530102010006');
  await row(organization, '杨学军').dblclick();
  const entry = window(organization, '查看 行政村规划编制组');
  await expect(entry.getByText('138****8101')).toBeVisible();
  await button(entry, '显示联系电话').click();
  await entry.getByLabel('查看原因').selectOption({ label: '核对信息' });
  await expect(entry.getByText('13812348101')).toBeVisible();
  await button(entry, '打回').click();
  await window(organization, '打回').getByLabel('打回意见').fill('请补充职务');
  await button(window(organization, '打回'), '确定').click();
  await expect(row(organization, '杨学军').getByText('县级打回', { exact: true })).toBeVisible();
  await row(organization, '赵书记').dblclick();
  await button(entry, '整组审批通过').click();
  const group = window(organization, '批量审批通过');
  await expect(group.getByText('2 可通过 / 0 不可')).toBeVisible();
  await button(group, '确定').click();
  await expect(group.getByText('已完成：成功 2 条，失败 0 条')).toBeVisible();
  await button(group, '关闭').last().click();
  await expect(row(organization, '赵书记').getByText('审核通过', { exact: true })).toBeVisible();

  // 工作开展情况设置 names what is missing; the village takes one entry away, the other passes.
  await button(organization, '工作开展情况设置').click();
  const line = organization.getByRole('row').filter({ hasText: '陡坡社区' });
  await expect(line).toContainText('行政村规划编制组的人员全部审核通过');
  await visit(page, '/desk/roster?status=county_returned');
  await row(page, '杨学军').getByRole('link', { name: '删除' }).click();
  await button(window(page, '删除'), '确定').click();
  await expect(toast(page, '删除成功')).toBeVisible();
  await visit(township, '/desk/roster?village=530102010006&status=township_review');
  await tick(township, '李云飞');
  await bulk(township, '审批通过');
  await visit(organization, '/desk/roster?village=530102010006&status=county_review');
  await tick(organization, '李云飞');
  await bulk(organization, '审批通过');
  await button(organization, '工作开展情况设置').click();
  await line.getByRole('switch').click();
  await button(window(organization, '是否完成'), '确定').click();
  await expect(line.getByRole('switch')).toBeChecked();
});

test('a small group of a natural village is proposed (manual 5.2(9))', async ({ page }) => {
  await enter(page, '530102010004', '/desk/roster?tab=hamlet');
  await begin(page, '填报本村人员', '报审村党组织书记、村两委等本村人员');
  const blank = window(page, '填报本村人员');
  await fill(blank, { 人员姓名: '方家福', 本村职务: '村民代表', 政治面貌: '群众', 联系电话: '13812348200', 编制组角色: '成员' });
  await button(blank, '保存').click();
  await expect(blank.getByText('请选择自然村名称')).toBeVisible();
  await fill(blank, { 自然村名称: '白沙井' });
  await button(blank, '保存').click();
  await expect(row(page, '方家福').getByText('白沙井', { exact: true })).toBeVisible();
});

test('letters go out by unit, are answered and taken back (manual 5.3)', async ({ page, allow }) => {
  allow(/status of (409|422)/);
  test.setTimeout(360_000);
  await enter(page, '530102-zz', '/desk/official_letters');
  const heads = await page.getByRole('columnheader').allTextContents();
  expect(heads.map((head) => head.trim())).toEqual([
    '', '序号', '州(市)', '县(市、区)', '乡镇(街道)', '行政村(社区)', '人员姓名', '所在单位(全称)', '职务', '职级(职等)', '人员类别',
    '政治面貌', '联系电话', '本人意愿', '编制角色', '备注', '是否发函', '操作',
  ]);
  await page.getByLabel('关键字').fill('昆明市第三中学');
  await page.getByLabel('是否发函').selectOption({ label: '否' });
  await button(page, '查询').click();
  // The list of before can be ticked until the answer is there, and shows this unit among others.
  const lines = page.getByRole('row').filter({ has: page.getByRole('checkbox', { name: /^选择第/ }) });
  await expect(lines.filter({ hasNotText: '昆明市第三中学' })).toHaveCount(0);
  await expect(page.getByText('昆明市第三中学').first()).toBeVisible();
  await page.getByLabel('全选查询结果').check();
  await button(page, '发函').click();
  const asked = window(page, '批量发函');
  await expect(asked.getByLabel('发函日期')).not.toHaveValue('');
  await asked.getByLabel('函件文号').fill('五组函〔2026〕3号');
  await shot(page, 'letters-send');
  await expectAccessible(page);
  await button(asked, '确定').click();
  await expect(asked.getByText(/已完成：成功 [1-9]\d* 条，失败 0 条/)).toBeVisible();
  await button(asked, '关闭').last().click();
  await expect(page.getByText('暂无数据')).toBeVisible();

  // The answer of a unit, and a letter that is taken back.
  await visit(page, '/desk/official_letters?text=昆明市第三中学&status=sent');
  const first = page.getByRole('row').nth(1);
  await first.dblclick();
  const letter = window(page, '查看 发函确认');
  await expect(letter.getByText('五组函〔2026〕3号').or(letter.getByText('五组函〔2021〕12号'))).toBeVisible();
  await button(letter, '回函').click();
  const answer = window(page, '回函');
  await button(answer, '确定').click();
  await expect(answer.getByRole('alert')).toHaveText('请选择回函情况');
  await answer.getByLabel('回函情况').selectOption({ label: '同意' });
  await button(answer, '确定').click();
  await expect(toast(page, '回函成功')).toBeVisible();
  await first.dblclick();
  await expect(letter.getByText('同意', { exact: true })).toBeVisible();
  await shot(page, 'letter-view');
  await button(letter, '撤销发函').click();
  await window(page, '撤销发函').getByLabel('撤销原因').fill('误发');
  await button(window(page, '撤销发函'), '确定').click();
  await expect(toast(page, '撤销发函成功')).toBeVisible();

  // By unit, and as Word files.
  await visit(page, '/desk/official_letters');
  await button(page, '按单位查看').click();
  const unit = page.getByRole('row').filter({ hasText: '昆明市五华区水务局' });
  await expect(unit).toBeVisible();
  await shot(page, 'letters-units');
  await expectAccessible(page);
  await unit.getByRole('link').first().click();
  await expect(page.getByLabel('关键字')).toHaveValue('昆明市五华区水务局');
  await alive(page);
  const download = page.waitForEvent('download');
  await button(page, '生成函件').click();
  expect((await download).suggestedFilename()).toMatch(/^函件_\d{14}\.zip$/);
  await visit(page, '/desk/official_letters?tab=template');
  await fill(page, { 联系人及电话: '组织二科 0871-64150001' });
  await button(page, '保存').click();
  await expect(toast(page, '保存成功')).toBeVisible();
});

test('a technical unit is contracted, its money adds up, and it sees its villages only (manual 5.4)', async ({
  page,
  anotherPerson,
  allow,
}) => {
  allow(/status of (409|422)/);
  test.setTimeout(360_000);
  await enter(page, '530102-zr', '/desk/technical_units');
  await button(page, '登记').click();
  const blank = window(page, '新增 确定技术单位');
  await blank.getByLabel('查找行政村(社区)').fill('厂口');
  await blank.getByLabel('西翥街道 / 厂口社区').check();
  await blank.getByLabel('查找行政村(社区)').fill('迤六');
  await blank.getByLabel('西翥街道 / 迤六社区').check();
  await expect(blank.getByText('已选 2 个')).toBeVisible();
  await fill(blank, {
    '技术单位名称(全称)': '昆明某某规划设计有限公司',
    单位资质情况: '城乡规划编制资质乙级',
    项目负责人: '何志明',
    负责人电话: '0871-65100002',
    '合同金额(万元)': '50',
    '省财政补助(万元)': '20',
    '市财政补助(万元)': '10',
    '项目资金整合(万元)': '5',
    '村集体经济支持(万元)': '2',
    '乡贤能人捐赠(万元)': '1.5',
    '县级财政兜底(万元)': '10',
    '工作内容(备注资金情况)': '编制厂口、迤六两个社区村庄规划',
  });
  await expect(blank.getByText('1.5', { exact: true })).toBeVisible();
  await button(blank, '填入差额 11.5').click();
  await expect(blank.getByLabel('县级财政兜底(万元)')).toHaveValue('11.5');
  await expect(blank.getByText('0', { exact: true })).toBeVisible();
  await blank.getByRole('switch', { name: '是否开通技术单位账号' }).click();
  await shot(page, 'technical-unit-new');
  await expectAccessible(page);
  await button(blank, '保存').click();
  const told = page.getByRole('status').filter({ hasText: '初始密码' });
  await expect(told).toBeVisible();
  const text = (await told.textContent())!;
  const key = /tu-\d+-\d+/.exec(text)![0];
  const password = /初始密码 ([\w-]+)，/.exec(text)![1];
  await expect(row(page, '昆明某某规划设计有限公司').getByText('2 个：厂口社区、迤六社区')).toBeVisible();

  // One unit for a village: taken villages are not offered.
  await visit(page, '/desk/technical_units?open=new');
  await blank.getByLabel('查找行政村(社区)').fill('厂口');
  await expect(blank.getByLabel('西翥街道 / 厂口社区')).toHaveCount(0);

  // The unit signs in by the cascade, changes its password and sees its own villages.
  const unit = await anotherPerson();
  await visit(unit, '/login?level=technical_unit&city=5301');
  await unit.getByRole('link', { name: /昆明某某规划设计有限公司/ }).click();
  await unit.getByLabel('密码', { exact: true }).fill(password);
  await button(unit, '登录').click();
  await unit.waitForURL(/password/);
  expect(await unit.request.get('/desk/technical_units').then((answer) => answer.url())).toContain('/password');
  open(key);
  await enter(unit, key, '/desk/technical_units');
  await expect(unit.getByText('共 1 条')).toBeVisible();
  await shot(unit, 'technical-unit-own');
  const menu = button(unit, '菜单');
  if (await menu.isVisible()) await menu.click();
  await expect(unit.getByRole('navigation', { name: '菜单' }).getByRole('link').filter({ hasNotText: '首页' })).toHaveText([
    '行政村信息',
    '人员信息',
    '自然村名录',
    '确定技术单位',
    '规划编制',
    '二维码信息',
  ]);
  // It begins with what waits for it in its two villages.
  await visit(unit, '/home');
  await expect(unit.getByRole('heading', { level: 1, name: '昆明某某规划设计有限公司' })).toBeVisible();
  await expect(unit.getByRole('region', { name: '待办', exact: true })).toBeVisible();
  await expectAccessible(unit);
  await shot(unit, 'home-technical-unit');

  // 工作开展情况设置 by the county.
  await visit(page, '/progress/technical_units');
  const line = page.getByRole('row').filter({ hasText: '厂口社区' });
  await expect(line).toContainText('满足');
  await expect(page.getByRole('row').filter({ hasText: '大村社区' })).toContainText('各项资金之和等于合同金额');
});

test('people, their import and their proposal by plain forms @noscript', async ({ page, allow }) => {
  test.skip(test.info().project.use.javaScriptEnabled !== false, 'for browsers without JavaScript');
  allow(/status of (409|422)/);
  await enter(page, '530102010010', '/desk/candidates?open=new');
  const blank = window(page, '新增 人员摸排');
  await fill(blank, { 人员姓名: '罗春梅', 人员类别: '乡贤能人', 政治面貌: '群众', 联系电话: '138' });
  await blank.getByRole('switch', { name: '本人意愿' }).check();
  await button(blank, '保存').click();
  await expect(blank.getByText('请输入正确的 11 位手机号码')).toBeVisible();
  await expect(blank.getByLabel('人员姓名')).toHaveValue('罗春梅');
  await fill(blank, { 联系电话: '13812348300' });
  await button(blank, '保存').click();
  await expect(page.getByText('保存成功')).toBeVisible();
  await page.getByLabel('选择文件').setInputFiles(workbook('名单.xlsx', [HEADS, person('唐玉兰', '13812348301')]));
  await button(page, '导入').click();
  await expect(page.getByText('导入成功 1 条，已存在 0 条')).toBeVisible();
  const back = page.waitForEvent('download');
  await page.getByLabel('选择文件').setInputFiles(workbook('名单.xlsx', [HEADS, person('唐玉兰', '1381')]));
  await button(page, '导入').click();
  expect((await back).suggestedFilename()).toBe('导入结果标注.xlsx');

  await visit(page, '/desk/roster?tab=village&open=new-returning');
  const entry = window(page, '填报回乡人员');
  await entry.getByLabel(/罗春梅/).check();
  await entry.getByLabel(/唐玉兰/).check();
  await fill(entry, { 编制组角色: '成员' });
  await button(entry, '保存').click();
  await expect(row(page, '罗春梅').getByText('待乡级审核', { exact: true })).toBeVisible();
  await expect(row(page, '唐玉兰').getByText('待乡级审核', { exact: true })).toBeVisible();

  await enter(page, '530102010', '/desk/roster?village=530102010010');
  await row(page, '罗春梅').getByRole('link', { name: '查看' }).click();
  await button(page, '审批通过').click();
  await expect(page.getByLabel('县级审核人').locator('option:checked')).toHaveText('中共五华区委组织部');
  await button(page, '确定').click();
  await expect(row(page, '罗春梅').getByText('待县级审核', { exact: true })).toBeVisible();
});
