-- What changes without a release: code lists, parameters, divisions; and the imports of the system administrator (S9.2–S9.4).

-- Options of code lists, as far as they differ from those that are built in. Valid from a day, and until before another.
create table code_entries (
    list text not null,
    code text not null,
    label text not null,
    position bigint not null,
    valid_from text not null,
    valid_to text,
    primary key (list, code)
);

-- Parameters that were changed: the province's, and each county's own.
create table parameters (
    name text not null,
    region text not null references regions (code),
    content text not null,
    primary key (name, region)
);

-- Every process looks at these before it answers: what it keeps in memory is of such a version.
create table versions (
    what text not null primary key,
    version bigint not null
);
insert into versions (what, version) values ('terms', 1), ('divisions', 1);

-- A division that has ended and still holds what is over; others leave for former_regions.
alter table regions add column valid_from text;
alter table regions add column valid_to text;

create table former_regions (
    code text not null primary key,
    name text not null,
    short_name text not null,
    kind text not null,
    planned bigint not null,
    valid_from text,
    valid_to text not null
);

-- Other names of a division, and former ones with the day on which they ended.
create table region_names (
    region text not null references regions (code),
    name text not null,
    valid_to text,
    primary key (region, name)
);

-- What was under which code before and after a day.
create table region_changes (
    id text not null primary key,
    kind text not null,
    from_code text not null,
    to_code text not null,
    note text not null,
    valid_on text not null,
    account text not null references accounts (id),
    account_name text not null,
    at text not null
);
create index region_changes_valid on region_changes (valid_on, at);

-- Workbooks that the system administrator has read in for villages (manual 6.2, note).
create table workbook_imports (
    id text not null primary key,
    region text not null references regions (code),
    page text not null,
    file_name text not null,
    outcome text not null,
    stored bigint not null,
    account text not null references accounts (id),
    account_name text not null,
    at text not null
);
create index workbook_imports_at on workbook_imports (at);
