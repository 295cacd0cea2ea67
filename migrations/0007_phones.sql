-- Natural villages register by the QR code of their village (manual 8.1, 8.2; spec S8.1, SM-6).

alter table natural_villages add column merged_into text;
update natural_villages set status = 'unregistered' where status = '';
create index natural_villages_status on natural_villages (status, region) where deleted_at is null;

-- One code for each administrative village; a renewed one is another token.
create table registration_codes (
    region text not null primary key references regions (code),
    token text not null,
    is_open bigint not null,
    renewed_at text not null,
    constraint registration_codes_token unique (token)
);

-- 身份证号 of who registered, only where a deployment asks for it, and only sealed.
create table sealed_numbers (
    record text not null primary key references natural_villages (id),
    sealed text not null,
    sealed_at text not null
);
