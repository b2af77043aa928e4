/**
 * Who may do what: API keys, device tokens and certificates, and users. Only hashes of secrets are
 * stored, or what is encrypted, and no secret appears in a log line, an exception or a {@code
 * toString}.
 *
 * <p>Work runs on the caller's thread, which must not be an event loop, except what is said to cost
 * no SQL once warm. {@link com.iottly.platform.access.ApiKeys} notes the last use of a key on
 * virtual threads named {@code api-key-usage}; if that fails it logs and the key works on. A broken
 * database is a {@link com.iottly.platform.sql.SqlException}, a JDK without the needed algorithms
 * an {@link com.iottly.platform.access.AccessException}; both leave things as they were.
 */
@NullMarked
package com.iottly.platform.access;

import org.jspecify.annotations.NullMarked;
