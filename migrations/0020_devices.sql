-- The sign-in page asks which account a device has used last (spec Q-02).
create index devices_token on devices (token_hash);
