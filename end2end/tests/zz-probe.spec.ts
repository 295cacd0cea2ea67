import { enter, test, visit, shot } from '../fixtures';
test('probe', async ({ page }) => {
  test.setTimeout(120_000);
  const out: string[] = [];
  const dump = async (name: string) => { out.push(`##### ${name} ${page.url()}\n` + (await page.locator('main').ariaSnapshot())); await page.screenshot({ path: `/tmp/planning-run/${name}.png`, fullPage: true }); };
  await enter(page, '530102010005', '/planning');
  await dump('planning');
  await visit(page, '/planning/530102010005');
  await dump('village');
  for (const key of ['analysis','base_data','draft_plan','county_review?tab=structure&','county_review?tab=indicators&','field_survey','field_survey?tab=economy&','filing','projects','outcomes','resolution']) {
    await visit(page, `/desk/${key}${key.includes('?') ? '' : '?'}region=530102010005`);
    await dump(key.replace(/\W/g, '_'));
  }
  await enter(page, '530102010', '/desk/filing?region=530102010001');
  await dump('filing-town');
  await enter(page, '530102-zr', '/planning');
  await dump('planning-county');
  await visit(page, '/desk/filing?region=530102010001');
  await dump('filing-county');
  await visit(page, '/desk/county_review?region=530102010001');
  await dump('review-county');
  require('node:fs').writeFileSync('/tmp/planning-run/dump.txt', out.join('\n\n'));
});
