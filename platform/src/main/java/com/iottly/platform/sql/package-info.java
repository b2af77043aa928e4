/**
 * The one JDBC road: connections, transactions and the schema's migrations. This is the only room
 * that knows the database engine; the rooms above write portable SQL through {@link
 * com.iottly.platform.sql.Database}.
 *
 * <p>No thread of its own. Work runs on the caller's thread, which may be virtual and must not be
 * an event loop. Reads run side by side on connections that can't write; writes run one at a time
 * on one connection, in the order the callers came. When a step fails, its transaction is rolled
 * back and the caller gets a {@link com.iottly.platform.sql.SqlException}; a start-up that fails
 * closes what it opened.
 */
@NullMarked
package com.iottly.platform.sql;

import org.jspecify.annotations.NullMarked;
