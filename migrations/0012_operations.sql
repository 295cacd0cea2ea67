-- What several server processes share, and the chain over 操作记录.

-- The chain: each line with its place and the hash over the line and everything before it. Sealed afterwards, in order and by
-- one process at a time, so that nobody who writes a line waits for anybody else's.
create table audit_seals (
    position bigint not null primary key,
    audit text not null,
    hash text not null,
    constraint audit_seals_audit unique (audit)
);

-- Lines that are not sealed yet: put here by the store itself in the transaction that writes the line.
create table audit_waiting (
    audit text not null primary key
);

-- What may be done so often only, and failed sign-ins: one line each time.
create table attempts (
    id text not null primary key,
    thing text not null,
    at text not null
);
create index attempts_thing on attempts (thing, at);
create index attempts_at on attempts (at);

-- Imports under way, where several server processes share the files: how far each is, and the key of its workbook, which lies
-- sealed in the file store for half an hour.
create table imports (
    id text not null primary key,
    account text not null references accounts (id),
    page text not null,
    tab text not null,
    address text not null,
    secret text not null,
    phase text not null,
    view text not null,
    begun_at text not null
);
create index imports_account on imports (account);
create index imports_begun on imports (begun_at);

-- Files that arrive in pieces and are not whole yet. Their pieces lie in the file store.
create table unfinished_files (
    id text not null primary key,
    account text not null references accounts (id),
    form text not null,
    record text not null,
    field text not null,
    name text not null,
    size bigint not null,
    sha256 text not null,
    received bigint not null,
    pieces text not null,
    touched_at text not null
);
create index unfinished_files_account on unfinished_files (account, touched_at);
create index unfinished_files_touched on unfinished_files (touched_at);
