-- 两步验证 (security A08): the secret that an account shares with somebody's phone, sealed; the last code that it has used, for each
-- is good once; whether a session still waits for its code.

alter table accounts add column second_factor text;
alter table accounts add column second_factor_step bigint not null default 0;
alter table sessions add column awaits_code bigint not null default 0;
