-- The tables of the forms. `hometown schema` prints what the declarations ask for; this file is the truth.

create table village_profile (
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
    seat text,
    area bigint,
    population bigint
);
create index village_profile_region on village_profile (region, deleted_at);
create index village_profile_newest on village_profile (created_at desc, id desc);
create unique index village_profile_one_per_region on village_profile (region) where deleted_at is null;

create table village_profile_support_units (
    id text not null primary key,
    parent text not null references village_profile (id),
    position bigint not null,
    unit text
);
create index village_profile_support_units_parent on village_profile_support_units (parent, position);

create table village_profile_villager_groups (
    id text not null primary key,
    parent text not null references village_profile (id),
    position bigint not null,
    name text,
    leader text,
    leader_phone text
);
create index village_profile_villager_groups_parent on village_profile_villager_groups (parent, position);

create table personnel (
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
create index personnel_region on personnel (region, deleted_at);
create index personnel_newest on personnel (created_at desc, id desc);
create unique index personnel_one_per_region on personnel (region) where deleted_at is null;

create table personnel_party_secretaries (
    id text not null primary key,
    parent text not null references personnel (id),
    position bigint not null,
    name text,
    phone text
);
create index personnel_party_secretaries_parent on personnel_party_secretaries (parent, position);

create table personnel_resident_team (
    id text not null primary key,
    parent text not null references personnel (id),
    position bigint not null,
    name text,
    unit text,
    duty text,
    rank text,
    political_status text,
    phone text,
    category text,
    role text
);
create index personnel_resident_team_parent on personnel_resident_team (parent, position);

create table natural_villages (
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
    villager_groups text,
    contact text,
    contact_phone text,
    planned bigint
);
create index natural_villages_region on natural_villages (region, deleted_at);
create index natural_villages_newest on natural_villages (created_at desc, id desc);

create table founding_documents (
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
    number text,
    category text,
    issuer text,
    issued_on text,
    remark text
);
create index founding_documents_region on founding_documents (region, deleted_at);
create index founding_documents_newest on founding_documents (created_at desc, id desc);

create table supplementary_documents (
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
    number text,
    category text,
    issuer text,
    issued_on text,
    year bigint,
    remark text
);
create index supplementary_documents_region on supplementary_documents (region, deleted_at);
create index supplementary_documents_newest on supplementary_documents (created_at desc, id desc);

create table project_team (
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
    unit text,
    duty text,
    rank text,
    team_role text,
    phone text,
    in_post text,
    remark text
);
create index project_team_region on project_team (region, deleted_at);
create index project_team_newest on project_team (created_at desc, id desc);

create table leading_group (
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
    unit text,
    duty text,
    rank text,
    group_role text,
    phone text,
    in_post text
);
create index leading_group_region on leading_group (region, deleted_at);
create index leading_group_newest on leading_group (created_at desc, id desc);

create table liaison_stations (
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
    station_level text,
    name text,
    address text,
    phone text,
    founded_on text
);
create index liaison_stations_region on liaison_stations (region, deleted_at);
create index liaison_stations_newest on liaison_stations (created_at desc, id desc);

create table liaison_staff (
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
    unit text,
    duty text,
    phone text,
    tasks text,
    in_post text
);
create index liaison_staff_region on liaison_staff (region, deleted_at);
create index liaison_staff_newest on liaison_staff (created_at desc, id desc);

create table mobilization (
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
    filler_level text,
    filler_name text,
    title text,
    held_on text,
    organization_form text,
    participation text,
    host text,
    participants bigint,
    letters bigint,
    summary text
);
create index mobilization_region on mobilization (region, deleted_at);
create index mobilization_newest on mobilization (created_at desc, id desc);

create table training (
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
    filler_level text,
    filler_name text,
    title text,
    held_on text,
    ended_on text,
    participation text,
    method text,
    host text,
    place text,
    platform text,
    offline_count bigint,
    online_count bigint,
    attendance bigint,
    cadres bigint,
    hours bigint,
    lecturers text,
    audience text,
    summary text
);
create index training_region on training (region, deleted_at);
create index training_newest on training (created_at desc, id desc);

create table work_log (
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
    step text,
    title text,
    held_on text,
    ended_on text,
    place text,
    participant_count bigint,
    summary text,
    participants text,
    other_participants text
);
create index work_log_region on work_log (region, deleted_at);
create index work_log_newest on work_log (created_at desc, id desc);

create table policy_documents (
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
    category text,
    published_on text,
    position_number bigint,
    is_public bigint
);
create index policy_documents_region on policy_documents (region, deleted_at);
create index policy_documents_newest on policy_documents (created_at desc, id desc);

