// Manual 6: 规划编制, the 13 steps of one village, by everybody who takes part.

import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { alive, attach, choose, dismiss, enter, expect, expectAccessible, file, fill, row, shot, test, toast, visit } from '../fixtures';
import { sheetNames, workbookOf } from '../workbook';

/** 龙庆社区: the demo data has nothing of its planning. */
const VILLAGE = '530102010005';
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

const window = (page: Page, title: string | RegExp) => page.getByRole('dialog', { name: title, exact: true });
const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
const toggle = (page: Page) => page.getByRole('switch', { name: '是否完成', exact: true });
const tab = (page: Page, title: string) => page.getByRole('navigation', { name: '标签页' }).getByRole('link', { name: title, exact: true });
/** What blocks the switch; items that are only advised are called otherwise. */
const missing = (page: Page) => page.getByText(/^完成前还需补充 \d+ 项$/);

/** The field of a window with this title: what is worked out has no input that the title could name. */
function field(form: Locator, title: string): Locator {
  const label = form.page().getByText(title, { exact: true });
  return form.locator('div').filter({ has: label }).filter({ visible: true }).last();
}

/** The slot of a page that has several. */
function slot(page: Page, title: string): Locator {
  const [label, opener] = [page.getByText(title, { exact: true }), page.getByRole('button', { name: '上传附件' })];
  return page.locator('div').filter({ has: label }).filter({ has: opener }).last();
}

/** 保存 of a page. Its 操作记录 has one more line when it has been drawn anew from what was stored; nothing may be typed before. */
async function save(page: Page): Promise<void> {
  await expect(page.getByText('有未保存的修改')).toBeVisible();
  const lines = page.getByRole('listitem').filter({ hasText: / 在 .* 已(登记|修改)/ });
  const before = await lines.count();
  await button(page, '保存').click();
  // The message goes again by itself: both are looked for at once.
  await Promise.all([expect(lines).toHaveCount(before + 1), expect(toast(page, '保存成功')).toBeVisible()]);
  await expect(page.getByText('有未保存的修改')).toHaveCount(0);
}

/** 登记 → what is in the window → 保存. */
async function register(page: Page, title: string, values: Record<string, string>): Promise<void> {
  const blank = await begin(page, title);
  await fill(blank, values);
  await button(blank, '保存').click();
  await expect(blank).toHaveCount(0);
}

async function begin(page: Page, title: string): Promise<Locator> {
  await button(page, '登记').click();
  const blank = window(page, `新增 ${title}`);
  await expect(blank).toBeVisible();
  return blank;
}

/** 是否完成 → 是: nothing blocks it any more. */
async function complete(page: Page): Promise<void> {
  await expect(missing(page)).toHaveCount(0);
  await toggle(page).click();
  await button(window(page, '是否完成'), '确定').click();
  await expect(toggle(page)).toBeChecked();
}

/** Opens the list of what is missing, unless it is open already. */
async function listMissing(page: Page): Promise<void> {
  const first = page.getByRole('group').filter({ has: missing(page) }).getByRole('link').first();
  if (!(await first.isVisible())) await missing(page).click();
  await expect(first).toBeVisible();
}

/** From the list of villages into the step of one, as everybody above a village goes (manual 6.1(1)). */
async function goTo(page: Page, village: string, step: string): Promise<void> {
  await visit(page, '/planning');
  await page.getByLabel('关键字').fill(village);
  await button(page, '查询').click();
  await page.getByRole('region', { name: '行政村列表' }).getByRole('link', { name: village, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: `${village} 规划编制` })).toBeVisible();
  await choose(page, step);
}

/** How a step stands in the list of all 13. */
const state = (page: Page, step: string, state: string) =>
  page
    .getByRole('region', { name: '规划编制环节' })
    .getByRole('link', { name: new RegExp(`^${STEPS.indexOf(step) + 1} ${step} ${state}`) });

const BASE_DATA = {
  认领方式: '电子版',
  认领日期: '2021-09-02',
  认领人: '白俊杰',
  开展日期: '2021-09-01',
  工作开展情况: '已向区自然资源局认领底图底数，指定专人保管。',
};
const SITUATION = { 开展日期: '2021-10-08', 完成日期: '2021-10-20', 工作开展情况: '规划编制组入户走访，召开院坝会 5 场。' };

/** 底图底数 with everything that it asks for. */
async function fillBaseData(page: Page): Promise<void> {
  await fill(page, BASE_DATA);
  await page.getByLabel('第三次全国国土调查成果').check();
}

test.describe.serial('one village', () => {
  test('the whole life of a village (manual 6.1 to 6.13)', async ({ page, anotherPerson, allow }) => {
    // Refused saves and decisions say why, and Chromium writes a line about each.
    allow(/status of (409|422)/);
    test.setTimeout(600_000);
    await enter(page, VILLAGE, '/planning');

    await test.step('a village account opens its own steps', async () => {
      await expect(page.getByRole('heading', { level: 1, name: '龙庆社区 规划编制' })).toBeVisible();
      await expect(state(page, '底图底数', '进行中')).toBeVisible();
      await expect(state(page, '实地调研', '未开启')).toBeVisible();
      await expect(page.getByText('已完成 0/13 个环节')).toBeVisible();
      await shot(page, 'planning-steps');
      await expectAccessible(page);
    });

    await test.step('a later step says which one comes first', async () => {
      await state(page, '现状分析', '未开启').click();
      await expect(page.getByText('上一环节“实地调研”还没有完成，“现状分析”尚未开启')).toBeVisible();
      await expect(button(page, '保存')).toHaveCount(0);
      await toggle(page).click();
      await expect(toast(page, '还不能完成“现状分析”')).toBeVisible();
      await dismiss(page, '还不能完成“现状分析”');
      await expect(page.getByRole('link', { name: /^底图底数：请选择认领方式/ })).toBeVisible();
      await shot(page, 'planning-locked');
      await expectAccessible(page);
    });

    await test.step('6.1 底图底数', async () => {
      await choose(page, '底图底数');
      await toggle(page).click();
      await dismiss(page, '还不能完成“底图底数”');
      await expect(toggle(page)).not.toBeChecked();
      for (const lack of ['请选择认领方式', '请输入认领人', '请选择底图底数清单', '请输入工作开展情况']) {
        await expect(page.getByRole('link', { name: lack })).toBeVisible();
      }
      await shot(page, 'planning-missing');
      await page.getByRole('link', { name: '请选择认领方式' }).click();
      await expect(page).toHaveURL(/#f-claim_mode$/);
      await expect(page.getByLabel('认领方式')).toBeFocused();

      // What is wrong is refused; what is only missing can wait.
      await fill(page, { 认领人: '白俊杰', 认领人电话: '1381234' });
      await button(page, '保存').click();
      await expect(page.getByText('请输入正确的 11 位手机号码')).toBeVisible();
      await fill(page, { 认领人电话: '13812348005' });
      await save(page);
      await expect(page.getByText(/龙庆居委会 在 .* 已登记/)).toBeVisible();
      await page.reload();
      await alive(page);
      await expect(page.getByLabel('认领人', { exact: true })).toHaveValue('白俊杰');
      await expect(missing(page)).toBeVisible();
      await fillBaseData(page);
      await save(page);
      await complete(page);
      await expect(page.getByText('“底图底数”已完成，不能再修改。').first()).toBeVisible();
      await expect(button(page, '保存')).toHaveCount(0);
      await shot(page, 'planning-done');
    });

    await test.step('6.2 实地调研', async () => {
      await choose(page, '实地调研');
      await fill(page, SITUATION);
      const none = page.getByRole('group', { name: '无此项的内容' });
      for (const box of await none.getByRole('checkbox').all()) await box.check();
      await none.getByLabel('土地资源').uncheck();
      await save(page);
      await register(page, '工作纪实', { 工作事项: '走访田坝心', 开展日期: '2021-10-09', 内容简述: '查看水源点，入户 12 户。' });
      await expect(row(page, '走访田坝心')).toBeVisible();
      await shot(page, 'planning-survey');
      // The list itself is closed by what reloads the page behind a window.
      await expect(page.getByText('至少登记 1 条工作纪实')).toHaveCount(0);
      await expect(page.getByText('自然资源：填写土地资源，或勾选“无此项”')).toHaveCount(1);
      await expect(page.getByText(/^自然资源：填写矿产资源/)).toHaveCount(0);
      await expect(page.getByText(/^有自然村没有填报，请/), 'it has no natural village').toHaveCount(0);

      await tab(page, '自然资源').click();
      const land = page.getByRole('group', { name: '土地资源', exact: true });
      await button(page, '增加一行 土地资源').click();
      await land.getByLabel('地类 第1行', { exact: true }).selectOption({ label: '耕地' });
      await land.getByLabel('面积(平方米) 第1行', { exact: true }).fill('约三百亩');
      await button(page, '保存').click();
      await expect(land.getByText('请输入数字')).toBeVisible();
      await land.getByLabel('面积(平方米) 第1行', { exact: true }).fill('3000000');
      await attach(land, [file('terraces.jpg', '梯田.jpg')], ['梯田.jpg']);
      await save(page);
      await expect(button(land, '预览 梯田.jpg')).toBeVisible();

      await tab(page, '社会经济情况').click();
      const economy = await begin(page, '近三年社会经济情况（行政村）');
      await fill(economy, { 年限: '2020', 集体经济总收入: '12.5', '其中:经营收入': '10' });
      await button(economy, '保存').click();
      await expect(economy.getByText('集体经济总收入应等于已填写的各项收入之和（10 万元）')).toBeVisible();
      await fill(economy, { '其中:其他收入': '2.5', 劳动力人数: '900', 外出务工人数: '901' });
      await button(economy, '保存').click();
      await expect(economy.getByText('外出务工人数不能多于劳动力人数（900 人）')).toBeVisible();
      await fill(economy, { 外出务工人数: '310' });
      await button(economy, '保存').click();
      await expect(economy).toHaveCount(0);
      await expect(row(page, '12.5')).toBeVisible();
      await tab(page, '人口状况').click();
      await expect(page.getByText('已填报 0 / 自然村 0')).toBeVisible();

      // What is advised is named in the question and does not stop it.
      await expect(missing(page)).toHaveCount(0);
      await toggle(page).click();
      await expect(window(page, '是否完成').getByText(/请注意：社会经济情况应登记近三年。仍要完成“实地调研”吗/)).toBeVisible();
      await button(window(page, '是否完成'), '取消').click();
      await complete(page);
    });

    await test.step('6.3 现状分析', async () => {
      await choose(page, '现状分析');
      await fill(page, { 开展日期: '2021-10-25', 分析内容结论简述: '水土资源较好。' });
      await save(page);
      await listMissing(page);
      await expect(page.getByRole('link', { name: /分析内容结论简述.*20 个字/ })).toBeVisible();
      await fill(page, { 分析内容结论简述: '水土资源较好，短板在饮水和机耕道，规划以水源保护为重点。' });
      for (const list of ['资源清单', '人才清单', '问题清单']) {
        await attach(slot(page, list), [file('work-plan.pdf', `${list}.pdf`)], [`${list}.pdf`]);
      }
      await shot(page, 'planning-analysis');
      await save(page);
      await button(page, '预览 人才清单.pdf').click();
      await button(window(page, '预览 人才清单.pdf'), '关闭窗口').click();
      await tab(page, '工作纪实').click();
      await register(page, '工作纪实', { 工作事项: '梳理三清单', 开展日期: '2021-10-26', 内容简述: '与技术单位逐项核对。' });
      await expect(row(page, '梳理三清单')).toBeVisible();
      await complete(page);
    });

    await test.step('6.4 to 6.6: three plans', async () => {
      for (const [step, results] of [
        ['国土空间开发与保护', '国土空间开发与保护规划成果'],
        ['编制产业发展规划', '产业发展规划成果'],
        ['编制基层党建和人才发展规划', '基层党建和人才发展规划成果'],
      ]) {
        await choose(page, step);
        await fill(page, SITUATION);
        // Only PDF is taken, which is said before anything is sent.
        const files = slot(page, results);
        await button(files, '上传附件').click();
        await files.getByLabel('选择文件').setInputFiles([file('meeting.jpg')]);
        await expect(files.getByText('只能上传 pdf 格式的文件')).toBeVisible();
        await button(files, '移除 meeting.jpg').click();
        await attach(files, [file('work-plan.pdf', `${results}.pdf`)], [`${results}.pdf`]);
        await save(page);
        // Not everything of 内容自查 is ticked: it is asked about, and can be completed.
        await expect(missing(page)).toHaveCount(0);
        await toggle(page).click();
        await expect(window(page, '是否完成').getByText(/内容自查还有未勾选的项/)).toBeVisible();
        await button(window(page, '是否完成'), '取消').click();
        const checked = page.getByRole('group', { name: '内容自查' }).getByRole('checkbox');
        for (const box of await checked.all()) await box.check();
        await save(page);
        await complete(page);
      }
      await shot(page, 'planning-party');
    });

    await test.step('6.7 形成规划草案: files get their names', async () => {
      // A map of a natural village names one of the register.
      await choose(page, '自然村名录');
      await register(page, '自然村名录', { 自然村名称: '田坝心' });
      await expect(row(page, '田坝心')).toBeVisible();
      await choose(page, '形成规划草案');
      await fill(page, SITUATION);
      const pdf = (name: string) => file('work-plan.pdf', name);
      await attach(slot(page, '上传两图 · 村域综合规划草案图'), [file('terraces.jpg', 'IMG_2040.jpg')], ['IMG_2040.jpg']);
      await attach(slot(page, '上传两图 · 自然村规划草案图'), [file('board.jpg', 'IMG_2041.jpg')], ['IMG_2041.jpg']);
      await attach(slot(page, '上传一书'), [pdf('文本定稿.pdf')], ['文本定稿.pdf']);
      await attach(slot(page, '上传一表'), [pdf('项目.pdf')], ['项目.pdf']);
      await attach(slot(page, '其他附件上传'), [pdf('a.pdf'), pdf('b.pdf')], ['a.pdf', 'b.pdf']);
      await save(page);
      await listMissing(page);
      await expect(page.getByRole('link', { name: '1 张自然村规划草案图还没有选择自然村' })).toBeVisible();
      await expect(button(page, '下载 龙庆社区村域综合规划草案图.jpg')).toBeVisible();
      await page.getByRole('combobox', { name: /^自然村 / }).selectOption({ label: '田坝心' });
      await button(page, '增加一行 近期建设项目').click();
      await fill(page, {
        '项目名称 第1行': '田坝心蓄水池',
        '项目类型 第1行': '基础设施',
        '位置 第1行': '田坝心',
        '总投资(万元) 第1行': '36.5',
      });
      await save(page);
      for (const name of [
        '田坝心自然村规划草案图.jpg',
        '龙庆社区草案.pdf',
        '龙庆社区近期建设项目表.pdf',
        '龙庆社区相关资料1.pdf',
        '龙庆社区相关资料2.pdf',
      ]) {
        await expect(button(page, `下载 ${name}`)).toBeVisible();
      }
      await shot(page, 'planning-draft');
      await expectAccessible(page);
      await complete(page);
    });

    await test.step('6.8 成果标准化', async () => {
      await choose(page, '成果标准化');
      await fill(page, SITUATION);
      await attach(slot(page, '规划说明书封面页'), [file('board.jpg', '封面.jpg')], ['封面.jpg']);
      await save(page);
      await listMissing(page);
      await page.getByRole('link', { name: /规划说明书扉页/ }).click();
      await expect(page).toHaveURL(/#f-title_page/);
      await attach(slot(page, '规划说明书扉页'), [file('meeting.jpg', '扉页.jpg')], ['扉页.jpg']);
      await save(page);
      await complete(page);
    });

    const county = await anotherPerson();
    await test.step('6.9 县级审查: the county reviews', async () => {
      await enter(county, '530102-zr', '/planning');
      await shot(county, 'planning-villages');
      await expectAccessible(county);
      await goTo(county, '龙庆社区', '县级审查');
      await expect(toggle(county), 'the switch is the village’s').toBeDisabled();
      await attach(slot(county, '上传专家及专家组意见'), [file('notice.pdf', '专家组意见.pdf')], ['专家组意见.pdf']);
      await attach(slot(county, '上传技术审查评价表'), [file('notice.pdf', '评价表.pdf')], ['评价表.pdf']);
      await save(county);
      const first = await begin(county, '审查记录');
      await button(first, '保存').click();
      await expect(first.getByText('请选择审查结论')).toBeVisible();
      await fill(first, { 审查日期: '2021-11-22', 审查形式: '会议审查', 审查结论: '不通过', 审查意见: '村庄建设用地边界需优化。' });
      await button(first, '保存').click();
      await expect(first).toHaveCount(0);
      await expect(row(county, '不通过')).toBeVisible();
      await shot(county, 'planning-review');
      await expectAccessible(county);
      await choose(page, '县级审查');
      await listMissing(page);
      await expect(page.getByRole('listitem').filter({ hasText: '最近一轮成果审查的结论为通过' })).toContainText('县级账号');
      await register(county, '审查记录', { 审查日期: '2021-12-02', 审查形式: '会议审查', 审查结论: '通过', 审查意见: '同意通过。' });
      await expect(row(county, '通过')).toBeVisible();
    });

    await test.step('6.9 县级审查: two tables that agree', async () => {
      await tab(page, '填报结构调整表').click();
      const table = page.getByRole('group', { name: '结构调整表', exact: true });
      const land = (title: string, year: string) => table.getByLabel(`规划${year}年面积(公顷) ${title}`, { exact: true });
      // 序号, two codes, then 基期年 with its share, 目标年 with its share, and the change.
      const total = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '总计' }) }).getByRole('cell');
      const farmland = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '耕地', exact: true }) }).getByRole('cell');
      await land('耕地', '基期').fill('300');
      await expect(total.nth(3)).toContainText('300');
      await expect(farmland.nth(4)).toHaveText('100');
      await land('林地', '基期').fill('900');
      await expect(total.nth(3)).toContainText('1200');
      await expect(farmland.nth(4), 'the share follows while typing').toHaveText('25');
      await land('村庄·农村宅基地', '基期').fill('30');
      await land('其他土地', '基期').fill('907');
      await expect(total.nth(3)).toContainText('2137');
      for (const [title, hectares] of [['耕地', '300'], ['林地', '900'], ['村庄·农村宅基地', '28'], ['其他土地', '907']]) {
        await land(title, '目标').fill(hectares);
      }
      await expect(total.nth(7)).toHaveText('-2');
      await button(table, '空白处填 0').click();
      await expect(land('园地', '基期')).toHaveValue('0');
      await expect(land('园地', '目标')).toHaveValue('0');
      await expect(land('耕地', '基期'), 'what is filled stays').toHaveValue('300');
      await shot(page, 'planning-structure');
      await expectAccessible(page);
      await save(page);
      await listMissing(page);
      await expect(page.getByRole('link', { name: /规划目标年的总计应等于规划基期年的总计，现相差 -2 公顷/ })).toBeVisible();
      await land('其他土地', '目标').fill('909');
      await expect(total.nth(7)).toHaveText('0');
      await save(page);

      await tab(page, '填报核心数据指标表').click();
      await expect(page.getByLabel('规划目标年', { exact: true }).locator('option:checked'), 'begun with 2035').toHaveText('2035');
      const indicators = page.getByRole('group', { name: '核心数据指标表', exact: true });
      const year = (title: string, year: string) => indicators.getByLabel(`规划${year}年数值 ${title}`, { exact: true });
      for (const [title, base, target] of [
        ['户籍人口', '2000', '1900'],
        ['户籍户数', '600', '590'],
        ['常住人口', '1800', '1700'],
        ['生态保护红线面积', '120', '120'],
        ['永久基本农田保护面积', '250', '240'],
        ['耕地保有量', '300', '300'],
        ['林地保有量', '901', '900'],
        ['自然和文化遗产', '0', '0'],
      ]) {
        await year(title, '基期').fill(base);
        await year(title, '目标').fill(target);
      }
      // What the other table says is offered.
      await button(indicators, '采用 30 作为村域建设用地总面积的规划基期年数值').click();
      await expect(year('村域建设用地总面积', '基期')).toHaveValue('30');
      const adopt = indicators.getByRole('button', { name: /^采用/ });
      await shot(page, 'planning-indicators');
      for (let left = await adopt.count(); left > 0; left -= 1) {
        await adopt.first().click();
        await expect(adopt).toHaveCount(left - 1);
      }
      await expect(year('村庄建设用地规模', '目标')).toHaveValue('28');
      await expect(year('湿地面积', '目标')).toHaveValue('0');
      const each = indicators.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '人均村庄建设用地面积' }) });
      await expect(each.getByText('150', { exact: true }), '30 公顷 for 2000 people').toBeVisible();

      // what is protected shrinks with a reason only.
      await button(page, '保存').click();
      // The page goes to what is wrong by itself; whoever types a reason does so after that.
      await expect(year('永久基本农田保护面积', '目标')).toBeFocused();
      await page.getByLabel('仍要保存的理由').fill('经批准调出');
      await save(page);
      await listMissing(page);
      await expect(page.getByRole('link', { name: /不应大于.*林地/ }), 'R-74').toBeVisible();
      await year('林地保有量', '基期').fill('900');
      await year('永久基本农田保护面积', '目标').fill('250');
      await save(page);

      // A letter of the province asks for one indicator more, and takes it back.
      const system = await anotherPerson();
      await enter(system, 'sys-01', '/dictionaries?list=indicators');
      const adding = system.getByRole('form', { name: '新增行', exact: true });
      await fill(adding, { 指标名称: '户籍人口', 单位: '个', 指标属性: '预期性' });
      await adding.getByLabel('必填', { exact: true }).uncheck();
      await button(adding, '新增').click();
      await expect(adding.getByRole('alert')).toHaveText('表中已有该名称');
      await expect(adding.getByLabel('单位', { exact: true })).toHaveValue('个');
      await expect(adding.getByLabel('必填', { exact: true })).not.toBeChecked();
      await fill(adding, { 指标名称: '新能源充电桩' });
      await button(adding, '新增').click();
      await expect(system.getByRole('status').filter({ hasText: '保存成功，已立即生效' })).toBeVisible();
      const added = system.getByRole('row').filter({ hasText: '新能源充电桩' });
      await expect(added).toContainText('启用');
      await shot(system, 'dictionaries-rows');
      await expectAccessible(system);
      await visit(page, new URL(page.url()).pathname + new URL(page.url()).search);
      await year('新能源充电桩', '基期').fill('2');
      await year('新能源充电桩', '目标').fill('12');
      const charging = indicators.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '新能源充电桩' }) });
      await expect(charging.getByText('10', { exact: true }), 'the change follows').toBeVisible();
      await save(page);
      await added.getByLabel('编辑 新能源充电桩').click();
      await button(added, '停用 新能源充电桩').click();
      await expect(added).toContainText('已停用');
      await visit(page, new URL(page.url()).pathname + new URL(page.url()).search);
      await expect(year('永久基本农田保护面积', '目标')).toHaveValue('250');
      await expect(charging).toHaveCount(0);
      await complete(page);

      // The county only looks.
      await choose(county, '县级审查');
      await tab(county, '填报结构调整表').click();
      await expect(county.getByRole('rowheader', { name: '总计' })).toBeVisible();
      await expect(button(county, '空白处填 0')).toHaveCount(0);
    });

    const resolve = async () => {
      await choose(page, '村民决议');
      await complete(page);
    };
    await test.step('6.10 村民决议', async () => {
      await choose(page, '村民决议');
      await fill(page, {
        会议类型: '村民代表会议',
        会议日期: '2021-12-10',
        应到人数: '60',
        实到人数: '61',
        同意人数: '50',
        公示开始日期: '2021-12-12',
        公示结束日期: '2021-12-11',
      });
      await button(page, '保存').click();
      await expect(page.getByText('实到人数不能多于应到人数')).toBeVisible();
      await expect(page.getByText('公示结束日期不能早于公示开始日期')).toBeVisible();
      await fill(page, { 实到人数: '55', 公示结束日期: '2022-01-11' });
      await save(page);
      await listMissing(page);
      await expect(page.getByRole('link', { name: '“是否按要求进行公示”为是' })).toBeVisible();
      await page.getByRole('link', { name: '“是否通过村民决议”为是' }).click();
      await expect(page).toHaveURL(/#f-resolved$/);
      await page.getByRole('switch', { name: '是否通过村民决议' }).click();
      await page.getByRole('switch', { name: '是否按要求进行公示' }).click();
      await save(page);
      await shot(page, 'planning-resolution');
      await complete(page);
    });

    const township = await anotherPerson();
    const submit = async () => {
      await button(township, '提交').click();
      const asked = window(township, '提交');
      await expect(asked.getByLabel('提交至').locator('option:checked')).toHaveText('五华区自然资源局');
      await button(asked, '确定').click();
      await expect(township.getByText('已提交', { exact: true })).toBeVisible();
    };
    await test.step('6.11 审批备案: submitted and returned', async () => {
      await choose(page, '审批备案');
      await expect(page.getByText('待提交', { exact: true })).toBeVisible();
      await expect(page.getByText(/龙庆居委会 在 .* 自动生成/)).toBeVisible();
      await expect(button(page, '提交')).toHaveCount(0);
      await goTo(county, '龙庆社区', '审批备案');
      await expect(county.getByText('待提交', { exact: true })).toBeVisible();
      await expect(button(county, '通过'), 'nothing to approve yet').toHaveCount(0);

      await enter(township, '530102010', '/planning');
      await goTo(township, '龙庆社区', '审批备案');
      await attach(township.getByRole('main'), [file('notice.pdf', '报审文件.pdf')], ['报审文件.pdf']);
      await save(township);
      await shot(township, 'planning-filing');
      await expectAccessible(township);
      await submit();
      await expect(township.getByText(/西翥街道办事处 在 .* 已提交$/)).toBeVisible();
      await expect(button(township, '提交')).toHaveCount(0);

      await county.reload();
      await alive(county);
      await button(county, '打回').click();
      const back = window(county, '打回');
      await button(back, '确定').click();
      await expect(back.getByRole('alert')).toHaveText('请填写打回意见');
      await back.getByLabel('打回意见').fill('规划说明书扉页缺单位名称。');
      await shot(county, 'planning-return');
      await button(back, '确定').click();
      await expect(county.getByText('县级打回', { exact: true })).toBeVisible();
    });

    await test.step('6.11 审批备案: sent back to the step that has to be mended', async () => {
      await township.reload();
      await alive(township);
      await expect(township.getByText(/五华区自然资源局 在 .*规划说明书扉页缺单位名称。/).first()).toBeVisible();
      await button(township, '退回修改').click();
      const sent = window(township, '退回修改');
      await sent.getByLabel('退回原因').fill('请按县级意见修改扉页。');
      await button(sent, '确定').click();
      await expect(sent.getByRole('alert')).toHaveText('请选择退回修改的环节');
      await sent.getByLabel('退回修改的环节').selectOption({ label: '成果标准化' });
      await shot(township, 'planning-send-back');
      await expectAccessible(township);
      await button(sent, '确定').click();
      await expect(township.getByText('待提交', { exact: true })).toBeVisible();
      // It cannot be submitted while the village is mending.
      await button(township, '提交').click();
      await button(window(township, '提交'), '确定').click();
      await expect(toast(township, '上一环节“村民决议”还没有完成，“审批备案”尚未开启')).toBeVisible();
      await expect(township.getByText(/成果标准化/).last()).toBeVisible();
      await expect(township.getByText('已提交', { exact: true })).toHaveCount(0);

      await visit(page, `/planning/${VILLAGE}`);
      await expect(state(page, '形成规划草案', '已完成')).toBeVisible();
      await expect(state(page, '成果标准化', '进行中')).toBeVisible();
      await expect(state(page, '村民决议', '未开启')).toBeVisible();
      await choose(page, '成果标准化');
      await expect(page.getByText(/请按县级意见修改扉页/).first()).toBeVisible();
      await button(page, '删除 扉页.jpg').click();
      await button(window(page, '删除附件'), '确定').click();
      await attach(slot(page, '规划说明书扉页'), [file('training.jpg', '扉页修改.jpg')], ['扉页修改.jpg']);
      await save(page);
      await complete(page);
      await choose(page, '县级审查');
      await complete(page);
      await resolve();
    });

    await test.step('6.11 审批备案: approved and filed', async () => {
      await township.reload();
      await alive(township);
      await submit();
      await county.reload();
      await alive(county);
      await button(county, '通过').click();
      const pass = window(county, '通过');
      await expect(pass.getByLabel('审批意见')).toHaveValue('同意');
      await fill(pass, { 批复文号: '五自然资复〔2022〕8号', 批复日期: '2022-01-20' });
      await shot(county, 'planning-approve');
      await button(pass, '确定').click();
      await expect(county.getByText('审批通过', { exact: true })).toBeVisible();
      await button(county, '备案').click();
      const filed = window(county, '备案');
      await expect(filed.getByLabel('批复文号'), 'what is known need not be typed again').toHaveValue('五自然资复〔2022〕8号');
      await expect(filed.getByLabel('批复日期')).toHaveValue('2022-01-20');
      await expect(filed.getByLabel('备案编号'), 'the next one of the county').toHaveValue(/^530102-\d{4}-\d{4}$/);
      await filed.getByLabel('备案编号').fill('');
      await button(filed, '确定').click();
      await expect(filed.getByRole('alert'), 'SM-4: a filing has its number').toHaveText('请输入备案编号');
      await fill(filed, { 备案编号: '530102-2022-0008', 备案日期: '2022-01-26' });
      await button(filed, '确定').click();
      await expect(county.getByText('已备案', { exact: true })).toBeVisible();
      await expect(county.getByText('530102-2022-0008', { exact: true })).toBeVisible();
      await expect(county.getByText('五自然资复〔2022〕8号', { exact: true })).toBeVisible();
      await shot(county, 'planning-filed');
      await choose(page, '审批备案');
      await complete(page);
    });

    await test.step('6.12 推动项目落地', async () => {
      await choose(page, '推动项目落地');
      const funds = await begin(page, '项目资金及执行情况');
      await fill(funds, { 年份: '2022' });
      await button(funds, '第一季度').click();
      const amount = (title: string) => funds.getByRole('textbox', { name: title, exact: true });
      await amount('资金投入 省级财政投入资金').fill('20');
      await amount('资金投入 乡贤能人捐赠').fill('5.5');
      await expect(field(funds, '资金投入 合计')).toContainText('25.5');
      await amount('执行情况 省级财政投入资金').fill('30');
      await expect(field(funds, '执行情况 合计')).toContainText('30');
      await button(funds, '保存').click();
      await expect(funds.getByText('截至第一季度，省级财政投入资金累计执行 30 万元，超过累计投入 20 万元'), 'R-82').toBeVisible();
      await amount('执行情况 省级财政投入资金').fill('10.2');
      await expect(field(funds, '执行率(%)')).toContainText('40');
      await shot(page, 'planning-funds');
      await expectAccessible(page);
      await button(funds, '第二季度').click();
      await amount('资金投入 省级财政投入资金').fill('4.5');
      await button(funds, '基本信息').click();
      await expect(field(funds, '全年资金投入合计(万元)')).toContainText('30');
      await expect(field(funds, '全年执行率(%)')).toContainText('34');
      await button(funds, '保存').click();
      await expect(funds).toHaveCount(0);
      await expect(row(page, '10.2')).toBeVisible();
      const twice = await begin(page, '项目资金及执行情况');
      await fill(twice, { 年份: '2022' });
      await button(twice, '保存').click();
      await expect(twice.getByText('该年份已登记，一个年份只能有一条记录')).toBeVisible();
      await button(twice, '关闭').last().click();
      await button(window(page, '还没有保存'), '确定').click();
      await complete(page);
      await expect(button(page, '登记'), 'money flows for years').toBeVisible();
    });

    await test.step('6.13 反馈工作成效', async () => {
      await choose(page, '反馈工作成效');
      const blank = await begin(page, '反馈工作成效');
      await button(blank, '保存').click();
      await expect(blank.getByText('请选择成效类别')).toBeVisible();
      await fill(blank, { 反馈日期: '2022-06-20', 成效标题: '蓄水池开工', 工作成效: '争取省级资金，田坝心蓄水池已开工建设。' });
      await blank.getByLabel('项目争取').check();
      await button(blank, '保存').click();
      await expect(blank).toHaveCount(0);
      await expect(row(page, '蓄水池开工')).toBeVisible();
      await complete(page);
      await page.getByRole('link', { name: '全部环节' }).click();
      await expect(page.getByText('已完成 13/13 个环节')).toBeVisible();
      await shot(page, 'planning-all-done');
      const archive = page.waitForEvent('download');
      await button(page, '下载全部成果').click();
      expect((await archive).suggestedFilename()).toMatch(/龙庆社区.*\.zip$/);

      await visit(county, '/planning');
      await county.getByLabel('当前环节').selectOption({ label: '全部完成' });
      await expect(row(county, '13/13')).toHaveCount(1);
      await expect(row(county, '龙庆社区').getByText('全部完成', { exact: true })).toBeVisible();
      await shot(county, 'planning-villages-done');
    });
  });

  test('the county reopens a step, and the later ones are open again', async ({ page, anotherPerson }) => {
    test.setTimeout(270_000);
    await enter(page, '530102-zr', '/planning');
    await goTo(page, '龙庆社区', '村民决议');
    await expect(toggle(page)).toBeDisabled();
    await button(page, '重新打开').click();
    const asked = window(page, '重新打开');
    await expect(asked.getByText(/“村民决议”改为未完成，后面已完成的环节也一并改为未完成/)).toBeVisible();
    await button(asked, '确定').click();
    await expect(asked.getByRole('alert')).toHaveText('请填写重新打开的原因');
    await asked.getByLabel('原因').fill('公示照片不清晰');
    await shot(page, 'planning-reopen');
    await expectAccessible(page);
    await button(asked, '确定').click();
    await expect(toast(page, '已重新打开')).toBeVisible();
    await expect(asked).toHaveCount(0);
    await expect(toggle(page)).not.toBeChecked();
    await expect(page.getByText(/五华区自然资源局 在 .*公示照片不清晰/)).toBeVisible();
    await expect(button(page, '重新打开')).toHaveCount(0);
    await page.getByRole('link', { name: '全部环节' }).click();
    await expect(state(page, '县级审查', '已完成')).toBeVisible();
    await expect(state(page, '村民决议', '进行中')).toBeVisible();
    for (const step of ['审批备案', '推动项目落地', '反馈工作成效']) await expect(state(page, step, '未开启')).toBeVisible();

    // The village can mend it, and the filing begins again.
    const village = await anotherPerson();
    await enter(village, VILLAGE, `/desk/resolution?region=${VILLAGE}`);
    await expect(village.getByText(/公示照片不清晰/).first()).toBeVisible();
    await fill(village, { 公示意见处理: '已重新拍照。' });
    await save(village);
    await choose(village, '审批备案');
    await expect(village.getByText('待提交', { exact: true })).toBeVisible();
    await expect(village.getByText('上一环节“村民决议”还没有完成，“审批备案”尚未开启')).toBeVisible();
    await choose(village, '村民决议');
    await complete(village);
  });
});

test('the workbook of the survey goes out and comes in, tried first (manual 6.2)', async ({ page, allow }) => {
  allow(/status of (409|422)/);
  test.setTimeout(360_000);
  const upload = (name: string, rows: string[][], sheet: string) => ({
    name,
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: workbookOf(rows, sheet),
  });
  await enter(page, '530102010006', '/desk/base_data?region=530102010006');
  await fillBaseData(page);
  await save(page);
  await complete(page);
  await choose(page, '实地调研');
  const download = page.waitForEvent('download');
  await button(page, '导出实地调研模板').click();
  const template = await download;
  expect(template.suggestedFilename()).toMatch(/实地调研.*\.xlsx$/);
  const content = readFileSync(await template.path());
  expect(sheetNames(content)).toEqual(
    expect.arrayContaining([
      '土地资源',
      '水资源',
      '矿产资源',
      '景区景点',
      '历史文化资源',
      '民俗文化资源',
      '近三年社会经济情况（行政村）',
      '村庄产业',
      '集体经济发展情况',
      '道路',
      '基础设施',
      '公共服务设施',
      '地质灾害隐患',
    ]),
  );

  await button(page, '导入').click();
  const dialog = window(page, '导入 实地调研');
  await shot(page, 'planning-workbook');
  await expectAccessible(page);
  const heads = ['地类', '面积(平方米)', '主要分布'];
  await dialog.getByLabel('选择文件').setInputFiles(upload('调研.xlsx', [heads, ['耕地', '很多', '坝区'], ['林地', '2000', '']], '土地资源'));
  await expect(dialog.getByText('以下内容有错误，没有导入。请修改后重新选择文件。')).toBeVisible();
  const fault = dialog.getByRole('row').filter({ hasText: '请输入数字' });
  await expect(fault.getByRole('cell')).toHaveText(['土地资源', '2', '面积(平方米)', /请输入数字/]);
  await expect(dialog.getByRole('button', { name: /^确定导入/ })).toHaveCount(0);
  await shot(page, 'planning-workbook-faults');
  await expectAccessible(page);

  await button(dialog, '重新选择文件').click();
  await dialog.getByLabel('选择文件').setInputFiles(upload('调研.xlsx', [heads, ['耕地', '1000.5', '坝区'], ['林地', '2000', '']], '土地资源'));
  await button(dialog, '确定导入 2 条').click();
  await expect(dialog.getByText('导入成功 2 条')).toBeVisible();
  await button(dialog, '关闭').last().click();
  await tab(page, '自然资源').click();
  await expect(page.getByLabel('面积(平方米) 第1行', { exact: true })).toHaveValue('1000.5');
  await expect(page.getByLabel('地类 第2行', { exact: true }).locator('option:checked')).toHaveText('林地');

  // Another workbook is told from a filled one.
  await button(page, '导入').click();
  await dialog.getByLabel('选择文件').setInputFiles(upload('别的.xlsx', [['姓名'], ['白俊杰']], '人员'));
  await expect(dialog.getByRole('button', { name: /^确定导入/ })).toHaveCount(0);
  await expect(toast(page, '没有可导入的内容：工作表的名称应与模板一致，从第 2 行起填写')).toBeVisible();
});

test('底图底数 is filled and completed by plain forms', { tag: '@noscript' }, async ({ page }) => {
  test.skip(test.info().project.use.javaScriptEnabled !== false, 'for browsers without JavaScript');
  await enter(page, '530102010010', '/planning/530102010010');
  await state(page, '底图底数', '进行中').click();
  await toggle(page).click();
  await expect(page.getByText(/请选择认领方式/).first()).toBeVisible();
  await expect(toggle(page)).not.toBeChecked();
  await fillBaseData(page);
  await button(page, '保存').click();
  await expect(page.getByText('保存成功')).toBeVisible();
  await expect(page.getByLabel('认领人', { exact: true })).toHaveValue('白俊杰');
  await toggle(page).click();
  await expect(toggle(page)).toBeChecked();
  await page.getByRole('link', { name: '全部环节' }).click();
  await expect(state(page, '实地调研', '进行中')).toBeVisible();
});
