/**
 * Says in one screen whether this machine reaches its platform, and if not, why and what to do.
 *
 * <p>Runs on the caller's thread, once. It goes the agent's own way, with the agent's own HTTP
 * client, and leaves the connection of a running agent alone. Nothing it finds is thrown: every
 * step becomes a {@link com.iottly.agent.doctor.Finding}. Secrets are never part of one.
 */
@NullMarked
package com.iottly.agent.doctor;

import org.jspecify.annotations.NullMarked;
