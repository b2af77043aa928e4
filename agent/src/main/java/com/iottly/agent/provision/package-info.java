/**
 * Makes a machine a device: asks the platform for a token and writes it into the configuration.
 *
 * <p>Runs on the caller's thread, once. A refusal throws {@link
 * com.iottly.agent.provision.ProvisionException} with the platform's own sentence, and the
 * configuration stays as it was.
 */
@NullMarked
package com.iottly.agent.provision;

import org.jspecify.annotations.NullMarked;
