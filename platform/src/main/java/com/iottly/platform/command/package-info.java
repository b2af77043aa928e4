/**
 * The life of commands: accept them, wait for their outcome, end those whose time is up.
 *
 * <p>The journal holds every command and its state; this room only asks it. One thread, {@code
 * commands}, wakes up after appends while somebody waits for a command, looks those commands up,
 * and completes the waits; once a second it expires what is due. It keeps nothing that a restart
 * could lose: a wait that ends early answers with the present state.
 */
@NullMarked
package com.iottly.platform.command;

import org.jspecify.annotations.NullMarked;
