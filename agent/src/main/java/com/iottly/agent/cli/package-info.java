/**
 * The command line, {@code iottly-agent}. {@code start} takes a short path without the option
 * parser, since the service's memory counts; everything else is picocli.
 *
 * <p>The main thread parses and runs one command; failures become one sentence on standard error
 * and a documented exit code.
 */
@NullMarked
package com.iottly.agent.cli;

import org.jspecify.annotations.NullMarked;
