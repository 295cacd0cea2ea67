-- When a disabled account was let in again: the rule about unused accounts counts from then (security G06).

alter table accounts add column enabled_at text;
