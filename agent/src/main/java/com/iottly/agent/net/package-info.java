/**
 * How the agent reaches the network: proxies, trusted certificates, TLS versions.
 *
 * <p>One HTTP client for the link and for provisioning. Unusable settings throw {@link
 * com.iottly.agent.config.ConfigException} when the client is made.
 */
@NullMarked
package com.iottly.agent.net;

import org.jspecify.annotations.NullMarked;
