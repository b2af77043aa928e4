/**
 * How the agent reaches the network: proxies, trusted certificates, TLS versions.
 *
 * <p>One HTTP client for the link, provisioning and downloads; it belongs to any thread. Unusable
 * settings throw {@link com.iottly.agent.config.ConfigException} when the client is made; a request
 * that finds no way throws {@link com.iottly.agent.net.Unreachable}, which says why and what to do.
 */
@NullMarked
package com.iottly.agent.net;

import org.jspecify.annotations.NullMarked;
