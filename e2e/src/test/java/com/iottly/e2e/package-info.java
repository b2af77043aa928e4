/**
 * The product as its users run it: the launcher's server and agent as processes of their own, real
 * sockets, real disks, real {@code kill -9}.
 *
 * <p>A {@link com.iottly.e2e.Stage} owns what a test starts and ends all of it, also when the test
 * fails. Randomness is printed as {@code -Diottly.seed=…}, which repeats it. Tests with the tag
 * {@code soak} run under {@code ./iottly soak} only, for {@code -Diottly.soak.minutes}.
 */
@NullMarked
package com.iottly.e2e;

import org.jspecify.annotations.NullMarked;
