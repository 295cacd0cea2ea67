-- Reviews: decisions, remarks, bulks; and the forms of 规划任务.

create table baseline_survey (
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
    village text,
    village_type text,
    village_features text,
    has_key_project bigint,
    key_project_types text,
    key_project_name text,
    is_key_county_village bigint,
    is_demonstration bigint,
    demonstration_kind text,
    existing_plan text,
    started_on text,
    plan_year bigint,
    remark text
);
create index baseline_survey_region on baseline_survey (region, deleted_at);
create index baseline_survey_newest on baseline_survey (created_at desc, id desc);
create index baseline_survey_status on baseline_survey (status, region) where deleted_at is null;
create unique index baseline_survey_one_per_region on baseline_survey (region) where deleted_at is null;

create table annual_plan (
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
    filled_on text,
    title text,
    townships bigint,
    villages bigint,
    tasks bigint,
    share bigint,
    task_number text,
    assigned_on text
);
create index annual_plan_region on annual_plan (region, deleted_at);
create index annual_plan_newest on annual_plan (created_at desc, id desc);
create index annual_plan_status on annual_plan (status, region) where deleted_at is null;
create unique index annual_plan_one_per_year on annual_plan (region, year) where deleted_at is null;

-- What a level decided about one version of a record, with the content that it judged.
create table decisions (
    id text not null primary key,
    form text not null,
    record text not null,
    version bigint not null,
    account text not null references accounts (id),
    account_name text not null,
    account_kind text not null,
    verb text not null,
    from_status text not null,
    to_status text not null,
    passed bigint not null,
    opinion text not null,
    receiver text references accounts (id),
    receiver_name text not null,
    content text not null,
    job text,
    at text not null,
    undone_at text
);
create index decisions_record on decisions (record, at);
create index decisions_job on decisions (job);

-- Remarks at places of a returned record; each is changed or answered before it is submitted again.
create table pins (
    id text not null primary key,
    form text not null,
    record text not null,
    decision text not null references decisions (id),
    position bigint not null,
    place text not null,
    label text not null,
    remark text not null,
    held text not null,
    answer text not null,
    closed_by text
);
create index pins_record on pins (record, closed_by);

-- A bulk: planned by a dry run, then carried out piece by piece.
create table jobs (
    id text not null primary key,
    form text not null,
    verb text not null,
    account text not null references accounts (id),
    address text not null,
    opinion text not null,
    receiver text,
    state text not null,
    total bigint not null,
    ready bigint not null,
    done bigint not null,
    failed bigint not null,
    created_at text not null,
    finished_at text,
    constraint jobs_state check (state in ('planned', 'running', 'done', 'undoing', 'undone'))
);
create index jobs_account on jobs (account, form, created_at);
create index jobs_state on jobs (state);

create table job_items (
    job text not null references jobs (id),
    position bigint not null,
    record text not null,
    name text not null,
    version bigint not null,
    state text not null,
    message text not null,
    primary key (job, position),
    constraint job_items_state check (state in ('waiting', 'refused', 'done', 'failed', 'undone'))
);
create index job_items_state on job_items (job, state, position);

-- A switch for each year, where a step has one.
create table completions_by_year (
    step text not null,
    region text not null references regions (code),
    year text not null,
    account text not null references accounts (id),
    account_name text not null,
    done_at text not null,
    primary key (step, region, year)
);
insert into completions_by_year (step, region, year, account, account_name, done_at)
select step, region, '', account, account_name, done_at from completions;
drop table completions;
alter table completions_by_year rename to completions;
