-- 系统管理 (spec S9): who uses an account, logs that are read by the million, 公告, 投诉建议.

-- Further people who may use a shared account; the first one stands with the account itself.
create table account_users (
    id text not null primary key,
    account text not null references accounts (id),
    name text not null,
    phone text not null,
    added_at text not null,
    removed_at text
);
create index account_users_account on account_users (account);

-- Who of them works in a session; empty for the first one.
alter table sessions add column person text;

-- A log is read from its newest line back. 操作日志 is most of it and is walked; the others have an index of their own.
create index audits_newest on audits (at, id);
create index audits_sign_ins on audits (at, id) where act in ('sign_in', 'sign_in_failed', 'sign_out');
create index audits_reveals on audits (at, id) where act in ('reveal');
create index audits_exports on audits (at, id) where act in ('export');

create table announcements (
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
    content text,
    reach text,
    cities text,
    counties text,
    starts_on text,
    ends_on text,
    is_pinned bigint,
    is_public bigint
);
create index announcements_region on announcements (region, deleted_at);
create index announcements_newest on announcements (created_at desc, id desc);
create index announcements_by_reach on announcements (reach, region) where deleted_at is null;
create index announcements_by_is_public on announcements (is_public, region) where deleted_at is null;
create index announcements_along_title on announcements (title, id) where deleted_at is null;
create index announcements_along_starts_on on announcements (starts_on, id) where deleted_at is null;
create index announcements_along_ends_on on announcements (ends_on, id) where deleted_at is null;

create table complaints (
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
    content text,
    contact text,
    page text,
    reply text
);
create index complaints_region on complaints (region, deleted_at);
create index complaints_newest on complaints (created_at desc, id desc);
create index complaints_status on complaints (status, region) where deleted_at is null;
-- Whoever left one finds it again.
create index complaints_author on complaints (created_by, created_at);
