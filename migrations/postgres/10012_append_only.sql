-- 操作记录 and its chain only grow (security.md A53). Postgres' words for it; SQLite has its own beside this folder.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% only grow', tg_table_name;
end $$;
create trigger audits_stay before update or delete or truncate on audits
    for each statement execute function refuse_change();
create trigger audit_seals_stay before update or delete or truncate on audit_seals
    for each statement execute function refuse_change();

create function put_audits_in_line() returns trigger language plpgsql as $$
begin
    insert into audit_waiting (audit) select id from fresh;
    return null;
end $$;
create trigger audits_wait_for_their_seal after insert on audits
    referencing new table as fresh for each statement execute function put_audits_in_line();

-- Lines of before.
insert into audit_waiting (audit) select id from audits;
