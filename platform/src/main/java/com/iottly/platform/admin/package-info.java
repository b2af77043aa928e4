/**
 * {@code iottly admin}: looking after an installation without a dashboard. One command tree, {@link
 * com.iottly.platform.admin.AdminCommands}, runs in the server when one runs, so that its effects
 * are immediate there, and else in the caller's process on the SQL store itself.
 *
 * <p>{@link com.iottly.platform.admin.AdminSocket} listens in the server: a thread {@code
 * admin-socket} accepts, a virtual thread per connection reads one request, runs it and answers,
 * and the thread {@code admin-deadlines} ends what takes too long. Whatever comes in, the listener
 * goes on. {@link com.iottly.platform.admin.AdminClient} runs on its caller's thread. Both speak
 * one line of JSON each way over a Unix socket that only the owner of the data folder can reach; a
 * connection that breaks off leaves the command done or not done, and the client says that it does
 * not know.
 *
 * <p>What a command can't do is an exit code with a sentence. A socket that can't be opened is an
 * {@link com.iottly.platform.admin.AdminException}. Secrets go to the caller and nowhere else.
 */
@NullMarked
package com.iottly.platform.admin;

import org.jspecify.annotations.NullMarked;
