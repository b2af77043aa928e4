package com.iottly.platform.access;

import java.time.Instant;
import java.util.UUID;

/**
 * A person who is signed in somewhere, without the secret.
 *
 * @param id its identity; not a secret
 * @param user whose it is
 * @param created when they signed in, in milliseconds
 * @param lastUsed when it was used last, up to a minute off
 * @param address from where they signed in
 * @param client what the program called itself, at most 200 characters
 */
public record UserSession(
    UUID id, User user, Instant created, Instant lastUsed, String address, String client) {}
