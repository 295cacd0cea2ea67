-- 组建规划组: candidates, planning groups, letters to units, technical units.

alter table jobs add column asked text not null default '';
alter table accounts add column contract text;
create index accounts_contract on accounts (contract);

create table candidates (
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
    gender text,
    ethnic_group text,
    born_in text,
    hamlet text,
    unit text,
    duty text,
    rank text,
    category text,
    political_status text,
    phone text,
    workplace text,
    tie text,
    skills text,
    willing bigint,
    asked_on text,
    remark text
);
create index candidates_region on candidates (region, deleted_at);
create index candidates_newest on candidates (created_at desc, id desc);
create index candidates_by_rank on candidates (rank, region) where deleted_at is null;
create index candidates_by_category on candidates (category, region) where deleted_at is null;
create index candidates_by_political_status on candidates (political_status, region) where deleted_at is null;
create index candidates_by_workplace on candidates (workplace, region) where deleted_at is null;
create index candidates_by_willing on candidates (willing, region) where deleted_at is null;
create index candidates_along_name on candidates (name, id) where deleted_at is null;
create unique index candidates_one_person on candidates (region, coalesce(name, ''), coalesce(phone, '')) where deleted_at is null;
create index candidates_with_name_phone on candidates (coalesce(name, ''), coalesce(phone, '')) where deleted_at is null;

create table roster (
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
    group_kind text,
    hamlet text,
    person text,
    name text,
    local_duty text,
    unit text,
    duty text,
    rank text,
    category text,
    political_status text,
    phone text,
    willing bigint,
    role text,
    is_lead bigint,
    source text,
    reply text,
    remark text
);
create index roster_region on roster (region, deleted_at);
create index roster_newest on roster (created_at desc, id desc);
create index roster_by_role on roster (role, region) where deleted_at is null;
create index roster_by_source on roster (source, region) where deleted_at is null;
create index roster_along_name on roster (name, id) where deleted_at is null;
create index roster_status on roster (status, region) where deleted_at is null;
create unique index roster_one_leader on roster (region, coalesce(group_kind, ''), coalesce(hamlet, '')) where deleted_at is null and role = 'leader' and status <> 'left';
create unique index roster_one_lead on roster (region, coalesce(group_kind, ''), coalesce(hamlet, '')) where deleted_at is null and is_lead = 1 and status <> 'left';
create unique index roster_one_member on roster (region, coalesce(group_kind, ''), coalesce(hamlet, ''), coalesce(name, ''), coalesce(phone, '')) where deleted_at is null and status <> 'left';
create index roster_with_name_phone on roster (coalesce(name, ''), coalesce(phone, '')) where deleted_at is null;
create index roster_of_person on roster (person) where deleted_at is null;

create table official_letters (
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
    entry text,
    name text,
    unit text,
    duty text,
    rank text,
    category text,
    political_status text,
    phone text,
    willing bigint,
    role text,
    remark text,
    sent_on text,
    letter_number text,
    reply text,
    replied_on text
);
create index official_letters_region on official_letters (region, deleted_at);
create index official_letters_newest on official_letters (created_at desc, id desc);
create index official_letters_along_name on official_letters (name, id) where deleted_at is null;
create index official_letters_along_unit on official_letters (unit, id) where deleted_at is null;
create index official_letters_status on official_letters (status, region) where deleted_at is null;
create unique index official_letters_one_entry on official_letters (region, coalesce(entry, '')) where deleted_at is null;
create index official_letters_of_entry on official_letters (entry) where deleted_at is null;

create table letter_template (
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
    title text,
    body text,
    signature text,
    contact text
);
create index letter_template_region on letter_template (region, deleted_at);
create index letter_template_newest on letter_template (created_at desc, id desc);
create unique index letter_template_one_per_region on letter_template (region) where deleted_at is null;

create table technical_units (
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
    villages text,
    name text,
    credit_code text,
    qualification text,
    qualification_text text,
    leader text,
    leader_phone text,
    contract_amount bigint,
    province_grant bigint,
    city_grant bigint,
    project_funds bigint,
    village_funds bigint,
    donations bigint,
    county_funds bigint,
    gap bigint,
    signed_on text,
    due_on text,
    work text,
    has_account bigint
);
create index technical_units_region on technical_units (region, deleted_at);
create index technical_units_newest on technical_units (created_at desc, id desc);
create index technical_units_by_qualification on technical_units (qualification, region) where deleted_at is null;
create index technical_units_along_name on technical_units (name, id) where deleted_at is null;

create table technical_units_villages (
    region text not null primary key references regions (code),
    parent text not null references technical_units (id)
);
create index technical_units_villages_parent on technical_units_villages (parent);
