-- 规划编制: the 13 steps of a village, what its natural villages tell, and totals that are kept with a step.

alter table attachments add column subject text not null default '';
alter table natural_villages add column number bigint;

create table snapshots (
    step text not null,
    tab text not null,
    region text not null references regions (code),
    body text not null,
    taken_at text not null,
    primary key (step, tab, region)
);

-- A natural village is a division of its own: what it tells is registered under its code.
update natural_villages set number = (
    select count(*) from natural_villages other
    where other.region = natural_villages.region
      and (other.created_at < natural_villages.created_at
        or other.created_at = natural_villages.created_at and other.id <= natural_villages.id)
);
insert into regions (code, parent, level, name, short_name, aliases, initials, kind, planned)
select region || substr(cast(1000 + number as text), 2), region, 6, coalesce(name, ''), coalesce(name, ''), '', '',
       'natural_villages', coalesce(planned, 1)
from natural_villages where number <= 999;

create table base_data (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    claim_mode text,
    claimed_on text,
    claimed_by text,
    claimed_by_phone text,
    contents text,
    coordinates text,
    base_year bigint,
    started_on text,
    ended_on text,
    leader text,
    situation text
);
create index base_data_region on base_data (region, deleted_at);
create index base_data_newest on base_data (created_at desc, id desc);
create unique index base_data_one_per_region on base_data (region) where deleted_at is null;

create table field_survey (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    started_on text,
    ended_on text,
    leader text,
    situation text,
    absent text,
    coverage_reason text
);
create index field_survey_region on field_survey (region, deleted_at);
create index field_survey_newest on field_survey (created_at desc, id desc);
create unique index field_survey_one_per_region on field_survey (region) where deleted_at is null;

create table natural_resources (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text
);
create index natural_resources_region on natural_resources (region, deleted_at);
create index natural_resources_newest on natural_resources (created_at desc, id desc);
create unique index natural_resources_one_per_region on natural_resources (region) where deleted_at is null;

create table natural_resources_land (
    id text not null primary key,
    parent text not null references natural_resources (id),
    position bigint not null,
    kind text,
    quantity bigint,
    area bigint,
    location text,
    situation text,
    problems text,
    files text
);
create index natural_resources_land_parent on natural_resources_land (parent, position);

create table natural_resources_water (
    id text not null primary key,
    parent text not null references natural_resources (id),
    position bigint not null,
    name text,
    kind text,
    quantity bigint,
    area bigint,
    capacity text,
    uses text,
    situation text,
    problems text,
    files text
);
create index natural_resources_water_parent on natural_resources_water (parent, position);

create table natural_resources_minerals (
    id text not null primary key,
    parent text not null references natural_resources (id),
    position bigint not null,
    name text,
    mineral text,
    quantity bigint,
    area bigint,
    mining_state text,
    situation text,
    problems text,
    files text
);
create index natural_resources_minerals_parent on natural_resources_minerals (parent, position);

create table natural_resources_scenic_spots (
    id text not null primary key,
    parent text not null references natural_resources (id),
    position bigint not null,
    name text,
    grade text,
    quantity bigint,
    area bigint,
    visitors bigint,
    situation text,
    problems text,
    files text
);
create index natural_resources_scenic_spots_parent on natural_resources_scenic_spots (parent, position);

create table cultural_resources (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text
);
create index cultural_resources_region on cultural_resources (region, deleted_at);
create index cultural_resources_newest on cultural_resources (created_at desc, id desc);
create unique index cultural_resources_one_per_region on cultural_resources (region) where deleted_at is null;

create table cultural_resources_heritage (
    id text not null primary key,
    parent text not null references cultural_resources (id),
    position bigint not null,
    name text,
    kind text,
    quantity bigint,
    area bigint,
    situation text,
    problems text,
    files text
);
create index cultural_resources_heritage_parent on cultural_resources_heritage (parent, position);

create table cultural_resources_folk_culture (
    id text not null primary key,
    parent text not null references cultural_resources (id),
    position bigint not null,
    name text,
    kind text,
    ethnic_groups text,
    intangible_level text,
    inheritors text,
    quantity bigint,
    area bigint,
    situation text,
    problems text,
    files text
);
create index cultural_resources_folk_culture_parent on cultural_resources_folk_culture (parent, position);

create table economy (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    year bigint,
    total_income bigint,
    operating_income bigint,
    contract_income bigint,
    subsidy_income bigint,
    other_income bigint,
    rural_income bigint,
    disposable_income bigint,
    labour bigint,
    migrants bigint,
    remark text
);
create index economy_region on economy (region, deleted_at);
create index economy_newest on economy (created_at desc, id desc);
create index economy_by_year on economy (year, region) where deleted_at is null;
create index economy_along_year on economy (year, id) where deleted_at is null;
create unique index economy_one_year on economy (region, coalesce(year, -1)) where deleted_at is null;

create table industries (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    name text,
    sector text,
    kind text,
    size bigint,
    size_unit text,
    yearly_output text,
    output_value bigint,
    operators text,
    households bigint,
    is_leading bigint,
    problems text
);
create index industries_region on industries (region, deleted_at);
create index industries_newest on industries (created_at desc, id desc);
create index industries_by_sector on industries (sector, region) where deleted_at is null;
create index industries_by_kind on industries (kind, region) where deleted_at is null;
create index industries_by_is_leading on industries (is_leading, region) where deleted_at is null;
create index industries_along_name on industries (name, id) where deleted_at is null;

create table collective_assets (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    name text,
    operation text,
    built_in bigint,
    invested bigint,
    yearly_income bigint,
    households bigint,
    situation text,
    problems text
);
create index collective_assets_region on collective_assets (region, deleted_at);
create index collective_assets_newest on collective_assets (created_at desc, id desc);
create index collective_assets_by_operation on collective_assets (operation, region) where deleted_at is null;
create index collective_assets_along_name on collective_assets (name, id) where deleted_at is null;

create table roads (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    name text,
    class text,
    grade text,
    length bigint,
    width bigint,
    surface text,
    lamps bigint,
    ditches bigint,
    quality text,
    problems text
);
create index roads_region on roads (region, deleted_at);
create index roads_newest on roads (created_at desc, id desc);
create index roads_by_class on roads (class, region) where deleted_at is null;
create index roads_by_surface on roads (surface, region) where deleted_at is null;
create index roads_along_name on roads (name, id) where deleted_at is null;

create table facilities (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    kind text,
    name text,
    quantity bigint,
    capacity bigint,
    households bigint,
    area bigint,
    built_in bigint,
    running_state text,
    problems text
);
create index facilities_region on facilities (region, deleted_at);
create index facilities_newest on facilities (created_at desc, id desc);
create index facilities_by_kind on facilities (kind, region) where deleted_at is null;
create index facilities_by_running_state on facilities (running_state, region) where deleted_at is null;

create table public_services (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    kind text,
    name text,
    quantity bigint,
    location text,
    area bigint,
    floor_area bigint,
    use_state text,
    capacity text,
    problems text
);
create index public_services_region on public_services (region, deleted_at);
create index public_services_newest on public_services (created_at desc, id desc);
create index public_services_by_kind on public_services (kind, region) where deleted_at is null;
create index public_services_by_use_state on public_services (use_state, region) where deleted_at is null;

create table hazards (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    name text,
    number text,
    hamlet text,
    kind text,
    size_grade text,
    danger_grade text,
    causes text,
    trend text,
    households bigint,
    people bigint,
    property bigint,
    longitude bigint,
    latitude bigint,
    monitor text,
    monitor_phone text,
    measure text,
    problems text
);
create index hazards_region on hazards (region, deleted_at);
create index hazards_newest on hazards (created_at desc, id desc);
create index hazards_by_kind on hazards (kind, region) where deleted_at is null;
create index hazards_by_danger_grade on hazards (danger_grade, region) where deleted_at is null;
create index hazards_by_measure on hazards (measure, region) where deleted_at is null;
create index hazards_along_name on hazards (name, id) where deleted_at is null;

create table analysis (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    started_on text,
    conclusion text
);
create index analysis_region on analysis (region, deleted_at);
create index analysis_newest on analysis (created_at desc, id desc);
create unique index analysis_one_per_region on analysis (region) where deleted_at is null;

create table spatial_plan (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    started_on text,
    ended_on text,
    leader text,
    situation text,
    checked text
);
create index spatial_plan_region on spatial_plan (region, deleted_at);
create index spatial_plan_newest on spatial_plan (created_at desc, id desc);
create unique index spatial_plan_one_per_region on spatial_plan (region) where deleted_at is null;

create table industry_plan (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    started_on text,
    ended_on text,
    leader text,
    situation text,
    leading_industries text,
    special_industries text,
    checked text
);
create index industry_plan_region on industry_plan (region, deleted_at);
create index industry_plan_newest on industry_plan (created_at desc, id desc);
create unique index industry_plan_one_per_region on industry_plan (region) where deleted_at is null;

create table party_talent_plan (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    started_on text,
    ended_on text,
    leader text,
    situation text,
    checked text
);
create index party_talent_plan_region on party_talent_plan (region, deleted_at);
create index party_talent_plan_newest on party_talent_plan (created_at desc, id desc);
create unique index party_talent_plan_one_per_region on party_talent_plan (region) where deleted_at is null;

create table draft_plan (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    started_on text,
    ended_on text,
    leader text,
    situation text
);
create index draft_plan_region on draft_plan (region, deleted_at);
create index draft_plan_newest on draft_plan (created_at desc, id desc);
create unique index draft_plan_one_per_region on draft_plan (region) where deleted_at is null;

create table draft_plan_near_term_projects (
    id text not null primary key,
    parent text not null references draft_plan (id),
    position bigint not null,
    name text,
    kind text,
    nature text,
    place text,
    size text,
    investment bigint,
    funding text,
    build_year bigint,
    responsible text
);
create index draft_plan_near_term_projects_parent on draft_plan_near_term_projects (parent, position);

create table standardization (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    started_on text,
    ended_on text,
    leader text,
    situation text
);
create index standardization_region on standardization (region, deleted_at);
create index standardization_newest on standardization (created_at desc, id desc);
create unique index standardization_one_per_region on standardization (region) where deleted_at is null;

create table review_papers (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text
);
create index review_papers_region on review_papers (region, deleted_at);
create index review_papers_newest on review_papers (created_at desc, id desc);
create unique index review_papers_one_per_region on review_papers (region) where deleted_at is null;

create table county_review (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    round bigint,
    reviewed_on text,
    manner text,
    group_leader text,
    expert_count bigint,
    verdict text,
    score bigint,
    opinion text,
    follow_up text
);
create index county_review_region on county_review (region, deleted_at);
create index county_review_newest on county_review (created_at desc, id desc);
create index county_review_along_reviewed_on on county_review (reviewed_on, id) where deleted_at is null;
create index county_review_along_group_leader on county_review (group_leader, id) where deleted_at is null;

create table county_review_experts (
    id text not null primary key,
    parent text not null references county_review (id),
    position bigint not null,
    name text,
    unit text,
    subject text,
    title text
);
create index county_review_experts_parent on county_review_experts (parent, position);

create table resolution (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    resolved bigint,
    published bigint,
    meeting text,
    met_on text,
    invited bigint,
    present bigint,
    agreed bigint,
    published_from text,
    published_to text,
    publicity text,
    objections text,
    started_on text,
    ended_on text,
    leader text,
    situation text
);
create index resolution_region on resolution (region, deleted_at);
create index resolution_newest on resolution (created_at desc, id desc);
create unique index resolution_one_per_region on resolution (region) where deleted_at is null;

create table filing (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    mending text,
    approval_number text,
    approved_on text,
    filing_number text,
    filed_on text,
    opened_on text,
    delivered_on text
);
create index filing_region on filing (region, deleted_at);
create index filing_newest on filing (created_at desc, id desc);
create index filing_along_approved_on on filing (approved_on, id) where deleted_at is null;
create index filing_along_filing_number on filing (filing_number, id) where deleted_at is null;
create index filing_along_filed_on on filing (filed_on, id) where deleted_at is null;
create index filing_status on filing (status, region) where deleted_at is null;
create unique index filing_one_per_region on filing (region) where deleted_at is null;

create table project_funds (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    year bigint,
    remark text,
    brought bigint,
    spent bigint,
    rate bigint,
    q1_in_central bigint,
    q1_in_province bigint,
    q1_in_local bigint,
    q1_in_department bigint,
    q1_in_social bigint,
    q1_in_donated bigint,
    q1_in_total bigint,
    q1_out_central bigint,
    q1_out_province bigint,
    q1_out_local bigint,
    q1_out_department bigint,
    q1_out_social bigint,
    q1_out_donated bigint,
    q1_out_total bigint,
    q1_rate bigint,
    q2_in_central bigint,
    q2_in_province bigint,
    q2_in_local bigint,
    q2_in_department bigint,
    q2_in_social bigint,
    q2_in_donated bigint,
    q2_in_total bigint,
    q2_out_central bigint,
    q2_out_province bigint,
    q2_out_local bigint,
    q2_out_department bigint,
    q2_out_social bigint,
    q2_out_donated bigint,
    q2_out_total bigint,
    q2_rate bigint,
    q3_in_central bigint,
    q3_in_province bigint,
    q3_in_local bigint,
    q3_in_department bigint,
    q3_in_social bigint,
    q3_in_donated bigint,
    q3_in_total bigint,
    q3_out_central bigint,
    q3_out_province bigint,
    q3_out_local bigint,
    q3_out_department bigint,
    q3_out_social bigint,
    q3_out_donated bigint,
    q3_out_total bigint,
    q3_rate bigint,
    q4_in_central bigint,
    q4_in_province bigint,
    q4_in_local bigint,
    q4_in_department bigint,
    q4_in_social bigint,
    q4_in_donated bigint,
    q4_in_total bigint,
    q4_out_central bigint,
    q4_out_province bigint,
    q4_out_local bigint,
    q4_out_department bigint,
    q4_out_social bigint,
    q4_out_donated bigint,
    q4_out_total bigint,
    q4_rate bigint
);
create index project_funds_region on project_funds (region, deleted_at);
create index project_funds_newest on project_funds (created_at desc, id desc);
create index project_funds_by_year on project_funds (year, region) where deleted_at is null;
create index project_funds_along_year on project_funds (year, id) where deleted_at is null;
create unique index project_funds_one_year on project_funds (region, coalesce(year, -1)) where deleted_at is null;

create table projects (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    name text,
    kind text,
    place text,
    cadre text,
    investment bigint,
    funded bigint,
    state text,
    began_on text,
    completed_on text
);
create index projects_region on projects (region, deleted_at);
create index projects_newest on projects (created_at desc, id desc);
create index projects_by_kind on projects (kind, region) where deleted_at is null;
create index projects_by_state on projects (state, region) where deleted_at is null;
create index projects_along_name on projects (name, id) where deleted_at is null;

create table outcomes (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    reported_on text,
    kinds text,
    title text,
    outcome text,
    participants text,
    funds_won bigint,
    projects_won bigint,
    suggestions text
);
create index outcomes_region on outcomes (region, deleted_at);
create index outcomes_newest on outcomes (created_at desc, id desc);
create index outcomes_along_reported_on on outcomes (reported_on, id) where deleted_at is null;
create index outcomes_along_title on outcomes (title, id) where deleted_at is null;

create table population (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    year bigint,
    households bigint,
    registered bigint,
    resident bigint,
    minors bigint,
    adults bigint,
    elders bigint,
    men bigint,
    women bigint,
    migrants bigint,
    remark text
);
create index population_region on population (region, deleted_at);
create index population_newest on population (created_at desc, id desc);
create index population_by_year on population (year, region) where deleted_at is null;
create index population_along_year on population (year, id) where deleted_at is null;
create unique index population_one_year on population (region, coalesce(year, -1)) where deleted_at is null;

create table ethnic_groups (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    ethnic_group text,
    population bigint
);
create index ethnic_groups_region on ethnic_groups (region, deleted_at);
create index ethnic_groups_newest on ethnic_groups (created_at desc, id desc);
create index ethnic_groups_by_ethnic_group on ethnic_groups (ethnic_group, region) where deleted_at is null;
create unique index ethnic_groups_one_group on ethnic_groups (region, coalesce(ethnic_group, '')) where deleted_at is null;

create table homesteads (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    plots bigint,
    area bigint,
    multiple bigint,
    landless bigint,
    oversized bigint,
    idle_plots bigint,
    idle_area bigint,
    demand bigint,
    certified bigint,
    problems text
);
create index homesteads_region on homesteads (region, deleted_at);
create index homesteads_newest on homesteads (created_at desc, id desc);
create unique index homesteads_one_per_region on homesteads (region) where deleted_at is null;

create table vacant_land (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    place text,
    kind text,
    area bigint,
    tenure text,
    suggested_use text
);
create index vacant_land_region on vacant_land (region, deleted_at);
create index vacant_land_newest on vacant_land (created_at desc, id desc);
create index vacant_land_by_kind on vacant_land (kind, region) where deleted_at is null;
create index vacant_land_by_suggested_use on vacant_land (suggested_use, region) where deleted_at is null;
create index vacant_land_along_place on vacant_land (place, id) where deleted_at is null;

create table buildings (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    total bigint,
    frame bigint,
    brick_concrete bigint,
    brick_timber bigint,
    earth_timber bigint,
    timber bigint,
    stone_timber bigint,
    other_structure bigint,
    timber_houses bigint,
    floors_1 bigint,
    floors_2 bigint,
    floors_3 bigint,
    floors_4 bigint,
    quality_good bigint,
    quality_fair bigint,
    quality_poor bigint,
    safety_a bigint,
    safety_b bigint,
    safety_c bigint,
    safety_d bigint,
    before_1980 bigint,
    from_1980 bigint,
    from_2000 bigint,
    after_2010 bigint,
    harmonious bigint,
    partly_harmonious bigint,
    disharmonious bigint,
    traditional bigint,
    styles text,
    roof text,
    walls text,
    problems text
);
create index buildings_region on buildings (region, deleted_at);
create index buildings_newest on buildings (created_at desc, id desc);
create unique index buildings_one_per_region on buildings (region) where deleted_at is null;

create table collective_land (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    place text,
    area bigint,
    present_use text,
    way_of_use text,
    occupant text,
    floor_area bigint,
    yearly_income bigint,
    is_registered bigint,
    is_on_market bigint,
    intention text
);
create index collective_land_region on collective_land (region, deleted_at);
create index collective_land_newest on collective_land (created_at desc, id desc);
create index collective_land_by_present_use on collective_land (present_use, region) where deleted_at is null;
create index collective_land_by_way_of_use on collective_land (way_of_use, region) where deleted_at is null;
create index collective_land_along_place on collective_land (place, id) where deleted_at is null;

create table fire_safety (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    largest_cluster bigint,
    ponds bigint,
    pond_volume bigint,
    hydrants bigint,
    pumps bigint,
    hoses bigint,
    extinguishers bigint,
    fire_stations bigint,
    volunteers bigint,
    lane_clear bigint,
    natural_source bigint,
    rewired bigint,
    hearths bigint,
    station_distance bigint,
    recent_fires bigint,
    hazards text,
    problems text,
    without_water bigint
);
create index fire_safety_region on fire_safety (region, deleted_at);
create index fire_safety_newest on fire_safety (created_at desc, id desc);
create index fire_safety_by_lane_clear on fire_safety (lane_clear, region) where deleted_at is null;
create unique index fire_safety_one_per_region on fire_safety (region) where deleted_at is null;

create table hamlet_absences (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    absent text,
    remark text
);
create index hamlet_absences_region on hamlet_absences (region, deleted_at);
create index hamlet_absences_newest on hamlet_absences (created_at desc, id desc);
create unique index hamlet_absences_one_per_region on hamlet_absences (region) where deleted_at is null;

create table plan_tables (
    id text not null primary key,
    region text not null references regions (code),
    level bigint not null,
    organ text not null,
    status text not null,
    version bigint not null,
    saved_as text not null,
    attachment_count bigint not null,
    created_by text not null references accounts (id),
    created_name text not null,
    created_at text not null,
    updated_by text not null,
    updated_at text not null,
    deleted_at text,
    base_year bigint,
    target_year bigint,
    indicators_version text,
    structure_version text
);
create index plan_tables_region on plan_tables (region, deleted_at);
create index plan_tables_newest on plan_tables (created_at desc, id desc);
create unique index plan_tables_one_per_region on plan_tables (region) where deleted_at is null;

create table plan_tables_indicators (
    id text not null primary key,
    parent text not null references plan_tables (id),
    position bigint not null,
    item text,
    base bigint,
    near bigint,
    target bigint,
    remark text
);
create index plan_tables_indicators_parent on plan_tables_indicators (parent, position);

create table plan_tables_structure (
    id text not null primary key,
    parent text not null references plan_tables (id),
    position bigint not null,
    item text,
    base bigint,
    target bigint
);
create index plan_tables_structure_parent on plan_tables_structure (parent, position);
