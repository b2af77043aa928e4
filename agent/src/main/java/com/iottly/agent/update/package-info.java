/**
 * New versions of the agent, on the machine's own files.
 *
 * <pre>
 * /opt/iottly/versions/V    what version V consists of; never changed once it is there
 * /opt/iottly/current       link to the version that has proved itself
 * /opt/iottly/next          link to a version that the next start is to try
 * /opt/iottly/trial         link to the version that is being tried: next, renamed by that start
 * </pre>
 *
 * <p>A start with no {@code next} drops {@code trial} and runs {@code current}; only a version that
 * connected and had a message acknowledged is renamed from {@code trial} to {@code current}. So
 * whatever breaks off, and whenever, the start after next runs a version that has proved itself.
 * Nothing of a release is looked into before its signature and its checksum are right.
 *
 * <p>Runs in a process of its own, on its main thread; {@code update/lock} sees to it that only one
 * runs.
 */
@NullMarked
package com.iottly.agent.update;

import org.jspecify.annotations.NullMarked;
