-- Links to work reports that a village hands to a cadre, and the reports that were issued, for whoever checks a paper.

create table report_links (
    id text not null primary key,
    -- SHA-256 of what stands in the address: whoever reads the store opens nothing.
    token_hash text not null unique,
    region text not null references regions (code),
    -- Entry of 名单报审, and who it was about when the link was made.
    entry text not null,
    name text not null,
    phone text not null,
    all_steps bigint not null,
    photos bigint not null,
    created_by text not null references accounts (id),
    created_at text not null,
    expires_at text not null,
    revoked_at text
);
create index report_links_region on report_links (region, created_at);

create table issued_reports (
    code text not null primary key,
    name text not null,
    region text not null references regions (code),
    issued_on text not null
);

-- A bulk that a fault has stopped: it is under way and nobody is at work on it.
alter table jobs add column stopped bigint not null default 0;
