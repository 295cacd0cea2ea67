-- 操作记录 and its chain only grow (security.md A53). SQLite's words for it; Postgres has its own beside this folder.
create trigger audits_stay_as_they_are before update on audits
begin select raise(abort, 'audits only grow'); end;
create trigger audits_stay before delete on audits
begin select raise(abort, 'audits only grow'); end;
create trigger audit_seals_stay_as_they_are before update on audit_seals
begin select raise(abort, 'audit_seals only grow'); end;
create trigger audit_seals_stay before delete on audit_seals
begin select raise(abort, 'audit_seals only grow'); end;
create trigger audits_wait_for_their_seal after insert on audits
begin insert into audit_waiting (audit) values (new.id); end;

-- Lines of before.
insert into audit_waiting (audit) select id from audits;
