-- Which session a line of the log comes from: the beginning of the hash of its token (security A52). Lines from before have none.

alter table audits add column session text;
