package com.iottly.platform.access;

import java.time.Instant;

/**
 * A person who may sign in.
 *
 * @param name lower-case, unique
 * @param administrator whether they look after the whole installation: its users, and every project
 *     as an owner does
 * @param created when the account was made, in milliseconds
 */
public record User(String name, boolean administrator, Instant created) {}
