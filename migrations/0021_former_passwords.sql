-- Hashes of the passwords that an account had before, as far as it may not choose them again (等保 2.0 第三级: none of the last five);
-- empty where the deployment has not chosen that. A backup holds them as it holds the present ones.

create table former_passwords (
    -- Ids ascend: the last one is the newest.
    id text not null primary key,
    account text not null references accounts (id),
    password_hash text not null
);
create index former_passwords_account on former_passwords (account, id);
