/**
 * Login shells of the agent's own user on real terminals.
 *
 * <p>A {@code Terminal} lives longer than the channels it is seen through: its thread {@code
 * iottly-shell} owns the terminal's descriptor, keeps the last output in a ring, and ends the shell
 * when its time is over. A {@code ShellView} is one channel's: the thread {@code
 * iottly-shell-output} sends from the ring as the client takes it. When the connection breaks, the
 * view ends, the terminal waits for its grace time, and the next view goes on with the byte that
 * the client has not got.
 *
 * <p>A program that writes more than the client takes has to wait, as at any terminal. When the
 * shell ends, so does every process of its session.
 */
@NullMarked
package com.iottly.agent.remote.shell;

import org.jspecify.annotations.NullMarked;
