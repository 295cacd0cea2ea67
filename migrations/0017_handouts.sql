-- What is handed out once (first passwords, numbers that somebody asked to see, a complaint that could not be taken): for a few
-- minutes, so that any server process hands it out. Sealed under the word by which it is fetched, which the store does not have.

create table handouts (
    -- SHA-256 of the word.
    id text not null primary key,
    -- Account id, or the address of somebody who is not signed in.
    owner text not null,
    is_strange bigint not null,
    kept_at text not null,
    -- Name of a workbook; empty for a sentence.
    name text not null,
    content text not null
);
create index handouts_kept on handouts (is_strange, kept_at);
