package com.iottly.platform.access;

import java.time.Instant;

/**
 * A person who may sign in.
 *
 * @param name lower-case, unique
 * @param created when the account was made, in milliseconds
 */
public record User(String name, Instant created) {}
