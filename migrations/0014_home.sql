-- 催办: the last reminder of a step in a region. The key holds that there is one; the statement that writes it, that it is
-- a week old before the next.
create table reminders (
    step text not null,
    region text not null references regions (code),
    year text not null,
    account text not null references accounts (id),
    account_name text not null,
    sent_at text not null,
    primary key (step, region, year)
);

-- Who was reminded: it stands in their 待办 until the step is 是.
create table reminded (
    account text not null references accounts (id),
    step text not null,
    region text not null references regions (code),
    year text not null,
    primary key (account, step, region, year)
);
create index reminded_place on reminded (step, region, year);

-- What people look for by name: a line for each record that has one, and for each file. Written with the record. A name
-- as hexadecimal digits sorts the same way in every store and collation, so its beginnings are a range of an index.
create table search_entries (
    id text not null primary key,
    owner text not null,
    form text not null,
    sort text not null,
    region text not null,
    part text not null,
    name text not null,
    words text not null,
    name_key text not null,
    initials text not null,
    tail text not null
);
create index search_entries_owner on search_entries (owner);
create index search_entries_region on search_entries (region, sort);
create index search_entries_name on search_entries (sort, name_key);
create index search_entries_initials on search_entries (sort, initials);
create index search_entries_tail on search_entries (tail) where tail <> '';
