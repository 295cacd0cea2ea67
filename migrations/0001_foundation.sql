-- Divisions, accounts, sessions, and what every form needs. One dialect for SQLite and Postgres:
-- only bigint and text columns, instants as UTC RFC 3339 text, switches as 0/1.

create table regions (
    code text not null primary key,
    parent text,
    level bigint not null,
    name text not null,
    short_name text not null,
    aliases text not null,
    initials text not null,
    kind text not null,
    planned bigint not null
);
create index regions_parent on regions (parent);

create table accounts (
    id text not null primary key,
    login_key text not null,
    kind text not null,
    region text not null references regions (code),
    name text not null,
    password_hash text not null,
    must_change bigint not null,
    password_until text,
    password_changed_at text,
    person_name text,
    person_phone text,
    disabled_at text,
    last_seen_at text,
    created_at text not null,
    constraint accounts_login_key unique (login_key)
);
create index accounts_region on accounts (region);

create table sessions (
    token_hash text not null primary key,
    account text not null references accounts (id),
    created_at text not null,
    seen_at text not null,
    expires_at text not null,
    address text not null,
    agent text not null
);
create index sessions_account on sessions (account);

create table devices (
    token_hash text not null,
    account text not null references accounts (id),
    created_at text not null,
    primary key (account, token_hash)
);

create table completions (
    step text not null,
    region text not null references regions (code),
    account text not null references accounts (id),
    account_name text not null,
    done_at text not null,
    primary key (step, region)
);

create table attachments (
    id text not null primary key,
    form text not null,
    record text not null,
    field text not null,
    position bigint not null,
    name text not null,
    uploaded_name text not null,
    kind text not null,
    size bigint not null,
    sha256 text not null,
    state text not null,
    created_by text not null references accounts (id),
    created_at text not null,
    removed_at text,
    constraint attachments_state check (state in ('staged', 'kept', 'removed'))
);
create index attachments_record on attachments (record, field, position);
create index attachments_staged on attachments (state, created_at);

create table drafts (
    account text not null references accounts (id),
    form text not null,
    record text not null,
    slot text not null,
    body text not null,
    kept_at text not null,
    primary key (account, form, slot)
);

create table audits (
    id text not null primary key,
    at text not null,
    account text,
    account_name text not null,
    person_name text,
    region text,
    act text not null,
    form text,
    record text,
    step text,
    opinion text not null,
    changes text not null,
    address text not null
);
create index audits_record on audits (record, at);
create index audits_region on audits (region, at);
create index audits_account on audits (account, at);
