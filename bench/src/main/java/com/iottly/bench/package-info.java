/**
 * The load generator behind {@code ./iottly bench}: it starts the real server as a child process,
 * speaks the real protocols to it over loopback sockets, and prints what it measured.
 *
 * <p>From the bottom: {@link com.iottly.bench.Peer} and {@link com.iottly.bench.LoadEngine} make
 * the load; {@link com.iottly.bench.ServerProcess}, {@link com.iottly.bench.Mosquitto} and {@link
 * com.iottly.bench.Provisioning} are the systems under test; one class per bench puts them
 * together; {@link com.iottly.bench.Report} says the result.
 *
 * <p>Threads: the load runs on the one thread {@code load}, which owns every peer; the main thread
 * waits, samples {@code /proc} and prints. When anything fails during a run (a refused handshake, a
 * closed connection, an acknowledgement nobody asked for) the run fails with a sentence: a figure
 * from half a load would be worse than none.
 */
@NullMarked
package com.iottly.bench;

import org.jspecify.annotations.NullMarked;
